"""A bundle is put together: each field asked once, materials shared, promises along the chain."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from backend.core.settings import ROOT
from backend.matters.bundles import Bundle, put_together
from backend.matters.catalogue import Catalogue, CatalogueError, load_catalogue
from backend.matters.fields import condition_holds
from backend.matters.picture import Box, draw
from backend.matters.schema import Matter

SETTLING = """
id: settling-for-tests
name: 安居测试一件事
name_en: Settling in
department: housing-fund
audience: [natural-person]
guide: {summary: 租好房一起办。}
parts:
  - {matter: residence-registration}
  - {matter: residence-permit, after: [residence-registration], why: 先登记再办证}
  - {matter: fund-withdrawal-rent, optional: true, given: {withdrawal_kind: fixed}}
basis: general
"""


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue([ROOT / "backend/matters/catalogue"])


def settled(tmp_path: Path, text: str = SETTLING) -> Matter:
    (tmp_path / "bundles").mkdir(exist_ok=True)
    (tmp_path / "bundles" / "settling-for-tests.yml").write_text(text, "utf-8")
    return load_catalogue([ROOT / "backend/matters/catalogue", tmp_path]).get("settling-for-tests")


def test_what_two_parts_read_from_one_place_is_one_field(tmp_path: Path) -> None:
    bundle = settled(tmp_path)
    sources = [field.source for field in bundle.form if field.source]
    assert len(sources) == len(set(sources))
    registration, permit, _ = bundle.parts
    assert registration.fields["contact_phone"] == permit.fields["contact_phone"] == "contact_phone"


def test_a_part_that_is_not_wanted_takes_its_questions_along(tmp_path: Path) -> None:
    bundle = settled(tmp_path)
    rent = bundle.field("fund_account")
    assert rent is not None
    wanted = {"with_fund_withdrawal_rent": True, "with_residence_registration": True}
    assert condition_holds(rent.when, wanted)
    assert not condition_holds(rent.when, wanted | {"with_fund_withdrawal_rent": False})
    switch = bundle.field("with_fund_withdrawal_rent")
    assert switch is not None
    assert switch.default is False


def test_an_answer_the_bundle_gives_is_not_asked_nor_is_what_depends_on_another(tmp_path: Path) -> None:
    names = {field.name for field in settled(tmp_path).form}
    assert "withdrawal_kind" not in names
    assert "monthly_rent" not in names


def test_what_an_earlier_part_issues_is_no_material_of_the_bundle(tmp_path: Path) -> None:
    bundle = settled(tmp_path)
    assert "residence-registration" not in {material.id for material in bundle.materials}
    assert [one.id for one in bundle.materials].count("identity-card") == 1


def test_the_promise_is_that_of_the_longest_chain(tmp_path: Path, shipped: Catalogue) -> None:
    first, then = (
        shipped.get(one).clocks.promised.amount for one in ("residence-registration", "residence-permit")
    )
    assert settled(tmp_path).clocks.promised.amount == first + then


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("after: [residence-registration]", "after: [passport-office]"), "which is no part"),
        (("matter: residence-registration", "matter: nothing-such"), "there is no matter nothing-such"),
        (("{matter: residence-registration}", "{matter: residence-registration, after: [residence-permit]}"),
         "wait for each other"),
        (("withdrawal_kind: fixed", "withdrawal_kind: some"), "takes withdrawal_kind"),
        (("withdrawal_kind: fixed", "kind: fixed"), "has no field kind"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file(tmp_path: Path, wrong: tuple[str, str], told: str) -> None:
    text = SETTLING.replace(*wrong)
    if "nothing-such" in text:
        text = text.replace("after: [residence-registration]", "after: [nothing-such]")
    with pytest.raises(CatalogueError) as raised:
        settled(tmp_path, text)
    assert told in str(raised.value)
    assert "settling-for-tests.yml:" in str(raised.value)


def test_a_shared_field_must_exist(shipped: Catalogue) -> None:
    parts = [{"matter": "residence-registration"}, {"matter": "residence-permit"}]
    bundle = Bundle.model_validate(
        {
            "id": "x",
            "name": "x",
            "name_en": "x",
            "department": "housing",
            "audience": ["natural-person"],
            "guide": {"summary": "x"},
            "parts": parts,
            "shared": {"home": {"residence-permit": "no_such_field"}},
            "basis": "general",
        }
    )
    with pytest.raises(ValueError, match="residence-permit has no field no_such_field"):
        put_together(bundle, shipped.matters)


def test_the_picture_names_every_part_and_is_safe(tmp_path: Path) -> None:
    bundle = settled(tmp_path)
    boxes = {part.matter: Box(f"<{part.matter}>", "待提交 & 等待", "waiting") for part in bundle.parts}
    picture = ElementTree.fromstring(draw(bundle.parts, boxes, title=bundle.name))
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert len(texts) == 2 * len(bundle.parts)
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}rect"))) == len(bundle.parts)
