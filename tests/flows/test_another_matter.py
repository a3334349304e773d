"""A new matter is a file and sentences: one written here is found, filled and filed, by API and by chat."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.core.settings import ROOT
from tests.flows.conversation import Conversation
from tests.flows.test_journey_6_rest import await_state, fill_everything
from tests.stack import Stack

MATTER = """
id: library-card
name: 市民读书卡申领
name_en: Library card
aliases: [借书证, 读书卡]
aliases_en: [library card]
codes: {catalogue: "009999", task: "11310000SUIBAN9999"}
department: civil-affairs
kind: 公共服务
service: 即办件
audience: [natural-person]
clocks:
  statutory: {amount: 5, unit: 工作日}
  promised: {amount: 1, unit: 工作日}
visits: 0
guide:
  summary: 办一张读书卡，全市图书馆都能借书，当天就能用。
  steps: [选一家常去的图书馆, 点头确认]
form:
  - {name: holder, label: 持卡人, type: name, source: population.name}
  - {name: identity_number, label: 身份证号, type: identity-number,
     source: "licences[type=identity-card].number"}
  - name: branch
    label: 常去的图书馆
    type: choice
    ask: 您常去哪一家图书馆？
    choices:
      - {value: central, label: 中心馆}
      - {value: riverside, label: 河滨馆, aliases: [河边]}
  - {name: books, label: 一次想借几本, type: number, ask: 一次想借几本书？, limits: {min: 1, max: 10},
     when: {branch: riverside}}
result: {name: 读书卡, licence: library-card, valid_years: 5}
basis: simulated
"""
SENTENCES = """
matter: library-card
aliases: [借书证, 读书卡]
examples:
  - {text: 我想办张借书证, act: do_matter}
  - {text: 帮我办个读书卡, act: do_matter}
  - {text: 图书馆借书要办啥卡, act: ask_matter}
  - {text: 借书卡怎么申请, act: ask_matter}
  - {text: I want a library card, act: do_matter}
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product with one more folder of matters and one more of sentences, and no line of Python."""
    folder = tmp_path_factory.mktemp("city")
    catalogue, intents = folder / "catalogue", folder / "intents"
    (catalogue / "culture").mkdir(parents=True)
    intents.mkdir()
    (catalogue / "culture" / "library-card.yml").write_text(MATTER, "utf-8")
    (intents / "library-card.yml").write_text(SENTENCES, "utf-8")
    with Stack(
        CATALOGUE_DIRS=_and(ROOT / "backend/matters/catalogue", catalogue),
        INTENTS_DIRS=_and(ROOT / "intents/matters", intents),
    ) as stack:
        yield stack


def _and(shipped: Path, more: Path) -> str:
    return os.pathsep.join([str(shipped), str(more)])


def test_it_is_filed_by_the_api(city: Stack) -> None:
    citizen = Conversation.sign_in(city, "19900000011")
    client = citizen.client
    assert client.get("/matters", params={"q": "借书证"}).json()["items"][0]["id"] == "library-card"
    draft = client.post("/applications", json={"matter": "library-card"}).json()
    known = {field["name"] for field in draft["fields"] if field["status"] == "known"}
    assert known == {"holder", "identity_number"}
    step = fill_everything(client, draft["id"], {"branch": "riverside", "books": 3})
    assert [row["label"] for row in step["summary"]] == ["持卡人", "身份证号", "常去的图书馆", "一次想借几本"]
    key = {"Idempotency-Key": "one-card"}
    assert client.post(f"/applications/{draft['id']}/submit", headers=key).status_code == 200
    done = await_state(client, draft["id"], "done", "refused")
    assert done["state"] == "done"
    assert client.get(f"/licences/{done['results'][0]}").json()["name"] == "读书卡"


def test_it_is_filed_by_chat(city: Stack) -> None:
    citizen = Conversation.sign_in(city, "19900000008")
    citizen.say("我想办一张借书证")
    assert citizen.asked == "branch", citizen.replies
    citizen.say("河边那家")
    assert citizen.asked == "books", citizen.replies
    citizen.say("二十本")
    assert citizen.asked == "books"
    assert "不能大于 10" in citizen.words
    citizen.say("三本吧")
    assert citizen.cards("summary")
    citizen.say("确认")
    [filed] = citizen.applications(matter="library-card")
    citizen.wait_for_state(filed["id"], "done")
    citizen.say("我那个办到哪一步了")
    assert citizen.cards("timeline")
