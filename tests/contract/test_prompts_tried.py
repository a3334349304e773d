"""Rules tried before anyone hears of them: why, for whom, and by which index, as the database says."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.audit.trail import about_me
from backend.core.clock import city_midnight
from backend.core.errors import Problem
from backend.core.schemas import PageQuery
from backend.matters.datewords import newly_true, resolve
from backend.prompts.conditions import take_apart
from backend.prompts.rules import Answer
from tests.contract.city import emptied
from tests.contract.desk import Desk
from tests.contract.prompting import TODAY, PromptTown

RENEWAL = "driving-licence-renewal"
SEED = 20260101
DEPARTMENTS = ("public-security", "traffic-police")


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PromptTown]:
    made = PromptTown(mongo_url, emptied(mongo_url, "tried"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    yield made


def leaves(condition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "join" not in condition:
        yield condition
    for one in condition.get("of", []):
        yield from leaves(one)


def test_each_condition_is_told_with_the_fact_that_decided_it(town: PromptTown) -> None:
    from backend.prompts.explaining import explain

    found = explain(town.house, RENEWAL, town.a_driver())
    assert found["holds"] and found["outcome"] == "shown"
    assert all(one["holds"] for one in leaves(found["conditions"]))
    assert "2026-12-18" in str([one["value"] for one in leaves(found["conditions"])])
    assert "traffic-police" in [one["department"] for one in leaves(found["conditions"])]

    safe = explain(town.house, RENEWAL, town.a_driver(days=400))
    assert (safe["holds"], safe["outcome"]) == (False, "not-met")
    [failed] = [one for one in leaves(safe["conditions"]) if not one["holds"]]
    assert failed["path"] == "licences" and "2027-12-28" in failed["value"]

    for rule, citizen in ((RENEWAL, "nobody"), ("passport", town.a_driver())):
        with pytest.raises(Problem, match="not-found"):
            explain(town.house, rule, citizen)


def test_what_keeps_a_prompt_back_is_told_in_order(town: PromptTown) -> None:
    from backend.accounts.store import set_topic_muted
    from backend.prompts.answering import answer
    from backend.prompts.explaining import explain
    from backend.prompts.offering import check_citizen

    def stopped(citizen: str) -> list[str]:
        return [
            one["control"] for one in explain(town.house, RENEWAL, citizen)["controls"] if not one["lets"]
        ]

    driver, muted = town.a_driver(), town.a_driver()
    set_topic_muted(town.house, muted, "licences", True)
    assert (stopped(driver), stopped(muted)) == ([], ["topic"])
    [prompt] = check_citizen(town.house, driver, ["licences"])
    assert stopped(driver) == ["occasion"]
    answer(town.house, driver, prompt, Answer.DECLINE)
    assert stopped(driver) == ["occasion", "cool-down"]
    assert explain(town.house, RENEWAL, driver)["outcome"] == "kept-back"


def test_a_dry_run_counts_whom_it_reaches_and_whom_not_and_tells_nobody(town: PromptTown) -> None:
    from backend.accounts.store import set_topic_muted
    from backend.prompts.answering import answer
    from backend.prompts.offering import check_citizen
    from backend.prompts.surveying import dry_run

    def person(age: int, sex: str, district: str) -> dict[str, Any]:
        born = city_midnight(TODAY.replace(year=TODAY.year - age))
        return {"name": "随小办", "sex": sex, "born": born, "residence": {"district": district}}

    people = [
        person(80, "男", "清溪区"),
        person(79, "女", "清溪区"),
        person(34, "男", "云桥区"),
        person(35, "女", "云桥区"),
    ]
    drivers = [town.a_driver(population=one) for one in people]
    town.a_driver(days=94, population=people[0])  # within the week after
    town.a_driver(days=200)
    set_topic_muted(town.house, drivers[0], "licences", True)
    [prompt] = check_citizen(town.house, drivers[1], ["licences"])
    answer(town.house, drivers[1], prompt, Answer.DECLINE)

    found = dry_run(town.house, RENEWAL)
    assert (found["reached"], found["first_wave"], found["next_week"]) == (4, 2, 1)
    assert found["by_district"] == {"清溪区": 2, "云桥区": 2} and found["by_sex"] == {"男": 2, "女": 2}
    assert found["by_age"] == {"18–34": 1, "35–59": 1, "60–79": 1, "80+": 1}
    assert found["kept_back"] == {"topic": 1, "cool-down": 1}
    assert "2026年12月18日" in found["examples"][0]["text"]
    assert not town.prompts_of(drivers[2]), "nobody hears of it"
    assert "310101199001011234" not in str(found) and drivers[0] not in str(found)


def test_every_rule_of_the_catalogue_finds_its_people_by_an_index(town: PromptTown) -> None:
    from backend.prompts.planning import plan

    town.a_driver()
    rows = plan(town.house)
    assert len(rows) >= 30
    assert not [row["rule"] for row in rows if not row["indexed"]]
    [renewal] = [row for row in rows if row["rule"] == RENEWAL]
    assert renewal["index"] == "licences.type_1_licences.expires_1"


def test_an_operator_asks_over_http_and_the_citizen_sees_it(desk: Desk) -> None:
    for name in ("operate", "handle"):
        desk.hire(f"rules-{name}", roles=[name])
    citizen = desk.a_driver()
    ask = {"citizen": citizen, "why": "市民问为什么收到"}
    path = f"/operator/prompt-rules/{RENEWAL}"
    assert desk.ask("rules-handle", "POST", f"{path}/explain", ask).status_code == 403
    found = desk.ask("rules-operate", "POST", f"{path}/explain", ask)
    assert found.status_code == 200 and found.get_json()["holds"], found.get_json()
    [read] = about_me(desk.house, citizen, PageQuery(limit=20, cursor=None)).items
    assert read["what"] == "explain-prompt"
    assert desk.ask("rules-operate", "POST", f"{path}/explain", {"citizen": citizen}).status_code == 422
    counted = desk.ask("rules-operate", "POST", f"{path}/dry-run")
    assert counted.status_code == 200 and counted.get_json()["reached"] >= 1
    assert desk.ask("rules-operate", "POST", "/operator/prompt-rules/passport/dry-run").status_code == 404
    plans = desk.ask("rules-operate", "GET", "/operator/prompt-rules/plan").get_json()["items"]
    assert RENEWAL in [one["rule"] for one in plans]


def a_profile(chance: random.Random) -> dict[str, Any]:
    """Somebody with facts around the days that the rules below speak of, or without."""

    def day() -> Any:
        return city_midnight(TODAY + timedelta(days=chance.randrange(-40, 40)))

    def licence() -> dict[str, Any]:
        kind = {"type": chance.choice(["a", "b"]), "status": chance.choice(["valid", "void"])}
        return kind | ({"expires": day()} if chance.random() < 0.8 else {})

    facts: dict[str, Any] = {"licences": [licence() for _ in range(chance.randrange(4))]}
    if chance.random() < 0.8:
        facts["population"] = {"born": day(), "local": chance.random() < 0.5}
    if chance.random() < 0.6:
        facts["fund"] = {"months": chance.randrange(6), "last": day() if chance.random() < 0.7 else None}
    return facts


def a_rule(chance: random.Random, depth: int = 2) -> dict[str, Any]:
    """A filter of the kinds that the catalogue's rules are made of."""

    def word() -> str:
        return chance.choice(["today", "today+9d", "today-2w", "today-1m+3d", "month_start", "month_end"])

    def comparison() -> dict[str, Any]:
        path = chance.choice(["population.born", "fund.last", "licences.expires"])
        kinds = [
            {path: {"$lte": word()}},
            {path: {"$gte": word(), "$lt": "today+30d"}},
            {"licences": {"$elemMatch": {"type": "a", "status": "valid", "expires": {"$lt": word()}}}},
            {"licences.type": {"$ne": "b"}},
            {"population.local": chance.random() < 0.5},
            {"fund.months": {"$gte": chance.randrange(6)}},
            {"fund.last": {"$exists": chance.random() < 0.5}},
            {"fund.months": {"$in": [1, 3, 5]}},
        ]
        return chance.choice(kinds)

    if depth and chance.random() < 0.4:
        join = chance.choice(["$and", "$or", "$nor"])
        return {join: [a_rule(chance, depth - 1) for _ in range(chance.randrange(1, 4))]}
    merged: dict[str, Any] = {}
    for _ in range(chance.randrange(1, 4)):
        merged |= comparison()
    return merged


