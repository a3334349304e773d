"""Versions on a real database: trained, published through the gate, taken back, and never half of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.core import house as houses
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.schemas import PageQuery
from backend.core.settings import Stage
from backend.stream.publishing import BEGINNING, read_after
from bot.pointer import Pointer, Served, read_pointer, write_pointer
from intents import canaries, measuring, publishing, serving, trainer, training, versions
from intents.evaluating import COLUMNS
from intents.versions import Kind, State
from tests.contract.desk import OFFICE, Desk

SHIPPED = Served("shipped-aaaaaaaaaaaa", "suiban-aaaaaaaaaaaa.tar.gz", shipped="aaaaaaaaaaaa")


@pytest.fixture
def place(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house that has just been started for the first time: the shipped version answers."""
    made = replace(desk.house, settings=desk.house.settings.model_copy(update={"models_dir": tmp_path}))
    monkeypatch.setattr(houses, "_opened", [made])
    for name in (versions.VERSIONS, serving.SERVING, serving.PUBLICATIONS):
        made.db[name].delete_many({})
    write_pointer(tmp_path, Pointer(SHIPPED))
    serving.adopt(made)
    versions.set_report(made, SHIPPED.version, a_report(SHIPPED.model))
    yield made


def a_report(model: str, *, unsafe: int = 0, **figures: float) -> dict[str, Any]:
    """What a measuring would have found: everything 0.95, unless said otherwise."""
    values = {column.name: 0.95 for column in COLUMNS} | {"matters, falsely refused": 0.02} | figures
    wrong = [{"text": f"救命{at}", "act": "emergency", "read": "chitchat"} for at in range(unsafe)]
    return {
        "frozen": measuring.frozen_digest(),
        "model": model,
        "sets": {"test": {"count": 900, "figures": values, "ms": 8.0}},
        "safety": {"count": 70, "wrong": wrong},
    }


def a_candidate(place: House, *, by: str = "someone", **report: Any) -> str:
    """A version whose training has ended well."""
    version = training.ask_training(place, kind=Kind.INDEX, by=by, why="a test")["_id"]
    model = f"versions/{version}/model.tar.gz"
    files = {"model": model, "edits": f"versions/{version}/edits.json", "shipped": SHIPPED.shipped}
    versions.set_files(place, version, files)
    versions.set_report(place, version, a_report(model, **report))
    versions.move_version(
        place, version, State.CANDIDATE, by=by, why="trained", now=place.clock.now(), also={"lease": None}
    )
    return str(version)


def publish(place: House, version: str, share: float | None = None) -> Any:
    return publishing.publish(place, version, share=share, by="someone", why="a test")


def states(place: House) -> dict[str, str]:
    return {one["_id"]: one["state"] for one in versions.list_versions(place, PageQuery(limit=50)).items}


def pointed(place: House) -> tuple[str, str | None, float]:
    pointer = read_pointer(place.settings.models_dir)
    assert pointer is not None
    return pointer.live.version, pointer.canary.version if pointer.canary else None, pointer.share


def test_what_the_product_came_with_is_the_first_version(place: House) -> None:
    serving.adopt(place)
    assert states(place) == {SHIPPED.version: "live"}
    assert serving.read_serving(place)["revision"] == 0


def test_a_published_version_answers_and_the_one_before_is_kept(place: House) -> None:
    version = a_candidate(place)
    publish(place, version)
    assert pointed(place) == (version, None, 0.0)
    assert states(place) == {version: "live", SHIPPED.version: "retired"}
    [entry] = publishing.list_publications(place, PageQuery(limit=5)).items
    assert (entry["action"], entry["version"], entry["instead_of"]) == ("publish", version, SHIPPED.version)


def test_one_step_back_and_it_is_told_who_and_why(place: House) -> None:
    version = a_candidate(place)
    publish(place, version)
    entry = publishing.roll_back(place, by="another", why="投诉变多了")
    assert pointed(place)[0] == SHIPPED.version
    assert (entry["by"], entry["why"], entry["instead_of"]) == ("another", "投诉变多了", version)
    assert versions.get_version(place, version)["history"][-1]["why"] == "投诉变多了"
    publish(place, version)
    assert pointed(place)[0] == version, "what was taken back may be published again"


