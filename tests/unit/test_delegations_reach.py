from typing import Any

import pytest

from backend.delegations import giving, organisations
from backend.delegations.principals import Authority, Right


def a_membership(**changes: Any) -> dict[str, Any]:
    return {"organisation": "f1", "role": "handler", "matters": ["*"]} | changes


APPLICATION = {"citizen": "f1", "organisation": "f1", "matter": "seal-filing"}


@pytest.mark.parametrize(
    ("changes", "acts", "sees"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"role": "administrator"}, False, True),
        ({"role": "legal-representative"}, False, True),
        ({"role": "administrator", "matters": ["company-setup"]}, False, False),
        ({"matters": ["company-setup"]}, True, False),
        ({"role": "administrator", "organisation": "f2"}, False, False),
        ({"organisation": "f2"}, True, False),
    ],
)
def test_handlers_see_their_own_and_heads_all_of_their_matters(
    changes: dict[str, Any], acts: bool, sees: bool
) -> None:
    assert organisations.reaches(a_membership(**changes), APPLICATION, acts=acts) is sees


def test_who_appoints_nobody_answers_for_nobody() -> None:
    assert frozenset({"legal-representative", "administrator"}) == organisations.HEADS


@pytest.mark.parametrize(("matters", "reaches"), [(["*"], True), (["a"], True), (["b"], False), ([], False)])
def test_a_delegation_reaches_what_it_names(matters: list[str], reaches: bool) -> None:
    assert giving.allows({"matters": matters}, "a") is reaches


def test_an_application_keeps_by_what_right_somebody_acts_and_with_which_licences() -> None:
    assert Authority("c", "c", Right.SELF).document() is None
    plain = Authority("a", "p", Right.DELEGATION, "d1").document()
    assert plain == {"citizen": "a", "right": "delegation", "record": "d1"}
    limited = Authority("a", "p", Right.DELEGATION, "d1", ("identity-card",)).document()
    assert limited == {"citizen": "a", "right": "delegation", "record": "d1", "licences": ["identity-card"]}


def test_both_sides_of_a_delegation_read_their_own_text() -> None:
    from backend.messages.between import _delegation_text

    asked = {"principal": "p", "agent": "a", "asked_by": "agent"}
    offered = asked | {"asked_by": "principal"}
    assert _delegation_text(asked, "p", "asked") == "asked"
    assert _delegation_text(offered, "a", "asked") == "offered"
    assert [_delegation_text(asked, one, "confirmed") for one in "pa"] == ["given", "held"]
    assert [_delegation_text(asked, one, "declined") for one in "pa"] == [None, "declined"]
    assert [_delegation_text(offered, one, "declined") for one in "pa"] == ["declined", None]
