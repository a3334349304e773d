from typing import Any

import pytest

from backend.profiles.paths import parse_path, read_path, section_of, source_of

PROFILE: dict[str, Any] = {
    "population": {"name": "随小办", "hukou": {"local": True}},
    "licences": [
        {"type": "identity-card", "expires": "2030-01-01", "status": "valid"},
        {"type": "driving-licence", "expires": "2020-01-01", "status": "replaced", "data": {"class": "C1"}},
        {"type": "driving-licence", "expires": "2026-12-18", "status": "valid", "data": {"class": "C2"}},
    ],
    "children": [{"name": "甲", "registered": True, "weight_g": 3200}, {"name": None, "registered": False}],
    "medical_insurance": None,
    "sources": {"licences": {"department": "traffic-police", "as_of": "2026-11-01"}},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("population.hukou.local", True),
        ("licences[type=driving-licence].expires", "2020-01-01"),
        ("licences[type=driving-licence,status=valid].expires", "2026-12-18"),
        ("licences[data.class=C2].type", "driving-licence"),
        ("children[registered=false].name", None),
        ("children[name=null].registered", False),
        ("children[weight_g=3200].name", "甲"),
        ("children.name", "甲"),
        ("medical_insurance.birth_settlement.paid", None),
        ("licences[type=marriage-certificate].number", None),
        ("nothing.here", None),
        ("population.name.first", None),
    ],
)
def test_a_path_reads_its_value_or_nothing(path: str, expected: object) -> None:
    assert read_path(PROFILE, path) == expected


def test_a_path_to_a_list_gives_the_list_and_a_selector_one_item() -> None:
    assert read_path(PROFILE, "children") == PROFILE["children"]
    assert read_path(PROFILE, "children[registered=false]") == {"name": None, "registered": False}


def test_false_is_not_zero_and_text_is_not_a_number() -> None:
    profile = {"items": [{"flag": 0, "code": "007"}, {"flag": False, "code": 7}]}
    assert read_path(profile, "items[flag=false].code") == 7
    assert read_path(profile, "items[code=7].flag") is False
    assert read_path(profile, "items[code=007].code") == "007"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "cannot be read from character 1"),
        ("a..b", "character 3"),
        ("a.b.", "ends with a dot"),
        ("licences[type=x", "character 1"),
        ("licences[type].expires", "is no selector"),
        ("licences[].expires", "is no selector"),
        ("Licences.type", "character 1"),
        ("a b", "character 1"),
    ],
)
def test_a_wrong_path_says_where_it_goes_wrong(path: str, words: str) -> None:
    with pytest.raises(ValueError, match="path") as error:
        parse_path(path)
    assert words in str(error.value)


def test_a_path_knows_its_section_and_who_said_it() -> None:
    assert section_of("licences[type=x].expires") == "licences"
    assert source_of(PROFILE, "licences[type=x].expires") == {
        "department": "traffic-police",
        "as_of": "2026-11-01",
    }
    assert source_of(PROFILE, "population.name") is None


def test_an_item_that_names_its_department_is_its_own_source() -> None:
    profile = {
        "licences": [{"type": "identity-card", "department": "public-security", "data": {"x": 1}}],
        "sources": {"licences": {"department": "traffic-police", "as_of": "2026-11-01"}},
    }
    for path in ("licences[type=identity-card].data.x", "licences[type=identity-card]"):
        source = source_of(profile, path)
        assert source == {"department": "public-security", "as_of": "2026-11-01"}