def test_step_by_step_back_to_the_beginning_and_no_further(place: House) -> None:
    first, second = a_candidate(place), a_candidate(place)
    publish(place, first)
    publish(place, second)
    for expected in (first, SHIPPED.version):
        publishing.roll_back(place, by="someone", why="back")
        assert pointed(place)[0] == expected
    with pytest.raises(Problem, match="conflict"):
        publishing.roll_back(place, by="someone", why="back")


def test_a_canary_answers_a_share_then_everybody(place: House) -> None:
    version = a_candidate(place)
    publish(place, version, 0.1)
    assert pointed(place) == (SHIPPED.version, version, 0.1)
    publish(place, version, 0.3)
    assert pointed(place) == (SHIPPED.version, version, 0.3)
    publish(place, version)
    assert pointed(place) == (version, None, 0.0)


def test_rolling_back_a_canary_ends_it_and_leaves_the_live_version(place: House) -> None:
    version = a_candidate(place)
    publish(place, version, 0.1)
    publishing.roll_back(place, by="someone", why="worse")
    assert pointed(place) == (SHIPPED.version, None, 0.0)
    assert states(place)[version] == "candidate"


def test_another_canary_takes_the_place_of_the_first(place: House) -> None:
    first, second = a_candidate(place), a_candidate(place)
    publish(place, first, 0.1)
    publish(place, second, 0.1)
    assert pointed(place)[1] == second
    assert states(place)[first] == "candidate"


@pytest.mark.parametrize("share", [None, 0.1])
def test_what_got_worse_is_refused_with_the_list(place: House, share: float | None) -> None:
    version = a_candidate(place, **{"matters, first": 0.90, "out of scope, caught": 0.80})
    with pytest.raises(Problem) as refused:
        publish(place, version, share)
    assert refused.value.kind.slug == "worse-than-live"
    assert [one["measure"] for one in refused.value.extra["worse"]] == [
        "matters, first",
        "out of scope, caught",
    ]
    assert pointed(place)[:2] == (SHIPPED.version, None)


def test_a_safety_sentence_read_wrong_is_refused(place: House) -> None:
    with pytest.raises(Problem) as refused:
        publish(place, a_candidate(place, unsafe=1))
    assert [one["text"] for one in refused.value.extra["unsafe"]] == ["救命0"]
    assert "救命0" in refused.value.detail


def test_what_was_measured_on_other_sentences_is_measured_anew(place: House) -> None:
    version = a_candidate(place)
    report = versions.get_version(place, version)["report"]
    versions.set_report(place, version, report | {"frozen": "older"})
    with pytest.raises(Problem, match="evaluate") as refused:
        publish(place, version)
    assert refused.value.extra["unmeasured"] == version


def test_in_production_another_operator_publishes(place: House) -> None:
    production = place.settings.model_copy(update={"suiban_env": Stage.PRODUCTION})
    version = a_candidate(place, by="trainer")
    with pytest.raises(Problem, match="same-person"):
        publishing.publish(replace(place, settings=production), version, share=None, by="trainer", why="mine")
    publishing.publish(replace(place, settings=production), version, share=None, by="second", why="looked at")
    assert pointed(place)[0] == version


