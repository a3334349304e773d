"""Changes on top of the shipped sentences, over the API: history, undo, files in and out, checks."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bot.components.sentences import read_sentences
from intents import edits, exchange, importing, shipped
from intents.draft_rules import Edit, Kind
from intents.edits import Deed, Wish
from intents.exchange import Format, Row
from intents.operators import Operator, operator_named
from intents.shipped import shipped_places
from tests.contract.desk import OFFICE, Desk

NEW = "给我那个出国的小红本"


@pytest.fixture
def office(desk: Desk) -> Iterator[Desk]:
    """An operator, and no changes."""
    desk.house.db["intent_changes"].delete_many({})
    if "trainer" not in desk.tokens:
        desk.hire("trainer", OFFICE, ["operate"])
    yield desk
    desk.clock.advance(minutes=5)


def change(desk: Desk, text: str = NEW, **body: Any) -> Any:
    said = {"deed": "add", "text": text, "why": "居民这么说", **body}
    return desk.ask("trainer", "POST", "/operator/changes", said)


def draft_texts(desk: Desk, **query: str) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    page = desk.ask("trainer", "GET", f"/operator/sentences?limit=500&{asked}").get_json()
    return [row["text"] for row in page["items"]]


def upload(desk: Desk, content: bytes, **form: str) -> Any:
    fields = {"file": (BytesIO(content), "sentences"), "why": "收集来的", **form}
    headers = {"Authorization": f"Bearer {desk.tokens['trainer']}"}
    return desk.app.test_client().post("/api/v1/operator/import", data=fields, headers=headers)


def test_an_added_sentence_is_in_the_draft_and_in_the_history(office: Desk) -> None:
    made = change(office, matter="passport")
    assert made.status_code == 201, made.get_json()
    assert NEW in draft_texts(office, matter="passport")
    [row] = office.ask("trainer", "GET", "/operator/changes?matter=passport").get_json()["items"]
    assert (row["by"], row["why"], row["before"], row["after"]) == (
        f"trainer.{OFFICE}",
        "居民这么说",
        "as-shipped",
        "added",
    )
    assert NEW not in {one.text for one in shipped.shipped_sentences().matters["passport"].examples}


def test_names_ambiguous_words_and_phrasings_change_too(office: Desk, tmp_path: Path) -> None:
    change(office, "小红本", matter="passport", kind="name")
    change(office, "红本", matter="passport", kind="ambiguous")
    change(office, "侬好呀随办", act="greet")
    change(office, "我要办护照", matter="passport", deed="remove")
    file = tmp_path / "edits.json"
    first = edits.write_edits(office.house, file)
    from dataclasses import replace

    found = read_sentences(replace(shipped_places(), edits=file))
    passport = found.matters["passport"]
    assert "小红本" in passport.names and "红本" in passport.ambiguous
    assert "侬好呀随办" in found.acts["greet"].examples
    assert "我要办护照" not in {one.text for one in passport.examples}
    assert json.loads(file.read_text("utf-8"))["matters"]["passport"]["remove"] == ["我要办护照"]
    assert edits.write_edits(office.house, file) == first
    change(office, "小红本", matter="passport", kind="name", deed="remove")
    assert edits.write_edits(office.house, file) != first


def test_the_same_words_move_to_another_act(office: Desk, tmp_path: Path) -> None:
    change(office, "我要办护照", matter="passport", deed="remove")
    assert change(office, "我要办护照", matter="passport", act="ask_matter").get_json()["after"] == "replaced"
    file = tmp_path / "edits.json"
    edits.write_edits(office.house, file)
    from dataclasses import replace

    passport = read_sentences(replace(shipped_places(), edits=file)).matters["passport"]
    assert [one.act for one in passport.examples if one.text == "我要办护照"] == ["ask_matter"]


def test_a_change_is_undone_once_and_the_newest_first(office: Desk) -> None:
    added = change(office, matter="passport").get_json()["id"]
    removed = change(office, matter="passport", deed="remove").get_json()["id"]
    too_early = office.ask("trainer", "POST", f"/operator/changes/{added}/undo", {"why": "撤销"})
    assert too_early.status_code == 409
    undone = office.ask("trainer", "POST", f"/operator/changes/{removed}/undo", {"why": "撤销"})
    assert (undone.status_code, undone.get_json()["after"]) == (201, "added")
    assert NEW in draft_texts(office, matter="passport")
    again = office.ask("trainer", "POST", f"/operator/changes/{removed}/undo", {"why": "撤销"})
    assert again.status_code == 409
    assert office.ask("trainer", "POST", "/operator/changes/none/undo", {"why": "撤销"}).status_code == 404
    history = office.ask("trainer", "GET", "/operator/changes").get_json()["items"]
    assert [row["undoes"] for row in history] == [removed, None, None], "nothing is overwritten"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"text": "我要办护照", "matter": "id-card-renewal"}, "do_matter/passport"),
        ({"text": "我要办护照", "matter": "passport"}, "已经有这一句"),
        ({"matter": "tortoise-licence"}, "tortoise-licence"),
        ({"act": "fly"}, "fly"),
        ({"text": "我叫安小民电话19900000001", "matter": "passport"}, "个人信息"),
        ({"text": "=cmd()", "matter": "passport"}, "公式"),
        ({"deed": "remove", "matter": "passport"}, "没有这一句"),
    ],
)
def test_what_must_not_be_is_refused_in_the_operators_words(office: Desk, body: Any, reason: str) -> None:
    refused = change(office, **body)
    assert refused.status_code == 422
    assert reason in refused.get_json()["detail"]
    assert office.ask("trainer", "GET", "/operator/changes").get_json()["items"] == []


def test_a_frozen_sentence_is_never_trained_on(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from intents import draft_rules

    monkeypatch.setattr(draft_rules, "frozen_places", lambda: {NEW: "test_sets"})
    assert "test_sets" in change(office, matter="passport").get_json()["detail"]


def test_two_operators_at_once_lose_nothing_and_add_nothing_twice(office: Desk) -> None:
    who = Operator("s1", "one")

    def add(text: str) -> bool:
        wish = Wish(Deed.ADD, Edit(Kind.EXAMPLE, text, "passport"))
        try:
            edits.change(office.house, who, [wish], edits.Reason("同时"))
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(add, [NEW, NEW, "小红本呢给我弄一本", "出国那本子怎么来"]))
    assert sum(done[:2]) == 1 and all(done[2:])
    numbers = [row["_id"] for row in office.house.db["intent_changes"].find().sort("_id", 1)]
    assert numbers == ["00000001", "00000002", "00000003"]


def test_an_import_shows_first_what_it_would_do(office: Desk) -> None:
    lines = [{"text": NEW, "matter": "passport"}, {"text": "我叫安小民", "matter": "passport"}]
    lines += [
        {"text": "给乌龟上户口", "matter": "tortoise-licence"},
        {"text": "我要办护照", "matter": "passport"},
    ]
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    seen = upload(office, content, format="jsonl").get_json()
    assert (seen["done"], seen["good"], [one["row"] for one in seen["refused"]]) == (False, 1, [2, 3, 4])
    assert "安小民" not in str(seen)
    whole = upload(office, content, format="jsonl", dry_run="false")
    assert whole.status_code == 422
    assert len(whole.get_json()["refused"]) == 3
    assert NEW not in draft_texts(office, matter="passport")
    part = upload(office, content, format="jsonl", dry_run="false", partial="true").get_json()
    assert (part["done"], part["taken"]) == (True, 1)
    assert NEW in draft_texts(office, matter="passport")


@pytest.mark.parametrize("form", ["rasa", "jsonl", "csv", "xlsx"])
def test_what_goes_out_comes_in_again(office: Desk, form: str) -> None:
    path = f"/operator/export?format={form}&matter=passport"
    answer = office.ask("trainer", "GET", path)
    assert answer.status_code == 200
    rows = exchange.read(answer.data, Format(form))
    shipped_ones = shipped.shipped_sentences().matters["passport"].examples
    assert {(row.text, row.act, row.matter) for row in rows} == {
        (one.text, one.act, "passport") for one in shipped_ones
    }
    assert upload(office, answer.data, format=form).get_json()["good"] == 0, "all of it is there already"


@pytest.mark.parametrize(
    ("form", "content"),
    [("jsonl", b"{"), ("xlsx", b"PK"), ("rasa", b"a: ["), ("csv", b"a,b\n1,2\n"), ("csv", b"\xff\xfe")],
)
def test_a_file_that_is_none_is_told(office: Desk, form: str, content: bytes) -> None:
    answer = upload(office, content, format=form)
    assert answer.status_code == 415, answer.get_json()


def test_an_import_refuses_what_stands_twice_in_the_file(office: Desk) -> None:
    plan = importing.plan(
        office.house, [Row(1, NEW, matter="passport"), Row(2, NEW, matter="id-card-renewal")]
    )
    assert [row.number for row in plan.taken] == [1]
    assert plan.refused[0][0] == 2


def test_the_drafts_lint_sees_the_changes(office: Desk) -> None:
    change(office, matter="passport")
    clean = office.ask("trainer", "GET", "/operator/lint").get_json()
    assert clean["errors"] == []
    for text in [one.text for one in shipped.shipped_sentences().matters["passport"].examples]:
        change(office, text, matter="passport", deed="remove")
    thin = office.ask("trainer", "GET", "/operator/lint").get_json()
    assert any("1 examples of passport" in error for error in thin["errors"])


def test_the_shell_names_an_operator_that_is_one(office: Desk) -> None:
    from backend.core.errors import Problem

    assert operator_named(office.house, f"trainer.{OFFICE}").id == office.ids["trainer"]
    for name in ("nobody", "receiver.civil-affairs"):
        with pytest.raises(Problem, match="意图运营"):
            operator_named(office.house, name)


def test_only_operators_change_sentences(office: Desk) -> None:
    said = {"deed": "add", "text": NEW, "matter": "passport", "why": "不行"}
    assert office.ask("receiver", "POST", "/operator/changes", said).status_code == 403
    assert office.ask("handler", "GET", "/operator/export").status_code == 403
