"""The inbox: from stored turns to two pairs of eyes, over the API, with real groups by meaning."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from intents import inbox_grouping, inbox_store
from intents.inbox_collecting import collect
from tests.contract.desk import OFFICE, Desk

NUMBERS = count(1)
TORTOISES = ["给乌龟上个户口", "乌龟户口怎么上", "我家乌龟要上户口本"]
STOCKS = ["今天股票又跌了", "股票跌了多少"]


@pytest.fixture
def office(desk: Desk) -> Iterator[Desk]:
    """Two operators, and an empty inbox."""
    for collection in (
        "turns",
        "inbox_entries",
        "inbox_counted",
        "inbox_groups",
        "inbox_positions",
        "handoffs",
    ):
        desk.house.db[collection].delete_many({})
    desk.house.db["intent_changes"].delete_many({})
    for name in ("first", "second", "third"):
        if name not in desk.tokens:
            desk.hire(name, OFFICE, ["operate"])
    yield desk
    desk.clock.advance(minutes=5)


def say(desk: Desk, text: str | None, act: str = "out_of_scope", decision: str = "none", **more: Any) -> str:
    """A stored turn, as the assistant leaves it."""
    turn = f"turn{next(NUMBERS)}"
    reading = {"act": act, "confidence": more.pop("confidence", 0.9), "decision": decision}
    reading |= {"matters": more.pop("matters", []), "model": "suiban-1.tar.gz"}
    desk.clock.advance(seconds=1)
    document = {
        "_id": turn,
        "citizen": "c1",
        "conversation": "talk1",
        "text": text,
        "choice": None,
        "lang": "zh",
    }
    document |= {"answered": True, "reading": reading, "created_at": desk.clock.now()}
    desk.house.db["turns"].insert_one(document | more)
    return turn


def collected(desk: Desk) -> list[dict[str, Any]]:
    """What lies in the inbox after the task has come by."""
    desk.clock.advance(seconds=10)
    collect(desk.house)
    return list(desk.ask("first", "GET", "/operator/inbox?limit=100").get_json()["items"])


def queues_of(entry: dict[str, Any]) -> set[str]:
    return {one["name"] for one in entry["queues"]}


def grouped(desk: Desk, embedder: Any) -> list[dict[str, Any]]:
    inbox_grouping.group_waiting(desk.house, embedder)
    return list(desk.ask("first", "GET", "/operator/inbox/groups").get_json()["items"])


def label(desk: Desk, who: str, entry: str, **body: Any) -> dict[str, Any]:
    said = {"entries": [entry], "why": "测试", "act": "out_of_scope", **body}
    answer = desk.ask(who, "POST", "/operator/inbox/labels", said)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json()["items"][0])


@pytest.fixture(scope="module")
def embedder() -> Any:
    """The real sentence encoder over three matters' sentences: all of them would take a minute."""
    from intents.embeddings import Embedder, load_engine

    return Embedder(load_engine(), kept=60_000)


