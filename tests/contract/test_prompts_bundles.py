"""Prompts of bundles: who is offered the whole is not offered its parts at the same time."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from integrations.departments.calendar_words import resolve_words
from integrations.departments.people import open_town, populate
from integrations.departments.stories import tell_stories
from tests.contract.city import emptied
from tests.contract.prompting import TODAY, PromptTown

CASES = Path(__file__).parents[1] / "matters"
PEOPLE = 1500
# What a case leaves for the application to find out, and the prompt has to know.
KNOWN: dict[str, dict[str, Any]] = {
    "second-hand-home": {"housing.purchase.number": "WQ90000209", "housing.purchase.signed": "today-12d"},
    "residence-permit-bundle": {"licences.1.expires": "today-10d", "licences.1.status": "expired"},
}


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PromptTown]:
    made = PromptTown(mongo_url, emptied(mongo_url, "bundle_prompts"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    yield made


def bundles() -> list[str]:
    """The bundles that somebody is told of, by their files."""
    folder = CASES.parents[1] / "backend" / "matters" / "catalogue" / "bundles"
    return [file.stem for file in sorted(folder.glob("*.yml")) if "\nprompt:" in file.read_text("utf-8")]


def profile(said: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The profile of a case's citizen, as the departments would fill it."""
    from backend.profiles.facts import _with_dates

    local = bool(said.get("local", True))
    hukou = {"local": local, "address": "随安市清溪区和顺街道迎新路1弄1号0101室"}
    residence = {"local": True, "since": "today-8m", "address": hukou["address"]}
    person = {"sex": said.get("sex", "男"), "born": f"today-{said.get('age', 40)}y", "hukou": hukou}
    sections: dict[str, Any] = {"population": person | {"residence": residence}, "property": {"owned": 0}}
    for department in said.get("facts", {}).values():
        for section, value in department.items():
            sections[section] = sections.get(section, {}) | value if isinstance(value, dict) else value
    papers = [{"type": "identity-card", "name": "居民身份证", "number": "1", "status": "valid"}]
    sections["licences"] = papers + [
        {"status": "valid"} | one for one in said.get("licences", []) if one["type"] != "social-security-card"
    ]
    if firm := said.get("organisation"):
        sections["organisation"] = {"status": firm["status"], "name": firm["name"]}
        sections["staff"] = firm["human-resources"]["staff"]
    for path, value in more.items():
        _put(sections, path.split("."), value)
    filled: dict[str, Any] = _with_dates(resolve_words(sections, today=TODAY, form={}))
    return filled


def _put(holder: Any, path: list[str], value: Any) -> None:
    for step in path[:-1]:
        holder = holder[int(step)] if step.isdigit() else holder[step]
    holder[path[-1]] = value


@pytest.mark.parametrize("bundle", bundles())
def test_whom_a_bundle_fits_is_offered_it_and_none_of_its_parts(town: PromptTown, bundle: str) -> None:
    from backend.matters.catalogue import catalogue
    from backend.prompts.offering import check_citizen

    case = yaml.safe_load((CASES / f"{bundle}.yml").read_text("utf-8"))
    citizen = town.a_citizen(**profile(case["citizen"], KNOWN.get(bundle, {})))
    check_citizen(town.house, citizen)
    offered = {prompt["matter"]: prompt for prompt in town.prompts_of(citizen)}
    assert bundle in offered
    assert not offered.keys() & {part.matter for part in catalogue().get(bundle).parts}
    assert all(one["value"] not in ("", "无") for one in offered[bundle]["evidence"])


def test_nobody_in_the_city_is_told_of_a_whole_and_of_its_part_at_once(town: PromptTown) -> None:
    from backend.matters.catalogue import catalogue
    from backend.matters.datewords import resolve
    from backend.profiles.facts import _with_dates
    from backend.profiles.store import PROFILES

    city = open_town(TODAY)
    for number, person in enumerate([*tell_stories(city), *populate(city, PEOPLE)]):
        sections: dict[str, Any] = defaultdict(list)
        for department in person.record.values():
            for section, value in department.items():
                sections[section] = sections[section] + value if section == "licences" else value
        held = town.house.cipher.seal(_with_dates(dict(sections)))
        town.house.db[PROFILES].insert_one(held | {"_id": f"{number}-{person.story}", "version": 1})
    told: dict[str, set[str]] = {
        matter.id: {
            row["_id"] for row in town.house.db[PROFILES].find(resolve(matter.prompt.when, today=TODAY))
        }
        for matter in catalogue().all()
        if matter.prompt
    }
    wholes = [catalogue().get(one) for one in bundles()]
    assert sum(bool(told[one.id]) for one in wholes) >= 5, {one.id: len(told[one.id]) for one in wholes}
    for whole in wholes:
        for part in whole.parts:
            assert not told[whole.id] & told.get(part.matter, set()), (whole.id, part.matter)
    quiet = {one for who in told.values() for one in who if one.endswith("-nothing-due")}
    assert not quiet
