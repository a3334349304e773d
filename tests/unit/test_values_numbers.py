"""Numbers that name somebody or something: telephones, identity numbers, cards, plates, addresses of mail."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.values.emails import read_email
from backend.values.identity import (
    read_bank_account,
    read_credit_code,
    read_identity_number,
    read_licence_number,
    read_passport_number,
)
from backend.values.phones import read_phone
from backend.values.plates import read_plate
from backend.values.postcodes import read_postcode
from backend.values.wording import NotUnderstood

TODAY = date(2026, 11, 23)
WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def with_check(digits: str) -> str:
    """A made-up identity number with its check digit (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


VALID = with_check("31011019900101123")
ENDS_IN_X = next(
    number for serial in range(1, 99) if (number := with_check(f"31011019900101{serial:03d}"))[-1] == "X"
)

PHONES = [
    ("19900000001", "19900000001"),
    ("我电话是 199 0000 0001", "19900000001"),
    ("199-0000-0001", "19900000001"),
    ("199.0000.0001", "19900000001"),
    ("1 9 9 0 0 0 0 0 0 0 1", "19900000001"),
    ("+86 199-0000-0001，打这个", "19900000001"),
    ("0086 19900000001", "19900000001"),
    ("8619900000001", "19900000001"),
    ("１９９００００００１２", "19900000012"),
    ("幺九九零零零零零零零幺", "19900000001"),
    ("一九九，零零零零，零零零幺", "19900000001"),
    ("幺九九 洞洞洞洞 洞洞洞拐", "19900000007"),
    ("壹玖玖零零零零零零零壹", "19900000001"),
    ("幺九九嗯零零零零然后零零零二", "19900000002"),
    ("1九九0000零零零1", "19900000001"),
    ("one nine nine zero zero zero zero zero zero zero one", "19900000001"),
    ("one nine nine double zero double zero triple zero one", "19900000001"),
    ("199OOOOOOO1", "19900000001"),  # on a telephone's keys O is a zero
    ("l9900000001", "19900000001"),
    ("19900000001，还是19900000001", "19900000001"),
    ("座机021-62345678", "02162345678"),
    ("(021) 6234-5678 转 801", "02162345678-801"),
    ("零二一六二三四五六七八", "02162345678"),
    ("0571 8765 4321", "057187654321"),
    ("+86 10 6501 0000", "01065010000"),
    ("400-820-8820", "4008208820"),
    ("+852 9123 4567", "+85291234567"),
    ("+1 415 555 2671", "+14155552671"),
]
NO_PHONES = [
    ("我住在月亮上", "没有看到电话号码"),
    ("1990000", "这里有 7 位"),
    ("199000000011", "11 位"),
    ("62345678", "区号"),
    ("199 0000 0001或者199 0000 0002", "两个号码"),
]
IDENTITIES = [
    (VALID, VALID),
    (f"我的身份证号是{VALID}", VALID),
    (ENDS_IN_X.lower(), ENDS_IN_X),
    (f"{ENDS_IN_X[:-1]}叉", ENDS_IN_X),
    (f"{ENDS_IN_X[:6]} {ENDS_IN_X[6:14]} {ENDS_IN_X[14:-1]} x", ENDS_IN_X),
    (f"{VALID[:6]} {VALID[6:14]} {VALID[14:]}", VALID),
    (" ".join(VALID), VALID),
    (VALID.translate({ord(str(n)): "零幺二三四五六七八九"[n] for n in range(10)}), VALID),
    (VALID.translate({ord(str(n)): "０１２３４５６７８９"[n] for n in range(10)}), VALID),
    (with_check("83000019920130002"), with_check("83000019920130002")),  # 港澳台居民居住证
    (VALID[:6] + VALID[8:17], VALID),  # fifteen places of an old card
]
NO_IDENTITIES = [
    (f"{VALID[:-1]}{(int(VALID[-1]) + 1) % 10 if VALID[-1] != 'X' else 0}", "校验位"),
    (with_check("31011019901301123"), "出生日期"),
    (with_check("31011020990101123"), "出生日期"),  # not born yet
    (with_check("00011019900101123"), "前六位"),
    ("3101101990", "这里有 10 位"),
    ("没带在身上", "18 位"),
]
PLATES = [
    ("沪A12345", "沪A12345"),
    ("沪A·12345", "沪A12345"),
    ("沪a 12345", "沪A12345"),
    ("车牌是 京 A 8 8 8 8 8", "京A88888"),
    ("沪A·D12345", "沪AD12345"),  # electric
    ("沪A12345D", "沪A12345D"),  # electric, large
    ("粤BDF1234", "粤BDF1234"),
    ("浙B1234学", "浙B1234学"),
    ("浙B 1234 挂", "浙B1234挂"),
    ("京A1234警", "京A1234警"),
    ("粤Z1234港", "粤Z1234港"),
    ("上海A12345", "沪A12345"),
    ("浙江牌照B12345", "浙B12345"),
    ("沪牌A12345", "沪A12345"),
    ("沪A幺二三四五", "沪A12345"),
    ("沪A1234O", "沪A12340"),  # a serial has no O
    ("沪AI2345", "沪A12345"),  # and no I
    ("使123456", "使123456"),
]
NO_PLATES = [
    ("A12345", "省份简称"),
    ("沪A123", "这里有 3 位"),
    ("沪A1234567", "这里有 7 位"),
    ("沪AABC123", "头两位或最后一位"),
    ("我的车", "没有看出车牌号"),
]


@pytest.mark.parametrize(("said", "number"), PHONES)
def test_a_telephone_number_is_read(said: str, number: str) -> None:
    assert read_phone(said) == number


@pytest.mark.parametrize(("said", "reason"), NO_PHONES)
def test_what_is_no_telephone_number_is_told_why(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_phone(said)


@pytest.mark.parametrize(("said", "number"), IDENTITIES)
def test_an_identity_number_is_read(said: str, number: str) -> None:
    assert read_identity_number(said, today=TODAY) == number


@pytest.mark.parametrize(("said", "reason"), NO_IDENTITIES)
def test_a_reason_about_an_identity_number_does_not_repeat_it(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason) as refused:
        read_identity_number(said, today=TODAY)
    assert VALID[6:14] not in refused.value.reason


@pytest.mark.parametrize(("said", "plate"), PLATES)
def test_a_plate_is_read(said: str, plate: str) -> None:
    assert read_plate(said) == plate


@pytest.mark.parametrize(("said", "reason"), NO_PLATES)
def test_what_is_no_plate_is_told_why(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_plate(said)


@pytest.mark.parametrize(
    "said",
    [
        "91110000600037341L",
        "91110000 6000 3734 1l",
        "911100006OOO37341L",
        "代码是91110000-600037341-L",
        "9iii0000600037341L",
    ],
)
def test_a_credit_code_is_read_with_the_letters_it_cannot_have(said: str) -> None:
    assert read_credit_code(said) == "91110000600037341L"


@pytest.mark.parametrize(
    ("said", "reason"),
    [("911100006000373410", "校验位"), ("9111", "18 位"), ("110000600037341", "老的注册号")],
)
def test_what_is_no_credit_code_is_told_why(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_credit_code(said)


@pytest.mark.parametrize(
    "said",
    [
        "6222000000000000004",
        "6222 0000 0000 0000 004",
        "六二二二零零零零零零零零零零零零零零四",
        "卡号6222-0000-0000-0000-004",
    ],
)
def test_a_card_is_read(said: str) -> None:
    assert read_bank_account(said) == "6222000000000000004"


def test_a_card_that_is_none_is_told_why() -> None:
    with pytest.raises(NotUnderstood, match="校验位"):
        read_bank_account("6222000000000000005")
    with pytest.raises(NotUnderstood, match="这里有 9 位"):
        read_bank_account("622200000")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("护照号 e12345678", "E12345678"),
        ("EA1234567", "EA1234567"),
        ("E 1234 5678", "E12345678"),
        ("G幺二三四五六七八", "G12345678"),
        ("my passport is 123456789", "123456789"),
    ],
)
def test_a_passport_number_is_read(said: str, number: str) -> None:
    assert read_passport_number(said) == number


def test_a_licence_number_keeps_what_it_is_made_of() -> None:
    assert read_licence_number("证号 ab12345678") == "AB12345678"
    assert read_licence_number("J310000-2026-000123") == "J310000-2026-000123"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("xiaoan@example.com", "xiaoan@example.com"),
        ("我的邮箱是XiaoAn@Example.com", "xiaoan@example.com"),
        ("xiao_an 艾特 example 点 com", "xiao_an@example.com"),
        ("xiao下划线an 艾特 example点com点cn", "xiao_an@example.com.cn"),
        ("an123 at example dot com", "an123@example.com"),
        ("1234567艾特example点com", "1234567@example.com"),
    ],
)
def test_an_address_of_mail_is_read(said: str, address: str) -> None:
    assert read_email(said) == address


def test_a_postcode_is_six_figures() -> None:
    assert read_postcode("二〇〇 零九三") == read_postcode("200093") == "200093"
    with pytest.raises(NotUnderstood, match="这里有 5 位"):
        read_postcode("20009")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", "，", " - "]))
def test_every_mobile_number_is_read_however_it_is_grouped(number: str, gap: str) -> None:
    grouped = gap.join((number[:3], number[3:7], number[7:]))
    spoken = grouped.translate({ord(str(n)): "零幺二三四五六七八九"[n] for n in range(10)})
    assert read_phone(grouped) == read_phone(spoken) == number
