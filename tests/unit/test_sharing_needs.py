from pathlib import Path

import pytest

from backend.core.settings import ROOT
from backend.matters.catalogue import Catalogue, load_catalogue
from backend.matters.schema import Matter
from backend.sharing.catalogue import Share, items, items_of
from backend.sharing.needs import conditional_needs, needs_of, steps_of
from tests.contract.desk import MATTERS, RELIEF


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue([Path(ROOT / "backend" / "matters" / "catalogue")])


def test_every_section_that_a_department_answers_for_is_in_the_catalogue(shipped: Catalogue) -> None:
    sections = {section for one in shipped.departments.values() for section in one.sections}
    assert sections == {item.section for item in items().values()}


def test_every_item_belongs_to_a_department_that_has_its_section(shipped: Catalogue) -> None:
    for item in items().values():
        if item.department is not None:
            assert item.section in shipped.departments[item.department].sections, item.id


def test_no_shipped_matter_reads_what_is_never_shared(shipped: Catalogue) -> None:
    for matter in shipped.all():
        never = [one for one in needs_of(matter) if items()[one].share is Share.NEVER]
        assert never == [], matter.id


def test_every_path_of_every_form_is_covered_by_an_item(shipped: Catalogue) -> None:
    missing = {
        f"{matter.id}: {field.source}"
        for matter in shipped.all()
        for field in matter.form
        if field.source and not field.source.startswith("agent.") and not items_of(*steps_of(field.source))
    }
    assert missing == set()


def test_needs_come_from_the_form_the_conditions_and_the_grounds() -> None:
    file = MATTERS[RELIEF] | {
        "accept_when": [{"filter": {"$or": [{"fund.months": 3}]}, "text": "a", "otherwise": "b"}],
        "handling": {
            "by": "workbench",
            "automatic": [{"filter": {"hardship.low_income": True}, "text": "c"}],
        },
    }
    matter = Matter.model_validate(file)
    assert needs_of(matter) == ("fund", "population-basics", "population-residence", "property")
    assert conditional_needs(matter) == ("fund", "population-residence", "property")
    elsewhere = matter.model_copy(update={"department": "natural-resources"})
    assert "hardship" in needs_of(elsewhere)
    assert "property" not in needs_of(elsewhere), "its own"