def test_one_citizen_the_whole_sweep_and_the_days_sweep_mean_the_same(town: PromptTown) -> None:
    """On random profiles and rules; what a day brings is whoever it makes true, whatever was true before."""
    from backend.profiles import facts

    chance = random.Random(SEED)
    citizens = [town.a_citizen(**a_profile(chance)) for _ in range(60)]
    before, narrowed_rules, brought = TODAY - timedelta(days=5), 0, 0

    def whole(when: dict[str, Any], day: date) -> set[str]:
        return set(facts.find_citizens(town.house, resolve(when, today=day), after=None, limit=1000))

    for _ in range(150):
        when = a_rule(chance)
        reached = whole(when, TODAY)
        apart = take_apart(when)
        asked = [one.where(TODAY) for one in apart.comparisons()]
        for citizen in chance.sample(citizens, 8):
            alone = facts.matches(town.house, citizen, resolve(when, today=TODAY))
            answers = [facts.matches(town.house, citizen, one) for one in asked]
            assert alone == (citizen in reached) == apart.holds(answers), when
        narrowed = newly_true(when, since=before, today=TODAY)
        if narrowed is None:
            continue
        narrowed_rules += 1
        new = {
            one for part in narrowed for one in facts.find_citizens(town.house, part, after=None, limit=1000)
        }
        fresh = reached - whole(when, before)
        brought += len(fresh)
        assert fresh <= new <= reached, when
    assert narrowed_rules >= 50 and brought >= 20, "the test looks at something"