def test_of_two_who_publish_at_once_one_is_told(place: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = a_candidate(place), a_candidate(place)
    seen = serving.read_serving(place)
    publish(place, first)
    monkeypatch.setattr(publishing, "read_serving", lambda house: seen)
    with pytest.raises(Problem, match="conflict"):
        publish(place, second)
    monkeypatch.undo()
    assert states(place) == {first: "live", second: "candidate", SHIPPED.version: "retired"}


def test_a_crash_between_the_database_and_the_file_is_made_good(place: House) -> None:
    version = a_candidate(place)
    before = read_pointer(place.settings.models_dir)
    publish(place, version)
    assert before is not None
    write_pointer(place.settings.models_dir, before)
    serving.adopt(place)
    assert pointed(place)[0] == version


def test_what_the_assistant_cannot_load_is_taken_back_once(
    place: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken = a_candidate(place), a_candidate(place)
    publish(place, first)
    publish(place, broken)
    told = {"live": first, "revision": 1, "failed": broken}
    monkeypatch.setattr(publishing, "ask_assistant", lambda house: told)
    assert publishing.confirm(place) == "taken-back"
    assert pointed(place)[0] == first
    assert publishing.confirm(place) == "loading", "one step back, not two"
    told |= {"revision": serving.read_serving(place)["revision"], "failed": None}
    assert publishing.confirm(place) == "served"
    assert publishing.list_publications(place, PageQuery(limit=1)).items[0]["by"] == "system"


def test_one_training_at_a_time(place: House) -> None:
    training.ask_training(place, kind=Kind.FULL, by="someone", why="first")
    with pytest.raises(Problem, match="conflict"):
        training.ask_training(place, kind=Kind.FULL, by="another", why="second")


def test_a_training_is_in_one_hand_and_found_when_the_hand_is_gone(place: House, desk: Desk) -> None:
    version = training.ask_training(place, kind=Kind.FULL, by="someone", why="why")["_id"]
    now, lasts = place.clock.now(), timedelta(seconds=45)
    assert versions.claim_training(place, version, "one", now=now, lasts=lasts)
    assert versions.claim_training(place, version, "two", now=now, lasts=lasts) is None
    assert versions.abandoned(place, now) == []
    assert versions.renew_lease(place, version, "one", until=now + 2 * lasts)
    assert not versions.renew_lease(place, version, "two", until=now + 2 * lasts)
    later = now + 3 * lasts
    assert [one["_id"] for one in versions.abandoned(place, later)] == [version]
    assert versions.claim_training(place, version, "two", now=later, lasts=lasts)
    assert not versions.renew_lease(place, version, "one", until=later + lasts), "it is in other hands"


def test_a_training_that_never_ends_is_given_up(place: House, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(training, "start_trainer", lambda house, version: started.append(version))
    version = training.ask_training(place, kind=Kind.FULL, by="someone", why="why")["_id"]
    for _ in range(training.MOST_ATTEMPTS):
        training.take_up_abandoned(place)
        gone = timedelta(seconds=-1)  # as if it had died long ago
        assert versions.claim_training(place, version, "one", now=place.clock.now(), lasts=gone)
    training.take_up_abandoned(place)
    assert started == [version] * training.MOST_ATTEMPTS
    assert states(place)[version] == "failed"


def test_after_an_upgrade_the_newly_shipped_version_answers(place: House) -> None:
    newer = Served("shipped-bbbbbbbbbbbb", "suiban-bbbbbbbbbbbb.tar.gz", shipped="bbbbbbbbbbbb")
    write_pointer(place.settings.models_dir, Pointer(newer))
    serving.adopt(place)
    assert states(place) == {newer.version: "live", SHIPPED.version: "retired"}
    assert pointed(place)[0] == newer.version


def test_after_an_upgrade_the_operators_version_answers_on_from_its_new_model(place: House) -> None:
    version, canary = a_candidate(place), a_candidate(place)
    publish(place, version)
    publish(place, canary, 0.1)
    told = read_pointer(place.settings.models_dir)
    assert told is not None
    anew = replace(told.live, model="suiban-cccccccccccc.tar.gz", shipped="cccccccccccc")
    write_pointer(place.settings.models_dir, Pointer(anew, revision=told.revision))
    serving.adopt(place)
    kept = versions.get_version(place, version)
    assert (kept["model"], kept["report"]) == (anew.model, None), "it has to be measured anew"
    assert pointed(place) == (version, None, 0.0)
    assert states(place)[canary] == "candidate"


def test_files_of_old_versions_go_and_what_one_could_go_back_to_stays(
    place: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "KEPT_VERSIONS", 1)
    first, old, newest = a_candidate(place), a_candidate(place), a_candidate(place)
    publish(place, first)
    assert training.forget_files(place) == 1
    assert not versions.folder_of(place, old).exists()
    assert versions.folder_of(place, first).exists()
    assert versions.folder_of(place, newest).exists()


def test_the_canarys_turns_are_counted_beside_the_live_ones(place: House) -> None:
    now = place.clock.now()
    read = {"act": "do_matter", "decision": "sure", "model": "v1"}
    said = [
        read,
        read | {"decision": "none"},
        read | {"act": "ask_person", "decision": "none"},
        {"model": "v9"},
    ]
    place.db["turns"].insert_many([
        {"_id": f"turn-{at}", "citizen": f"c{at}", "conversation": "one", "reading": one, "created_at": now}
        for at, one in enumerate(said)
    ])  # fmt: skip
    found = canaries.figures_since(place, ["v1", "v2"], now - timedelta(minutes=1))
    assert found["v1"] == {"turns": 3, "conversations": 1, "declined": 0.3333, "asked_person": 0.3333}
    assert found["v2"]["declined"] is None


def test_operators_do_all_this_over_the_api(place: House, desk: Desk) -> None:
    desk.hire("api-operator", OFFICE, ["operate"])
    asked = desk.ask("api-operator", "POST", "/operator/versions", {"kind": "index", "why": "三句没听懂"})
    assert asked.status_code == 202
    assert asked.json["state"] == "training"
    assert desk.ask("api-operator", "POST", "/operator/versions", {"why": "again"}).status_code == 409
    training.fail(place, asked.json["id"], "for the test")
    version = a_candidate(place)
    listed = desk.ask("api-operator", "GET", "/operator/versions?state=candidate").json["items"]
    assert [one["id"] for one in listed] == [version]
    assert desk.ask("api-operator", "GET", f"/operator/versions/{version}/verdict").json["passed"]
    body = {"share": 0.2, "why": "先试试"}
    done = desk.ask("api-operator", "POST", f"/operator/versions/{version}/publication", body)
    assert (done.status_code, done.json["action"], done.json["by"]) == (
        201,
        "canary",
        "api-operator.data-office",
    )
    now = desk.ask("api-operator", "GET", "/operator/serving").json
    assert (now["live"], now["canary"], now["share"]) == (SHIPPED.version, version, 0.2)
    back = desk.ask("api-operator", "POST", "/operator/rollback", {"why": "变差了"})
    assert (back.status_code, back.json["instead_of"]) == (201, version)
    book = desk.ask("api-operator", "GET", "/operator/publications").json["items"]
    assert [one["action"] for one in book] == ["rollback", "canary"]


def test_a_refusal_over_the_api_lists_what_got_worse(place: House, desk: Desk) -> None:
    desk.hire("api-second", OFFICE, ["operate"])
    version = a_candidate(place, **{"matters, first": 0.5})
    refused = desk.ask("api-second", "POST", f"/operator/versions/{version}/publication", {"why": "试试"})
    assert refused.status_code == 409
    assert refused.json["worse"][0]["measure"] == "matters, first"


@pytest.mark.parametrize("share", [0, 1, 1.5, -0.1])
def test_a_share_is_a_part_of_the_conversations(place: House, desk: Desk, share: float) -> None:
    desk.hire(f"api-share{share}", OFFICE, ["operate"])
    body = {"share": share, "why": "试试"}
    answer = desk.ask(f"api-share{share}", "POST", "/operator/versions/v1/publication", body)
    assert answer.status_code == 422


def test_only_operators_may(place: House, desk: Desk) -> None:
    for method, path in (("GET", "/operator/versions"), ("POST", "/operator/rollback")):
        answer = desk.ask("receiver", method, path, {"why": "x"} if method == "POST" else None)
        assert answer.status_code == 403


def test_whoever_asked_for_a_training_hears_how_far_it_is(place: House) -> None:
    version = training.ask_training(place, kind=Kind.FULL, by="listener", why="why")
    trainer.tell(place, version, 40.4, "learning to tell matters apart")
    [event] = read_after(place, "staff:listener", BEGINNING)
    assert (event.event, event.data) == (
        "version",
        {"id": version["_id"], "percent": 40, "step": "learning to tell matters apart"},
    )
    assert versions.get_version(place, version["_id"])["progress"]["percent"] == 40
