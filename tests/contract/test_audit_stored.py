"""The audit trail: what is written down, what its owner sees, and that it cannot be bent."""

from typing import Any

from tests.contract.desk import Desk
from tests.contract.prompting import together


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def mine(desk: Desk, citizen: str) -> list[dict[str, Any]]:
    answer = desk.ask(desk.citizen_token(citizen), "GET", "/me/audit?limit=50")
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_a_persons_file_without_the_case_in_hand_is_refused_and_the_attempt_is_kept(desk: Desk) -> None:
    case = desk.a_case()
    citizen = desk.document(case)["citizen"]
    answer = desk.ask("receiver", "POST", f"/staff/cases/{case}/person", {"reason": "identity"})
    assert (answer.status_code, slug(answer)) == (403, "not-in-hand")
    [entry] = mine(desk, citizen)
    assert (entry["refused"], entry["department"], entry["by"]) == (True, "市民政局", "安*办")
    assert entry["why"] == "核对身份"


def test_another_departments_attempt_is_kept_too(desk: Desk) -> None:
    case = desk.a_case()
    desk.hire("curious", "health", ["receive", "supervise"])
    answer = desk.ask("curious", "POST", f"/staff/cases/{case}/person", {"reason": "family"})
    assert answer.status_code == 404
    [entry] = mine(desk, desk.document(case)["citizen"])
    assert (entry["refused"], entry["department"]) == (True, "市卫生健康委员会")


def test_a_file_opens_in_ones_hand_for_a_reason_masked_and_its_owner_sees_it(desk: Desk) -> None:
    case = desk.a_case(bank_account={"number": "6222000000000000004"})
    citizen = desk.document(case)["citizen"]
    desk.do("receiver", case, "claim")
    path = f"/staff/cases/{case}/person"
    assert desk.ask("receiver", "POST", path, {"reason": "curiosity"}).status_code == 422
    assert desk.ask("receiver", "POST", path, {"reason": "other"}).status_code == 422
    opened = desk.ask("receiver", "POST", path, {"reason": "conditions", "note": "核对房产"}).get_json()
    sections = {one["section"]: one["value"] for one in opened["sections"]}
    assert sections["property"] == {"owned": 0}
    assert sections["population"]["name"] == "随*办"
    assert "安心路8号" not in str(opened)
    assert "bank_account" not in sections, "this matter has no use for it"
    [entry] = mine(desk, citizen)
    assert entry["id"] == opened["audit"]
    assert (entry["why"], entry["what"], entry["refused"]) == (
        "核对办理条件：核对房产",
        "查看了您的档案",
        False,
    )
    assert mine(desk, desk.a_resident()) == []


def test_reading_a_case_and_its_files_in_full_is_kept(desk: Desk) -> None:
    case = desk.a_case()
    desk.ask("supervisor", "GET", f"/staff/cases/{case}")
    desk.do("receiver", case, "claim")
    desk.ask("receiver", "GET", f"/staff/cases/{case}")
    desk.ask("receiver", "GET", f"/staff/cases/{case}/materials/record")
    told = [entry["what"] for entry in mine(desk, desk.document(case)["citizen"])]
    assert told == ["查看了您上传的材料", "查看了您办件的申请内容"]


def test_parallel_writers_make_one_unbroken_chain(desk: Desk) -> None:
    from backend.audit.trail import Deed, Reader, Reading, note_reading, verify

    reader, reading = Reader("s1", "health", "安小办"), Reading(Deed.READ_CASE, whose="c1", why="试")
    before = desk.house.db["audit_trail"].count_documents({})
    written = together(*[lambda: note_reading(desk.house, reader, reading)] * 16)
    assert len({entry for entry in written if isinstance(entry, str)}) == 16
    verdict = verify(desk.house)
    assert verdict.whole
    assert verdict.entries == before + 16


def test_a_changed_removed_or_forged_entry_breaks_the_chain(desk: Desk) -> None:
    from backend.audit.trail import Deed, Reader, Reading, note_reading, verify
    from backend.core.clock import city_date

    trail = desk.house.db["audit_trail"]
    reader, reading = Reader("s1", "health"), Reading(Deed.READ_CASE, whose="c2", why="试")
    ids = [note_reading(desk.house, reader, reading) for _ in range(4)]
    desk.clock.advance(days=1)
    ids += [note_reading(desk.house, reader, reading) for _ in range(2)]
    assert verify(desk.house).whole
    assert verify(desk.house, since=city_date(desk.clock.now())).entries == 2

    kept = trail.find_one({"_id": ids[1]})
    assert kept is not None
    trail.update_one({"_id": ids[1]}, {"$set": {"whose": "c3"}})
    broken = verify(desk.house).broken
    assert broken is not None
    assert (broken.entry, broken.why) == (ids[1], "it was changed")
    trail.delete_one({"_id": ids[1]})
    gap = verify(desk.house).broken
    assert gap is not None
    assert (gap.entry, gap.why) == (ids[2], "an entry before it is missing")
    trail.insert_one(kept)
    assert verify(desk.house).whole
    trail.delete_one({"_id": ids[3]})
    tail = verify(desk.house).broken
    assert tail is not None
    assert (tail.entry, tail.why) == (ids[4], "it does not follow the entry before it")
    trail.delete_many({"_id": {"$in": ids}})


def test_why_somebody_looked_is_sealed_at_rest(desk: Desk) -> None:
    from backend.audit.trail import Deed, Reader, Reading, note_reading

    why = "核对张某某的住址"
    entry = note_reading(
        desk.house, Reader("s1", "health", "安小办"), Reading(Deed.READ_CASE, whose="c9", why=why)
    )
    stored = str(desk.house.db["audit_trail"].find_one({"_id": entry}))
    assert why not in stored
    assert "安小办" not in stored


def test_the_command_says_whether_the_trail_is_whole(desk: Desk, capsys: Any) -> None:
    from backend.audit import __main__ as command

    assert command.main([]) == 0
    assert capsys.readouterr().out.startswith("whole: ")
    first = desk.house.db["audit_trail"].find_one({}, sort=[("_id", 1)])
    assert first is not None
    desk.house.db["audit_trail"].update_one({"_id": first["_id"]}, {"$set": {"basis": "无"}})
    assert command.main([]) == 1
    assert first["_id"] in capsys.readouterr().out
    desk.house.db["audit_trail"].update_one({"_id": first["_id"]}, {"$set": {"basis": first["basis"]}})
