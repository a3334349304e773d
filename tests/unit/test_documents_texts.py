"""What official documents say: every kind complete, every department numbered, lines well broken."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import yaml
from pydantic import ValidationError

from backend.applications.states import State
from backend.core.settings import ROOT
from backend.documents import wording
from backend.documents.lines import NEVER_FIRST, NEVER_LAST, break_lines
from backend.documents.occasions import occasions
from backend.documents.texts import PLACEHOLDERS, Kind, Paragraph, load_texts
from backend.documents.wording import Facts, body, full_name, words_of
from backend.matters.schema import Department

EVERYTHING = Facts(
    {name: f"<{name}>" for name in PLACEHOLDERS},
    {"materials": ["身份证（电子证照）"], "items": ["电话：打不通"], "later": ["平面图"]},
)
NOTHING = Facts({"by": "根据", "matter": "试办"}, {})
START = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_its_law_and_what_it_is_about(kind: Kind) -> None:
    said = "".join(one["text"] for one in body(kind, EVERYTHING))
    assert "《" in said
    assert "<matter>" in said


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.APPROVAL, Kind.REFUSAL])
def test_a_decision_names_the_way_to_review_and_to_court(kind: Kind) -> None:
    said = "".join(one["text"] for one in body(kind, EVERYTHING))
    assert ("六十日" in said, "行政复议" in said, "六个月" in said, "人民法院" in said) == (True,) * 4


def test_a_correction_lists_everything_and_its_last_day() -> None:
    paragraphs = body(Kind.CORRECTION, EVERYTHING)
    assert [one["items"] for one in paragraphs if one["items"]] == [["电话：打不通"]]
    assert any("<correction_on>" in one["text"] for one in paragraphs)


def test_a_paragraph_about_something_unknown_is_left_out() -> None:
    paragraphs = body(Kind.ACCEPTANCE, NOTHING)
    assert all("{" not in one["text"] for one in paragraphs)
    assert not any("容缺" in one["text"] for one in paragraphs)


def test_a_text_with_an_unknown_word_does_not_load() -> None:
    with pytest.raises(ValidationError, match="identity_number"):
        Paragraph.model_validate("您的证件号是{identity_number}")


def test_every_department_has_a_mark_and_a_name_for_its_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = yaml.safe_load((ROOT / "backend" / "matters" / "departments.yml").read_text("utf-8"))
    departments = {slug: Department.model_validate(one) for slug, one in raw.items()}
    monkeypatch.setattr(wording, "catalogue", lambda: SimpleNamespace(departments=departments))
    assert set(departments) == set(load_texts().departments)
    assert all(full_name(one).startswith("随安市") for one in departments)
    assert full_name("housing-fund") == "随安市住房公积金管理中心"
    assert words_of("taxation").review == "上一级税务机关"


def a_history(*states: str) -> dict[str, object]:
    lines = [
        {"at": START + timedelta(hours=index), "state": state, "text": f"{state}：why"}
        for index, state in enumerate(states)
    ]
    return {"timeline": lines, "clocks": {"extension": None}}


@pytest.mark.parametrize(
    ("states", "kinds"),
    [
        ("draft submitted", []),
        ("draft submitted received accepted", ["receipt", "acceptance"]),
        # A department that decides before it reports: what was implied is issued too.
        ("draft submitted received accepted reviewing approved", ["receipt", "acceptance", "approval"]),
        ("draft submitted received correction received correction", ["receipt", "correction", "correction"]),
        ("accepted accepted reviewing suspended suspended refused", ["acceptance", "special", "refusal"]),
        ("submitted rejected", ["rejection"]),
        ("submitted accepted approved issuing delivered done", ["acceptance", "approval", "result"]),
        ("submitted received withdrawn", ["receipt"]),
    ],
)  # fmt: skip
def test_moves_call_for_documents_and_notes_do_not(states: str, kinds: list[str]) -> None:
    assert [one.kind.value for one in occasions(a_history(*states.split()))] == kinds


def test_the_same_history_gives_the_same_occasions_when_it_has_grown() -> None:
    early = occasions(a_history("submitted", "received", "correction"))
    later = occasions(a_history("submitted", "received", "correction", "received", "accepted"))
    assert [(one.kind, one.name) for one in later[:2]] == [(one.kind, one.name) for one in early]
    assert [one.latest for one in later] == [False, False, True]


def test_an_extension_is_told_once_and_a_bundle_only_of_its_receipt_and_result() -> None:
    history = a_history("submitted", "received", "accepted", "reviewing", "approved", "done")
    longer = history | {"clocks": {"extension": {"at": START}}}
    assert [one.name for one in occasions(longer) if one.kind is Kind.EXTENSION] == ["once"]
    assert [one.kind for one in occasions(longer, bundle=True)] == [Kind.RECEIPT, Kind.RESULT]


def test_every_state_that_ends_in_a_decision_has_a_document() -> None:
    decided = [State.APPROVED, State.REFUSED, State.REJECTED, State.CORRECTION, State.SUSPENDED]
    assert all(occasions(a_history("submitted", state.value)) for state in decided)


def test_no_line_begins_or_ends_with_the_wrong_mark() -> None:
    text = (
        "根据《中华人民共和国行政许可法》第三十二条（第一款），决定予以受理；编号SB261123004182737，请记好。"
        * 4
    )
    lines = break_lines(text, lambda part: float(len(part)), width=13, indent=2)
    assert "".join(line.text for line in lines) == text
    assert all(len(line.text) <= 13 for line in lines)
    assert not [line.text for line in lines if line.text[0] in NEVER_FIRST or line.text[-1] in NEVER_LAST]
