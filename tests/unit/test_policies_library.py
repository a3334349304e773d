"""The policy library: what a file must say, how documents follow each other, one figure for one fact."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from backend.matters.catalogue import load_catalogue
from backend.matters.documents import SHIPPED as MATTERS
from backend.policies.calibrating import DEVELOPMENT, read_questions
from backend.policies.checking import check
from backend.policies.library import SHIPPED, Library, LibraryError, load_library
from backend.policies.schema import Policy

FROZEN = Path(__file__).parents[1] / "policies" / "frozen.yml"
CATALOGUE = load_catalogue([MATTERS])
LIBRARY = load_library([SHIPPED])


def a_policy(policy_id: str = "one", **changes: Any) -> Policy:
    article = {"number": "第一条", "heading": "多少钱", "text": "每人每月最多 1800 元，一年提一次。"}
    plain: dict[str, Any] = {
        "id": policy_id,
        "title": "随安市租房提取办法",
        "number": "随公积金规〔2025〕2号",
        "department": "housing-fund",
        "issued": "2025-02-17",
        "valid_from": "2025-04-01",
        "matters": ["fund-withdrawal-rent"],
        "basis": "simulated",
        "source_note": "示范用的",
        "articles": [article],
    }
    if "facts" in changes:
        plain["articles"] = [article | {"facts": changes.pop("facts")}]
    return Policy.model_validate(plain | changes)


def findings(*policies: Policy) -> list[str]:
    return check(Library({one.id: one for one in policies}), CATALOGUE)


def test_the_shipped_library_has_nothing_to_complain_about() -> None:
    assert check(LIBRARY, CATALOGUE) == []
    assert len(LIBRARY.policies) >= 60


def test_the_shipped_library_covers_every_department_and_has_old_and_coming_rules() -> None:
    today = date(2026, 11, 22)
    expired = [one for one in LIBRARY.all() if one.valid_to and one.valid_to < today]
    assert len(expired) >= 8 and all(one.replaced_by for one in expired)
    assert any(one.valid_from > today for one in LIBRARY.all())
    assert {one.department for one in LIBRARY.all()} == set(CATALOGUE.departments)


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    policy = a_policy(valid_to="2026-03-31", replaced_by="two")
    days = [date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [policy.in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"valid_to": "2025-03-01"}, "ends before it begins"),
        ({"title": "租房提取办法", "number": "公积金规〔2025〕2号"}, "visibly of 随安市"),
        ({"issued": "2025-05-01"}, "days gone by"),
        ({"basis": "rumour"}, "sourced"),
        ({"department": "Housing Fund"}, "pattern"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        a_policy(**changes)


def test_what_a_policy_refers_to_has_to_be_there() -> None:
    told = findings(a_policy(department="moon", matters=["fly"], replaced_by="gone", valid_to="2026-01-01"))
    assert [one.split(": ")[1] for one in told] == [
        "department 'moon' is none of the city's",
        "there is no matter 'fly'",
        "there is no policy 'gone'",
    ]


def test_two_rules_that_hold_on_one_day_may_not_state_different_figures() -> None:
    one = a_policy(facts={"fund.rent": 1800})
    other = a_policy("two", facts={"fund.rent": 1500}, valid_from="2026-01-01")
    assert findings(one, other) == ["fund.rent: one says 1800.0, two says 1500.0, on the same days"]


def test_a_successor_may_state_another_figure() -> None:
    old = a_policy(facts={"fund.rent": 1500}, valid_to="2025-12-31", replaced_by="two")
    new = a_policy("two", facts={"fund.rent": 1800}, valid_from="2026-01-01", replaces=["one"])
    assert findings(old, new) == []


@pytest.mark.parametrize(
    ("begins", "told"), [("2026-02-01", "leaves days without a rule"), ("2025-12-01", "overlaps")]
)
def test_successors_follow_each_other_day_by_day(begins: str, told: str) -> None:
    old = a_policy(valid_to="2025-12-31", replaced_by="two")
    new = a_policy("two", valid_from=begins, replaces=["one"])
    assert [told in one for one in findings(old, new)] == [True]


def test_successors_know_each_other() -> None:
    old = a_policy(valid_to="2025-12-31", replaced_by="two")
    new = a_policy("two", valid_from="2026-01-01")
    assert findings(old, new) == ["one: replaced_by two, which does not say that it replaces it"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"fee:id-card-renewal": 30}, "the matter file says 20.0"),
        ({"promised:passport": "3 工作日"}, "the matter file says '7 工作日'"),
        ({"statutory:passport": "15 工作日"}, "the matter file says '15 日历日'"),
        ({"fee:flying": 1}, "names no matter"),
    ],
)
def test_a_figure_named_after_a_matter_is_the_matters_own(facts: dict[str, Any], told: str) -> None:
    assert [told in one for one in findings(a_policy(facts=facts))] == [True]


def test_mistakes_in_files_are_told_with_the_file_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text("id: other\ntitle: 办法", "utf-8")
    (tmp_path / "two.yml").write_text("[", "utf-8")
    with pytest.raises(LibraryError) as failure:
        load_library([tmp_path])
    assert {one.partition(":")[0].rpartition("/")[2] for one in failure.value.problems} == {
        "one.yml",
        "two.yml",
    }


def test_no_question_of_the_frozen_set_is_in_the_library_or_the_development_set() -> None:
    frozen = {one.text for one in read_questions(FROZEN)}
    own = {ask for one in LIBRARY.all() for article in one.articles for ask in article.questions}
    assert not frozen & (own | {one.text for one in read_questions(DEVELOPMENT)})
    assert len(frozen) >= 150