@pytest.fixture
def few_sentences(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from dataclasses import replace

    from intents import draft_rules, shipped

    whole = shipped.shipped_sentences()
    kept = {name: whole.matters[name] for name in ("passport", "hukou-transfer", "elderly-allowance")}
    small = replace(whole, matters=kept, acts={name: whole.acts[name] for name in ("greet", "thank")})
    monkeypatch.setattr(draft_rules, "shipped_sentences", lambda: small)
    monkeypatch.setattr(draft_rules, "shipped_signature", lambda: ("small",))
    monkeypatch.setenv("MODELS_DIR", str(tmp_path))


def test_each_queue_gets_its_sentences(office: Desk) -> None:
    say(office, "给乌龟上个户口")
    say(office, "那个本本", act="do_matter", decision="ask", matters=[{"id": "passport", "score": 0.5}])
    say(office, "办个护照", act="do_matter", decision="sure")
    say(office, "不是这个", act="deny")
    say(office, "你到底懂不懂", act="complain")
    say(office, None, act="ask_person", choice="/ask_person")
    say(office, "转人工", act="ask_person")
    found = {one["text"]: queues_of(one) for one in collected(office)}
    assert found == {
        "给乌龟上个户口": {"未识别"},
        "那个本本": {"低置信"},
        "办个护照": {"否定后"},
        "你到底懂不懂": {"转人工前"},
    }


def test_a_badly_rated_conversation_is_looked_at_whole(office: Desk) -> None:
    say(office, "办个护照", act="do_matter", decision="sure")
    say(office, "⟦phone⟧", act="supply_value")
    now = office.clock.now()
    office.house.db["handoffs"].insert_one(
        {"citizen": "c1", "conversation": "talk1", "rating": 1, "created_at": now}
    )
    office.house.db["handoffs"].insert_one(
        {"citizen": "c1", "conversation": "talk2", "rating": 5, "created_at": now}
    )
    [entry] = collected(office)
    assert (entry["text"], queues_of(entry), entry["count"]) == ("办个护照", {"差评"}, 1)
    assert collected(office)[0]["count"] == 1, "looked at again, counted once"


def test_what_is_said_again_is_one_row_with_a_count(office: Desk) -> None:
    for text in ("给乌龟上个户口", "给乌龟上个户口！", "给乌龟 上个户口"):
        say(office, text)
    say(office, "放风筝要登记不")
    first, second = collected(office)
    assert (first["text"], first["count"], second["count"]) == ("给乌龟上个户口", 3, 1)
    say(office, "放风筝要登记不")
    assert {one["count"] for one in collected(office)} == {3, 2}


def test_answers_values_and_personal_things_stay_out(office: Desk) -> None:
    say(office, "安居区安心路8号", act="supply_value")
    say(office, "⟦name⟧")
    say(office, "办个护照", act="do_matter", decision="sure", matters=[{"id": "passport", "score": 0.9}])
    say(office, "要带什么材料", act="ask_matter")
    say(office, "打我电话19900000001给乌龟上户口")
    texts = [one["text"] for one in collected(office)]
    assert texts == ["打我电话⟦phone⟧给乌龟上户口"]
    kept = str(list(office.house.db["inbox_entries"].find()))
    assert "c1" not in kept and "talk1" not in kept and "turn" not in kept


def test_queues_tell_how_much_waits(office: Desk) -> None:
    for text in ["给乌龟上个户口", "给乌龟上个户口", "放风筝要登记不"]:
        say(office, text)
    collected(office)
    told = office.ask("first", "GET", "/operator/inbox/queues").get_json()
    unrecognised = next(one for one in told["queues"] if one["name"] == "未识别")
    assert (unrecognised["entries"], unrecognised["times"]) == (2, 3)
    assert told["states"]["open"] == 2


def test_pages_go_by_frequency_and_miss_nothing(office: Desk) -> None:
    for number in range(5):
        for _ in range(number % 3 + 1):
            say(office, f"给{'甲乙丙丁戊'[number]}鱼登记")
    collected(office)
    seen, cursor = [], ""
    while True:
        page = office.ask("first", "GET", f"/operator/inbox?limit=2&cursor={cursor}").get_json()
        seen += [(one["count"], one["id"]) for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [times for times, _ in seen] == [3, 2, 2, 1, 1]
    assert len({entry for _, entry in seen}) == 5
    assert office.ask("first", "GET", "/operator/inbox?cursor=xx").status_code == 422


@pytest.mark.usefixtures("few_sentences")
def test_sentences_are_grouped_by_meaning_with_a_label_and_suggestions(office: Desk, embedder: Any) -> None:
    for text in [*TORTOISES, *STOCKS]:
        say(office, text)
    collected(office)
    first, second = grouped(office, embedder)
    assert (first["entries"], second["entries"]) == (3, 2)
    assert first["label"] in TORTOISES
    assert any("乌龟" in word or "户口" in word for word in first["words"])
    nearest = first["suggestions"]["matters"][0]
    assert nearest["id"] == "hukou-transfer"
    assert nearest["example"] and 0 < nearest["likeness"] <= 1
    say(office, "帮乌龟上户口")
    collected(office)
    assert grouped(office, embedder)[0]["id"] == first["id"], "a new sentence joins the group that is there"
    say(office, "帮乌龟上户口")
    collected(office)
    assert grouped(office, embedder)[0]["count"] == 5, "and what is said again counts for its group"


@pytest.mark.usefixtures("few_sentences")
def test_a_group_is_split_by_hand_or_by_meaning_and_stays_split(office: Desk, embedder: Any) -> None:
    for text in TORTOISES:
        say(office, text)
    entries = collected(office)
    [group] = grouped(office, embedder)
    path = f"/operator/inbox/groups/{group['id']}/split"
    halves = office.ask("first", "POST", path, {"entries": [entries[0]["id"]]}).get_json()["items"]
    assert sorted(one["entries"] for one in halves) == [1, 2]
    assert len(grouped(office, embedder)) == 2
    rest = next(one for one in halves if one["entries"] == 2)
    by_meaning = office.ask("first", "POST", f"/operator/inbox/groups/{rest['id']}/split", {})
    assert [one["entries"] for one in by_meaning.get_json()["items"]] == [1, 1]
    assert office.ask("first", "POST", path, {"entries": [entries[0]["id"]]}).status_code == 422
    assert office.ask("first", "POST", "/operator/inbox/groups/none/split", {}).status_code == 404


@pytest.mark.usefixtures("few_sentences")
def test_a_whole_group_is_labelled_and_confirmed_at_once(office: Desk, embedder: Any) -> None:
    for text in TORTOISES:
        say(office, text)
    collected(office)
    [group] = grouped(office, embedder)
    said = {"group": group["id"], "matter": "hukou-transfer", "act": "greet", "why": "试试"}
    states = [
        one["state"]
        for one in office.ask("first", "POST", "/operator/inbox/labels", said).get_json()["items"]
    ]
    assert states == ["labelled"] * 3
    done = {"group": group["id"], "why": "同意"}
    answer = office.ask("second", "POST", "/operator/inbox/confirmations", done).get_json()
    assert [one["state"] for one in answer["items"]] == ["confirmed"] * 3
    assert office.ask("first", "GET", "/operator/inbox/groups").get_json()["items"] == []


def test_a_label_counts_only_when_another_operator_gives_the_same(office: Desk) -> None:
    say(office, "给乌龟上个户口")
    [entry] = collected(office)
    assert label(office, "first", entry["id"])["state"] == "labelled"
    assert label(office, "first", entry["id"])["state"] == "labelled", "who labelled cannot confirm"
    alone = office.ask(
        "first", "POST", "/operator/inbox/confirmations", {"entries": [entry["id"]], "why": "我说的"}
    )
    assert alone.get_json()["items"][0]["refused"]
    assert office.ask("first", "GET", "/operator/changes").get_json()["items"] == []
    assert label(office, "second", entry["id"])["state"] == "confirmed"
    [change] = office.ask("first", "GET", "/operator/changes?act=out_of_scope").get_json()["items"]
    assert (change["text"], change["by"], change["source"]) == ("给乌龟上个户口", f"second.{OFFICE}", "inbox")
    edits = office.ask("first", "GET", "/operator/edits").get_json()
    assert edits["edits"]["acts"]["out_of_scope"]["add"] == ["给乌龟上个户口"]
    assert label(office, "third", entry["id"])["refused"], "what is settled is changed in the data"


def test_different_labels_are_a_dispute_until_two_agree(office: Desk) -> None:
    say(office, "给乌龟上个户口")
    [entry] = collected(office)
    label(office, "first", entry["id"], act="do_matter", matter="hukou-transfer")
    assert label(office, "second", entry["id"])["state"] == "disputed"
    [disputed] = office.ask("third", "GET", "/operator/inbox?state=disputed").get_json()["items"]
    assert [(one["name"], one["matter"]) for one in disputed["labels"]] == [
        (f"first.{OFFICE}", "hukou-transfer"),
        (f"second.{OFFICE}", None),
    ]
    vague = office.ask(
        "third", "POST", "/operator/inbox/confirmations", {"entries": [entry["id"]], "why": "嗯嗯"}
    )
    assert vague.get_json()["items"][0]["refused"]
    assert label(office, "third", entry["id"])["state"] == "confirmed"


def test_what_may_not_be_trained_on_is_refused_row_by_row(office: Desk) -> None:
    say(office, "我要办护照", act="do_matter", decision="ask")
    say(office, "给乌龟上个户口")
    known, fresh = sorted(collected(office), key=lambda one: str(one["text"]))
    entries = [known["id"], fresh["id"]]
    said = {"entries": entries, "act": "out_of_scope", "why": "都不是"}
    outcomes = office.ask("first", "POST", "/operator/inbox/labels", said).get_json()["items"]
    refused = {one["text"]: one["refused"] for one in outcomes}
    assert "passport" in refused["我要办护照"]
    assert refused["给乌龟上个户口"] == ""
    wrong = label(office, "first", fresh["id"], act="do_matter", matter="tortoise-licence")
    assert "tortoise-licence" in wrong["refused"]


def test_what_is_ignored_waits_no_more_and_can_be_taken_up_again(office: Desk) -> None:
    say(office, "给乌龟上个户口")
    [entry] = collected(office)
    body = {"entries": [entry["id"]], "why": "听不出要办什么"}
    assert (
        office.ask("first", "POST", "/operator/inbox/ignore", body).get_json()["items"][0]["state"]
        == "ignored"
    )
    say(office, "给乌龟上个户口")
    assert collected(office) == []
    office.ask("second", "POST", "/operator/inbox/reopen", body)
    assert collected(office)[0]["count"] == 2
    both = body | {"group": "g"}
    assert office.ask("first", "POST", "/operator/inbox/ignore", both).status_code == 422


def test_only_operators_see_the_inbox(office: Desk) -> None:
    assert office.ask("receiver", "GET", "/operator/inbox").status_code == 403
    assert (
        office.ask("admin", "POST", "/operator/inbox/ignore", {"entries": ["x"], "why": "不行"}).status_code
        == 403
    )


def test_an_entry_is_forgotten_when_nobody_says_it_for_long() -> None:
    from backend.core.mongo import DECLARED

    kept = [index.ttl for index in DECLARED[inbox_store.ENTRIES] if index.keys == "last_at"]
    assert kept == [timedelta(days=180).total_seconds()]
