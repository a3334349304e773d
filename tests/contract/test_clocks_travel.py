"""Every deadline rule over real holidays: 国庆 2025 and 2026, 春节 2026, make-up Saturdays."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.core.errors import Problem
from backend.core.schemas import PageQuery
from tests.contract.city import emptied
from tests.contract.engine import HOME, EngineTown, day, trial_matter
from tests.papers import TINY_PDF

ALL = PageQuery(limit=50, cursor=None)


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineTown]:
    database = emptied(mongo_url, "clocks")
    made = EngineTown(mongo_url, database, tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    with trial_matter():
        yield made


@pytest.mark.parametrize(
    ("submitted", "days", "due"),
    [
        ("2025-09-30", 5, "2025-10-14"),  # 10-11 is a working Saturday
        ("2026-02-13", 5, "2026-02-27"),  # 02-14 is a working Saturday, 春节 to 02-23
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-09-18", 5, "2026-09-24"),  # 09-20 is a working Sunday
        ("2026-09-30", 20, "2026-11-03"),
    ],
)
def test_acceptance_and_promise_count_working_days(
    town: EngineTown, submitted: str, days: int, due: str
) -> None:
    period = {"amount": days, "unit": "工作日"}
    with trial_matter(clocks={"statutory": period, "promised": period, "acceptance": period}):
        town.at(submitted)
        application = town.a_submitted()
        assert day(town.clocks(application)["acceptance"]) == due
        town.report(application, "accepted")
        assert town.clocks(application)["acceptance"] is None
        assert (town.promised(application), day(town.clocks(application)["statutory"])) == (due, due)


def test_silence_means_accepted_as_of_the_day_of_receipt(town: EngineTown) -> None:
    town.at("2025-09-30")
    application = town.a_submitted()
    town.at("2025-10-14 23:59")
    town.sweep()
    assert town.state(application) == "submitted"
    town.at("2025-10-15 00:01")
    town.sweep()
    document = town.document(application)
    assert (document["state"], day(document["accepted_at"])) == ("accepted", "2025-09-30")
    assert document["timeline"][-1]["by"] == "clock"
    assert town.promised(application) == "2025-10-15"  # six working days from the receipt, not from today
    assert town.report(application, "accepted") == "ignored"
    assert ("silent-acceptance", ["handle", "decide"]) in town.reminders(application)


def test_silent_acceptance_while_the_department_is_down_still_files_once(town: EngineTown) -> None:
    from backend.applications import filing

    town.at("2026-03-02")
    town.departments.silent = True
    application = town.a_submitted()
    town.at("2026-03-10 00:05")
    town.sweep()
    assert town.state(application) == "accepted"
    town.departments.silent = False
    filing.file_waiting(town.house)
    filing.file_waiting(town.house)
    assert len(town.departments.filed) == 1


def test_a_correction_is_reminded_twice_and_lapses(town: EngineTown) -> None:
    town.at("2026-09-24")
    application = town.a_submitted()
    items = [{"field": "contact_phone", "reason": "打不通"}]
    town.report(application, "correction-requested", details={"items": items})
    assert day(town.clocks(application)["correction"]) == "2026-10-15"  # ten, over 国庆 and Saturday 10-10
    told = []
    for moment in ("2026-10-11 08:59", "2026-10-12 09:01", "2026-10-14 09:01", "2026-10-15 23:00"):
        town.at(moment)
        town.sweep()
        told.append(len(town.notices()))
    assert told == [0, 1, 2, 2]
    assert town.notices() == ["correction-soon", "correction-last"]
    town.at("2026-10-16 00:00")
    town.sweep()
    assert town.state(application) == "terminated"
    assert "补正超时办结" in town.document(application)["timeline"][-1]["text"]
    assert town.document(application)["watch_at"] is None


def test_a_resubmission_starts_the_acceptance_clock_anew(town: EngineTown) -> None:
    from backend.applications import applying, filing

    town.at("2026-03-02")
    application = town.a_submitted()
    items = [{"field": "contact_phone", "reason": "打不通"}]
    town.report(application, "correction-requested", details={"items": items, "days": 5})
    assert town.clocks(application)["acceptance"] is None
    town.at("2026-03-05")
    applying.fill_in(town.house, town.citizen, application, {"contact_phone": "19900000002"})
    applying.submit(town.house, town.citizen, application, key="again")
    assert day(town.clocks(application)["acceptance"]) == "2026-03-12"
    assert town.clocks(application)["correction"] is None
    filing.file_application(town.house, application)
    assert [what for what, _ in town.departments.told] == ["supplement"]
    town.at("2026-03-13 00:05")
    town.sweep()
    assert day(town.document(application)["accepted_at"]) == "2026-03-05"


def test_the_days_of_a_special_procedure_do_not_count(town: EngineTown) -> None:
    town.at("2026-09-24")
    application = town.an_accepted()
    assert town.promised(application) == "2026-10-10"  # the working Saturday after 国庆
    statutory = town.clocks(application)["statutory"]
    town.at("2026-09-28")
    town.report(application, "suspended", details={"kind": "专家评审"})
    assert town.state(application) == "suspended"
    assert day(town.clocks(application)["suspension"]["expected"]) == "2026-10-16"
    town.at("2026-10-12")
    town.sweep()  # past the promise, but the clock stands still
    assert town.document(application)["light"] == "green"
    town.report(application, "resumed", details={"result": "通过"})
    # 09-29, 09-30, 10-08, 10-09, 10-10 and 10-12 did not count: six working days.
    assert town.promised(application) == "2026-10-19"
    assert town.clocks(application)["statutory"] > statutory
    assert town.clocks(application)["suspension"] is None
    assert "resumed" in town.notices()


def test_a_special_procedure_that_takes_too_long_is_told_to_handler_and_head(town: EngineTown) -> None:
    town.at("2026-03-02")
    application = town.an_accepted()
    town.report(application, "suspended", details={"kind": "专家评审", "expected": "2026-03-05"})
    town.at("2026-03-06 00:01")
    town.sweep()
    assert town.reminders(application) == [("special-over", ["handle", "decide"])]


def test_calendar_days_of_a_suspension_move_calendar_deadlines(town: EngineTown) -> None:
    period = {"amount": 30, "unit": "日历日"}
    with trial_matter(clocks={"statutory": period, "promised": period}):
        town.at("2026-01-26")
        application = town.an_accepted()
        assert town.promised(application) == "2026-02-25"
        town.at("2026-02-10")
        town.report(application, "suspended", details={"kind": "公示"})
        town.at("2026-02-24")
        town.report(application, "resumed")
        assert town.promised(application) == "2026-03-11"


def test_one_extension_and_no_second(town: EngineTown) -> None:
    town.at("2026-09-30")
    application = town.an_accepted()
    town.report(application, "reviewing")
    town.clock.advance(hours=1)
    assert town.promised(application) == "2026-10-14"
    assert day(town.clocks(application)["statutory"]) == "2026-11-03"
    assert town.report(application, "extended", details={"reason": "案情复杂"}) == "applied"
    assert town.promised(application) == "2026-10-28"
    assert day(town.clocks(application)["statutory"]) == "2026-11-17"
    town.clock.advance(hours=1)
    assert town.report(application, "extended", details={"reason": "再延"}) == "ignored"
    assert town.promised(application) == "2026-10-28"
    assert town.notices() == ["extended"]


def test_an_extension_after_the_time_is_over_is_refused(town: EngineTown) -> None:
    town.at("2026-03-02")
    application = town.an_accepted()
    town.at("2026-06-01")
    assert town.report(application, "extended", details={"reason": "太晚"}) == "ignored"


def test_a_report_is_judged_by_its_own_time_however_late_it_comes(town: EngineTown) -> None:
    town.at("2026-03-02")
    application = town.a_submitted()
    accepted = town.at("2026-03-03")
    town.at("2026-03-09")
    assert town.report(application, "accepted", at=accepted.isoformat()) == "applied"
    found = town.document(application)
    assert found["accepted_at"] == accepted == found["timeline"][-1]["at"]
    assert town.promised(application) == "2026-03-11"
    reviewing, granted = town.at("2026-03-10"), town.at("2026-03-20")
    town.at("2026-06-01")
    town.report(application, "reviewing", at=reviewing.isoformat())
    said = {"details": {"reason": "案情复杂"}, "at": granted.isoformat()}
    assert town.report(application, "extended", **said) == "applied"
    assert town.clocks(application)["extension"]["at"] == granted


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"])
def test_a_report_of_an_impossible_time_stays_between_the_last_line_and_now(
    town: EngineTown, at: str
) -> None:
    submitted = town.at("2026-03-02")
    application = town.a_submitted()
    now = town.at("2026-03-04")
    town.report(application, "accepted", at=at)
    line = town.document(application)["timeline"][-1]["at"]
    assert line == (submitted if at < "2026" else now)
    assert town.document(application)["filing"]["reported_at"] <= now


def test_tolerance_leaves_papers_for_later_and_ends_the_case_when_they_do_not_come(town: EngineTown) -> None:
    from backend.applications import filing

    town.at("2026-02-12")
    application = town.an_accepted(with_plan=False)
    tolerance = town.clocks(application)["tolerance"]
    assert tolerance["materials"] == ["plan"]
    assert day(tolerance["due"]) == "2026-03-04"  # ten working days around 春节
    town.at("2026-03-02 09:01")
    town.sweep()
    assert town.notices() == ["tolerance-soon"]
    town.at("2026-03-06 00:01")
    town.sweep()
    assert town.state(application) == "terminated"
    assert town.report(application, "approved") == "ignored"
    town.clock.advance(seconds=11)
    filing.file_waiting(town.house)
    assert [what for what, _ in town.departments.told] == ["terminate"]


def test_what_was_left_for_later_comes_in_time(town: EngineTown) -> None:
    from backend.applications import filing, materials

    town.at("2026-02-12")
    application = town.an_accepted(with_plan=False)
    town.report(application, "reviewing")
    with pytest.raises(Problem, match="move-not-allowed"):
        materials.upload(
            town.house, town.citizen, application, material="other", name="a.pdf", content=TINY_PDF
        )
    town.upload(application)
    assert town.clocks(application)["tolerance"] is None
    filing.file_application(town.house, application)
    assert [what for what, _ in town.departments.told] == ["supplement"]
    town.at("2026-03-06 00:01")
    town.sweep()
    assert town.state(application) == "reviewing"


def test_lights_and_who_hears_of_them(town: EngineTown) -> None:
    town.at("2025-09-29")
    application = town.an_accepted()
    assert town.promised(application) == "2025-10-14"  # 30, 9, 10, 11 (Sat), 13, 14
    lights = []
    for moment in ("2025-10-10 23:59", "2025-10-11 00:01", "2025-10-13", "2025-10-14", "2025-10-15 00:01"):
        town.at(moment)
        town.sweep()
        lights.append(town.document(application)["light"])
    assert lights == ["green", "yellow", "yellow", "yellow", "red"]
    assert town.reminders(application) == [
        ("yellow", ["handle"]),
        ("last-day", ["handle", "decide"]),
        ("overdue", ["handle", "decide", "supervise"]),
    ]


def test_an_overdue_case_stands_on_the_list_until_it_ends(town: EngineTown) -> None:
    from backend.applications import supervision

    town.at("2026-03-02")
    application = town.an_accepted()
    town.at("2026-03-11")
    town.sweep()
    [entry] = supervision.list_entries(town.house, ALL, department=HOME, closed=False).items
    assert (entry["_id"], [one["why"] for one in entry["reasons"]]) == (application, ["办理超期"])
    town.report(application, "approved")
    town.at("2026-03-26")
    town.sweep()
    [entry] = supervision.list_entries(town.house, ALL, closed=False).items
    assert [one["why"] for one in entry["reasons"]] == ["办理超期", "送达超期"]
    town.report(application, "completed")
    assert supervision.list_entries(town.house, ALL, closed=False).items == []
    [entry] = supervision.list_entries(town.house, ALL, closed=True).items
    assert entry["closed_by"] == "clock"


def test_staff_close_an_entry_with_a_reason_once(town: EngineTown) -> None:
    from backend.applications import supervision
    from backend.core.events import commit

    town.at("2026-03-02")
    application = town.an_accepted()
    town.at("2026-03-11")
    town.sweep()
    commit(
        town.house,
        lambda unit: supervision.close_entry(town.house, unit, application, by="staff:1", why="已约谈"),
    )
    with pytest.raises(Problem, match="conflict"):
        commit(
            town.house,
            lambda unit: supervision.close_entry(town.house, unit, application, by="staff:1", why="再来"),
        )
    town.sweep()
    assert supervision.list_entries(town.house, ALL, closed=False).items == []


def test_delivery_is_due_ten_working_days_after_the_decision(town: EngineTown) -> None:
    town.at("2026-09-28")
    application = town.an_accepted()
    town.report(application, "approved")
    assert day(town.clocks(application)["delivery"]) == "2026-10-16"
    town.report(application, "completed")
    assert town.clocks(application)["delivery"] is None


def test_a_submission_whose_promise_has_no_holidays_is_refused_in_words(town: EngineTown) -> None:
    from backend.applications import applying

    town.at("2027-12-30")
    draft = town.a_draft()
    with pytest.raises(Problem, match="calendar-ended"):
        applying.submit(town.house, town.citizen, draft, key="k")
    assert town.state(draft) == "draft"


def test_what_the_answers_change_is_promised_and_filed(town: EngineTown) -> None:
    from backend.applications import view

    town.at("2026-03-02")
    application = town.a_submitted(speed="slow")
    assert town.promised(application) == "2026-03-18"
    seen = view.view(town.house, town.citizen, application)
    assert seen["terms"] == {
        "promised": "12 个工作日",
        "fee": 0,
        "result": "试办证",
        "visits": 0,
        "notes": ["要评审"],
    }
    town.report(application, "accepted")
    assert town.promised(application) == "2026-03-18"
    paid = town.a_submitted(speed="paid")
    [filing] = [one for _, one in town.departments.filed if one.application == town.document(paid)["number"]]
    assert filing.result
    assert filing.result.name == "加急证"


def test_a_fee_holds_the_filing_only_where_fees_are_collected(town: EngineTown) -> None:
    from dataclasses import replace

    from backend.applications import applying, filing
    from backend.core.events import commit

    assert len(town.departments.filed) == 0
    town.a_submitted(speed="paid")
    assert len(town.departments.filed) == 1
    town.house = replace(town.house, settings=town.house.settings.model_copy(update={"collect_fees": True}))
    town.at("2026-03-02")
    held = town.a_submitted(speed="paid")
    assert town.document(held)["payment"] == {"state": "due", "amount": "80.00"}
    assert (len(town.departments.filed), town.clocks(held)["acceptance"]) == (1, None)
    town.at("2026-03-20")
    town.sweep()
    assert town.state(held) == "submitted"
    commit(town.house, lambda unit: applying.release_paid(town.house, unit, town.document(held)))
    commit(town.house, lambda unit: applying.release_paid(town.house, unit, town.document(held)))
    assert day(town.clocks(held)["acceptance"]) == "2026-03-27"
    filing.file_application(town.house, held)
    assert len(town.departments.filed) == 2
    assert len(town.emitted("application.submitted")) == 2


def test_an_hour_is_an_hour(town: EngineTown) -> None:
    period = {"amount": 6, "unit": "小时"}
    with trial_matter(clocks={"statutory": period, "promised": period}):
        start = town.at("2026-03-02 10:00")
        application = town.an_accepted()
        assert town.document(application)["promised"]["due"] == start + timedelta(hours=6)
        town.at("2026-03-02 14:30")
        town.sweep()
        assert town.document(application)["light"] == "yellow"
        town.at("2026-03-02 16:01")
        town.sweep()
        assert town.document(application)["light"] == "red"
