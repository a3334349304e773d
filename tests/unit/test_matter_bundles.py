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


NEWBORN = """
id: settling-for-tests
name: 新生儿测试一件事
name_en: A baby
department: health
audience: [natural-person]
guide: {summary: 一起办。}
parts:
  - {matter: birth-registration}
  - {matter: newborn-medical-insurance, after: [birth-registration]}
basis: general
"""


def test_what_an_earlier_part_brings_is_never_asked(tmp_path: Path) -> None:
    number = settled(tmp_path, NEWBORN).field("child_identity_number")
    assert number is not None
    assert not number.required
    bundle = settled(tmp_path, NEWBORN + "later: [child_identity_number]")
    assert bundle.field("child_identity_number") is None
    assert "child_identity_number" not in bundle.parts[1].fields
    name = bundle.field("child_name")
    assert name is not None
    assert name.required


def test_what_one_part_needs_is_not_asked_for_one_that_does_not(tmp_path: Path) -> None:
    sex = settled(tmp_path, NEWBORN).field("child_sex")
    assert sex is not None
    assert sex.required
    assert sex.when == {"with_birth_registration": True}


def test_the_bundles_own_question_is_asked_in_its_own_way(tmp_path: Path) -> None:
    own = "{name: sex, label: 性别, type: text, source: 'children[registered=false].sex', required: false}"
    field = settled(tmp_path, f"{NEWBORN}form: [{own}]").field("sex")
    assert field is not None
    assert not field.required


def test_a_bundle_may_assume_an_answer(tmp_path: Path) -> None:
    follow = settled(tmp_path, NEWBORN + "defaults: {follow: mother}").field("follow")
    assert follow is not None
    assert follow.default == "mother"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("later: [child_name]", "later: no part that waits reads child_name"),
        ("defaults: {nothing: 1}", "defaults: the form has no field nothing"),
        ("defaults: {follow: nobody}", "is none of"),
    ],
)
def test_what_a_bundle_says_of_its_fields_must_fit(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(CatalogueError, match=told):
        settled(tmp_path, NEWBORN + line)


def test_a_material_that_one_part_needs_is_needed(tmp_path: Path) -> None:
    text = SETTLING.replace("{matter: residence-registration}", "{matter: lease-filing}", 1).replace(
        "after: [residence-registration], why: 先登记再办证", "after: [residence-registration]"
    )
    text = text.replace(
        "  - {matter: residence-permit", "  - {matter: residence-registration}\n  - {matter: residence-permit"
    )
    lease = next(one for one in settled(tmp_path, text).materials if one.id == "lease")
    assert lease.necessity == "required"
    assert lease.when == {"with_residence_registration": True, "housing_kind": "rented"}


def test_every_shipped_bundle_keeps_its_parts_answers_apart_by_meaning(shipped: Catalogue) -> None:
    bundles = [one for one in shipped.all() if one.is_bundle]
    assert len(bundles) >= 18
    for bundle in bundles:
        assert len(bundle.guide.faq) >= 2, bundle.id
        for part in bundle.parts:
            for own, name in part.fields.items():
                mine, shared = shipped.get(part.matter).field(own), bundle.field(name)
                assert mine is not None and shared is not None, (bundle.id, part.matter, own)
                values = {choice.value for choice in shared.choices}
                assert not mine.choices or values <= {choice.value for choice in mine.choices}, (
                    bundle.id,
                    own,
                )


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
