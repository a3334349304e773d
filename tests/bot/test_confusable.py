"""Pairs that are easily taken for one another: a sentence that fits both is asked back, never guessed."""

import pytest
from trained import trained_reader

PAIRS = [
    ("租房登记", ("residence-registration", "lease-filing")),
    ("居住证", ("residence-permit", "residence-permit-endorsement")),
    ("暂住证", ("residence-registration", "residence-permit")),
    ("签注", ("hk-macao-permit", "residence-permit-endorsement")),
    ("身份证", ("id-card-renewal", "id-card-replacement")),
    ("出生证", ("birth-certificate-issue", "birth-registration")),
    ("孩子出生要登记", ("birth-certificate-issue", "birth-registration")),
    ("社保卡医保凭证", ("social-security-card-replacement", "medical-e-card-activation")),
    ("养老", ("flexible-pension-enrolment", "pension-verification")),
    ("养老金", ("retirement-application", "pension-verification")),
    ("公积金", ("fund-withdrawal-rent", "fund-loan")),
    ("残疾人", ("disability-certificate", "disability-subsidy")),
    ("救助", ("subsistence-allowance", "temporary-relief")),
    ("营业执照", ("company-change", "company-closing")),
    ("生育", ("birth-service-registration", "childbirth-allowance")),
    ("生育的补贴", ("childbirth-allowance", "childcare-allowance")),
    ("我要投诉", ("consumer-report", "environment-report")),
]


@pytest.mark.parametrize(("said", "either"), PAIRS)
def test_what_fits_both_is_asked_back(said: str, either: tuple[str, str]) -> None:
    turn = trained_reader().read(said)
    assert turn.decision == "ask", turn
    assert set(either) <= {matter for matter, _ in turn.matters}, turn


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("我那个怎么还没动静", "ask_progress"),
        ("你们就是踢皮球", "complain"),
    ],
)
def test_a_case_that_is_slow_is_no_new_report(said: str, act: str) -> None:
    assert trained_reader().read(said).act == act
