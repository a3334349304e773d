"""Two wishes in one sentence, read by the trained assistant: both are known, the first comes first."""

import pytest
from trained import trained_reader

from bot.components.embeddings import shared_embedder


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("护照多少钱，顺便问下社保卡丢了怎么补", "passport", "social-security-card-replacement"),
        ("换驾照，还有我妈的高龄津贴", "driving-licence-renewal", "elderly-allowance"),
        ("我想办个体户顺便把食品证也办了", "individual-business-setup", "food-permit"),
        ("居住证要签注，另外问一下护照怎么办", "residence-permit-endorsement", "passport"),
        ("补身份证，再帮我开个无犯罪证明", "id-card-replacement", "no-criminal-record"),
    ],
)
def test_both_wishes_are_read(said: str, first: str, second: str) -> None:
    turn = trained_reader().read(said)
    assert (turn.decision, turn.matters[0][0]) == ("sure", first)
    assert turn.value("second_matter") == second
    assert turn.value("second_act") in ("do_matter", "ask_matter")


@pytest.mark.parametrize(
    "said", ["身份证和户口本都带吗", "居住登记和居住证是一回事吗", "换驾照顺便问下要几天"]
)
def test_one_wish_about_two_things_stays_one(said: str) -> None:
    assert trained_reader().read(said).value("second_matter") is None


def test_thanks_before_a_wish_are_no_wish() -> None:
    turn = trained_reader().read("谢谢你啊，顺便问下身份证丢了怎么补")
    assert turn.matters[0][0] == "id-card-replacement"
    assert turn.value("second_matter") is None


def test_only_a_joint_costs_more_readings() -> None:
    before = shared_embedder().embedded
    trained_reader().read("我想把住处的暂住信息更新到新的小区去")
    assert shared_embedder().embedded - before <= 1


def test_what_is_said_in_a_form_is_one_answer() -> None:
    asked = {"application": "a", "field": "story", "type": "long-text", "choices": [], "matter": "legal-aid"}
    turn = trained_reader().read("老板欠我工资，还有工伤一直不认定", {"expecting": asked})
    assert turn.act == "supply_value"
