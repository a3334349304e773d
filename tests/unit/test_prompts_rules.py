from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.core.clock import city_midnight
from backend.matters.catalogue import load_catalogue
from backend.matters.datewords import fields_read
from backend.matters.schema import PromptRule
from backend.prompts.rules import (
    COOL_DOWN,
    LEADS_TO,
    TOPIC_NAMES,
    TOPICS,
    WEEK,
    Answer,
    PromptState,
    QuietHours,
    Wishes,
    decide_showing,
    occasion_key,
    parse_quiet_hours,
    rules_reading,
)
from backend.prompts.wording import gather_evidence, show_value, word_prompt

CATALOGUE = load_catalogue([Path(__file__).parents[2] / "backend" / "matters" / "catalogue"])
QUIET = QuietHours(21, 8)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in the city
EVENING = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 22:30
NIGHT = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # 03:00 of the 24th
MORNING_24 = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 08:00 of the 24th


def test_by_day_a_prompt_is_shown_at_once() -> None:
    assert decide_showing(NOON, quiet=QUIET).state is PromptState.SHOWN


@pytest.mark.parametrize("moment", [EVENING, NIGHT])
def test_in_the_quiet_hours_it_waits_for_eight_in_the_morning(moment: datetime) -> None:
    showing = decide_showing(moment, quiet=QUIET)
    assert (showing.state, showing.show_at) == (PromptState.WAITING, MORNING_24)


def test_at_eight_sharp_the_quiet_hours_are_over_and_at_nine_in_the_evening_they_begin() -> None:
    assert decide_showing(MORNING_24, quiet=QUIET).state is PromptState.SHOWN
    nine_in_the_evening = MORNING_24 + timedelta(hours=13)
    assert decide_showing(nine_in_the_evening, quiet=QUIET).state is PromptState.WAITING


def test_quiet_hours_within_one_day_work_too() -> None:
    siesta = QuietHours(12, 14)
    assert siesta.over(NOON) == NOON + timedelta(hours=2)
    assert siesta.over(EVENING) == EVENING


def test_without_quiet_hours_the_night_is_like_the_day() -> None:
    assert decide_showing(NIGHT, quiet=parse_quiet_hours("")).state is PromptState.SHOWN


@pytest.mark.parametrize("text", ["21", "8-8", "21-25", "late-early", "-8"])
def test_wrong_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="QUIET_HOURS"):
        parse_quiet_hours(text)


def test_a_third_prompt_of_a_week_waits_until_the_first_is_a_week_old() -> None:
    shown = [NOON - timedelta(days=6), NOON - timedelta(days=1)]
    showing = decide_showing(NOON, quiet=QUIET, shown_lately=shown)
    assert showing.show_at == shown[0] + WEEK
    assert decide_showing(NOON, quiet=QUIET, shown_lately=shown[:1]).state is PromptState.SHOWN


def test_prompts_older_than_a_week_do_not_count() -> None:
    shown = [NOON - timedelta(days=8), NOON - timedelta(days=7)]
    assert decide_showing(NOON, quiet=QUIET, shown_lately=shown).state is PromptState.SHOWN


def test_after_a_no_the_matter_rests_and_then_waits_for_daylight() -> None:
    showing = decide_showing(NOON, quiet=QUIET, not_before=EVENING - timedelta(days=30) + COOL_DOWN)
    assert showing.show_at == MORNING_24


def test_only_the_rules_that_read_a_changed_section_are_tried() -> None:
    matters = CATALOGUE.all()
    everyone = {matter.id for matter in rules_reading(matters, None)}
    assert everyone == {matter.id for matter in matters if matter.prompt}
    for matter in rules_reading(matters, {"vehicles"}):
        assert matter.prompt is not None
        assert "vehicles" in fields_read(matter.prompt.when)
    assert "vehicle-inspection-exempt" in {one.id for one in rules_reading(matters, {"vehicles"})}
    assert rules_reading(matters, {"nothing"}) == []


def test_an_occasion_is_a_day_a_number_or_a_print_but_never_a_personal_text() -> None:
    assert occasion_key(city_midnight(NOON.date()), str.upper) == "2026-11-23"
    assert occasion_key(None, str.upper) == "once"
    assert occasion_key(3, str.upper) == "3"
    assert occasion_key("310101199001011234", lambda text: "print") == "print"


def test_wishes_close_a_topic_or_everything() -> None:
    assert Wishes(granted=True, muted=frozenset({"work"})).allow("licences")
    assert not Wishes(granted=True, muted=frozenset({"work"})).allow("work")
    assert not Wishes(granted=False, muted=frozenset()).allow("licences")


def test_every_answer_leads_somewhere_and_every_topic_has_a_name() -> None:
    assert set(LEADS_TO) == set(Answer)
    assert set(TOPIC_NAMES) == set(TOPICS)


RULE = PromptRule.model_validate(
    {
        "level": "L1",
        "topic": "licences",
        "title": "驾驶证快到期了",
        "when": {"licences": {"$elemMatch": {"expires": {"$lt": "today+90d"}}}},
        "occasion": "licences[type=driving-licence].expires",
        "text": "将于{due}到期。{其他}",
        "text_en": "Expires on {due}.",
        "due": "licences[type=driving-licence].expires",
        "because": "因为",
        "evidence": [
            {"label": "证号", "path": "licences[type=driving-licence].number", "source": "traffic-police"}
        ],
    }
)
PROFILE = {
    "licences": [
        {
            "type": "driving-licence",
            "number": "310101199001011234",
            "expires": datetime(2026, 12, 17, 16, 0, tzinfo=UTC),
            "department": "traffic-police",
        }
    ],
    "sources": {"licences": {"department": "public-security", "as_of": NOON}},
}


def test_the_text_names_the_day_in_the_city_and_leaves_other_braces_alone() -> None:
    words = word_prompt(RULE, PROFILE)
    assert words["text"] == "将于2026年12月18日到期。{其他}"
    assert words["text_en"] == "Expires on 18 December 2026."


def test_evidence_is_masked_and_says_who_said_it_and_when() -> None:
    evidence = gather_evidence(RULE.evidence[0], PROFILE)
    assert evidence == {
        "label": "证号",
        "value": "310101********1234",
        "department": "traffic-police",
        "as_of": NOON,
    }


def test_evidence_without_a_recorded_source_falls_back_to_the_rules_own() -> None:
    evidence = gather_evidence(RULE.evidence[0], {})
    assert (evidence["value"], evidence["department"], evidence["as_of"]) == ("无", "traffic-police", None)


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("population.phone", "19900000001", "199****0001"),
        ("fund.account", "622200001234", "********1234"),
        ("population.name", "随小办", "随*办"),
        ("licences[type=x].name", "机动车驾驶证", "机动车驾驶证"),
        ("population.hukou.local", True, "是"),
        ("fund.months", 14, "14"),
        ("children", [{}, {}], "2 项"),
        ("children.born", datetime(2026, 11, 17, 16, 0, tzinfo=UTC), "2026-11-18"),
    ],
)
def test_facts_are_shown_as_people_read_them(path: str, value: object, shown: str) -> None:
    assert show_value(path, value) == shown
