"""The catalogue: every file loads, and a mistake is told with its file and line."""

from pathlib import Path

import pytest

from backend.core.settings import ROOT
from backend.matters.catalogue import CatalogueError, load_catalogue
from backend.matters.fields import condition_holds
from backend.matters.ranking import pieces
from backend.matters.search import Search

CATALOGUE = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])
MATTERS = CATALOGUE.all()
GOOD = (ROOT / "backend/matters/catalogue/transport/driving-licence-renewal.yml").read_text("utf-8")


def test_the_twelve_matters_are_there_over_seven_departments() -> None:
    wanted = {
        "driving-licence-renewal", "vehicle-inspection-exempt", "id-card-renewal", "residence-registration",
        "residence-permit", "birth-registration", "childbirth-allowance", "elderly-allowance",
        "remote-medical-filing", "fund-withdrawal-rent", "unemployment-benefit", "individual-business-setup",
    }  # fmt: skip
    assert wanted <= set(CATALOGUE.matters)
    assert len({matter.department for matter in MATTERS}) >= 7


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.id)
def test_every_licence_source_names_a_type_and_every_prompt_a_known_department(matter) -> None:  # type: ignore[no-untyped-def]
    for field in matter.form:
        if field.source and field.source.startswith("licences"):
            assert "[type=" in field.source, (
                f"{matter.id}.{field.name} would read whichever licence comes first"
            )
    for evidence in matter.prompt.evidence if matter.prompt else []:
        assert evidence.source in CATALOGUE.departments


@pytest.mark.parametrize(
    ("wrong", "line_holds", "message"),
    [
        (("department: traffic-police", "department: traffic-polce"), "department:", "is none of"),
        (("id: driving-licence-renewal", "id: driving-license-renewal"), "id:", "must be the file's name"),
        (("service: 承诺件", "service: 随便件"), "service:", "即办件"),
    ],
)
def test_a_mistake_names_file_and_line(
    tmp_path: Path, wrong: tuple[str, str], line_holds: str, message: str
) -> None:
    file = tmp_path / "transport" / "driving-licence-renewal.yml"
    file.parent.mkdir()
    text = GOOD.replace(*wrong, 1)
    assert text != GOOD
    file.write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([tmp_path])
    [problem] = caught.value.problems
    line = int(problem.removeprefix(f"{file}:").split(":")[0])
    assert text.splitlines()[line - 1].strip().startswith(line_holds)
    assert message in problem


def test_unreadable_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x" / "broken.yml"
    file.parent.mkdir()
    file.write_text("id: broken\nname: [", "utf-8")
    with pytest.raises(CatalogueError, match=r"broken\.yml:\d+: not YAML"):
        load_catalogue([tmp_path])


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(CATALOGUE)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("换驾照", "driving-licence-renewal"),
        ("失业金", "unemployment-benefit"),
        ("异地看病", "remote-medical-filing"),
        ("birth registration", "birth-registration"),
        ("高龄津帖", "elderly-allowance"),
    ],
)
def test_search_finds_what_is_meant(search: Search, query: str, first: str) -> None:
    found = search.find(query)
    assert found[0][0].id == first


def test_search_finds_nothing_for_nonsense(search: Search) -> None:
    assert search.find("!!!") == []
    assert pieces("") == []


def test_conditions_on_form_values() -> None:
    assert condition_holds(None, {})
    assert condition_holds({"kind": {"$in": ["a", "b"]}}, {"kind": "b"})
    assert not condition_holds({"kind": {"$ne": "a"}}, {"kind": "a"})
    assert not condition_holds({"kind": "a"}, {})
