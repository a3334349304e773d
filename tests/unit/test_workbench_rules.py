from typing import Any

import pytest

from backend.applications.states import CLOSED, TABLE, State
from backend.core.errors import Problem
from backend.matters.schema import Matter
from backend.workbench.actions import ANY, OPEN, RULES, SAID, STAGES, Action, Order, Rule, unsaid
from backend.workbench.notices import notice_items
from backend.workbench.officer import Officer
from backend.workbench.passwords import FOR_RANDOM_PASSWORDS, fits, seal_password, weakness
from backend.workbench.queue import Wanted, query_for
from backend.workbench.roles import CASE_ROLES, Role
from backend.workbench.templates import check_text
from tests.contract.desk import MATTERS, RELIEF


def test_the_same_password_is_sealed_differently_each_time() -> None:
    one, other = (seal_password("a-long-passw0rd", FOR_RANDOM_PASSWORDS) for _ in range(2))
    assert one["hash"] != other["hash"]
    assert fits("a-long-passw0rd", one)
    assert fits("a-long-passw0rd", other)
    assert not fits("a-long-passw0re", one)


def test_a_persons_password_is_costly_to_guess() -> None:
    sealed = seal_password("a-long-passw0rd")
    assert sealed["n"] * sealed["r"] * sealed["p"] >= 2**15 * 8
    assert fits("a-long-passw0rd", sealed)


@pytest.mark.parametrize("password", ["short", "an.xiaoban-2026", "aaaaaaaaaaaaaaa", "x" * 200])
def test_weak_passwords_are_not_taken(password: str) -> None:
    assert weakness(password, "an.xiaoban")


def test_every_action_has_a_rule_with_somebody_who_may() -> None:
    assert set(RULES) == set(Action)
    for action, rule in RULES.items():
        assert rule.roles, action
        assert rule.without_hand <= rule.roles, action
        assert Role.ADMINISTRATE not in rule.roles, action
        assert set(rule.says) <= set(SAID), action
    assert ANY == CASE_ROLES


def test_refusals_and_endings_are_never_without_a_reason() -> None:
    for action in (Action.REJECT, Action.RETURN, Action.REFUSE, Action.REVOKE, Action.VOID, Action.FORWARD):
        assert "reason" in RULES[action].says, action
    assert unsaid(Order(Action.REVOKE, reason="虚假", basis="法")) == ["救济途径"]


def test_every_open_state_is_somebodys_or_the_applicants() -> None:
    decided = {State.DRAFT, State.APPROVED, State.ISSUING, State.DELIVERED}
    assert set(State) - CLOSED - decided == set(STAGES) | {State.CORRECTION}
    assert set(OPEN) == set(STAGES) | {State.CORRECTION}


def test_every_move_starts_where_the_post_has_the_case() -> None:
    """Who may make a move holds a post of a stage from which it is allowed, or acts without the case."""

    def fits_a_stage(rule: Rule) -> bool:
        assert rule.move is not None
        origins = TABLE[rule.move].origins
        return any(STAGES.get(state) in rule.roles for state in origins) or bool(rule.without_hand)

    assert [action for action, rule in RULES.items() if rule.move and not fits_a_stage(rule)] == []


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"field": "nothing", "reason": "x"}],
        [{"material": "contact_phone", "reason": "x"}],
        [{"field": "home", "reason": " "}],
        [{"field": "home", "reason": "x"}, {"field": "home", "reason": "y"}],
    ],
)
def test_a_notice_names_only_what_the_matter_has_once_and_with_a_reason(items: list[dict[str, Any]]) -> None:
    with pytest.raises(Problem):
        notice_items(Matter.model_validate(MATTERS[RELIEF]), items)


@pytest.mark.parametrize("text", ["{nobody}", "{applicant", "{applicant!r}", "{number:>20}", "{0}", "{}"])
def test_a_template_has_known_plain_placeholders_only(text: str) -> None:
    with pytest.raises(Problem):
        check_text(text)
    check_text("{applicant}您好，{matter}（{number}）")


def test_a_queue_is_always_ones_own_department() -> None:
    officer = Officer("s1", "health", frozenset({"receive"}))
    for whose in ("mine", "unclaimed", "all"):
        where = query_for(officer, Wanted(whose=whose, state="received"))
        assert (where["department"], where["handling.by"]) == ("health", "workbench")
