"""Numbers with check digits: identity numbers, credit codes, bank cards; and passports, which have none."""

import re
from datetime import date

from stdnum import luhn
from stdnum.cn import ric, uscc

from backend.values.wording import GAP, NotUnderstood, digits_written, joined, plain

_CHECK_WORDS = re.compile(r"(?<=\d)\s*(?:叉|艾克斯|埃克斯|大写的?x|小写的?x|字母x|[×✕✖])")
_IDENTITY = re.compile(r"(?<![\dx])(?P<number>\d{17}[\dx])(?![\dx])")
_OLD_IDENTITY = re.compile(r"(?<![\dx])\d{15}(?![\dx])")
_OWN_PLACES = ("81", "82", "83")  # 港澳台居民居住证: no county stands behind these codes
_CREDIT = re.compile(r"(?<![0-9a-z])(?P<number>[0-9a-z]{18})(?![0-9a-z])")
# 统一社会信用代码 (GB 32100) has no I, O, S, V, Z: whoever writes one meant the figure it looks like.
_MEANT = {"i": "1", "o": "0", "s": "5", "z": "2"}
_PASSPORT = re.compile(
    r"(?<![a-z0-9])(?P<number>[a-z]{1,2}\d{6,8}|\d{8,9}|[a-z]\d{2}[a-z0-9]{6})(?![a-z0-9])"
)


def read_identity_number(text: str, *, today: date) -> str:
    """The eighteen places of an identity number; the fifteen of an old card are completed.

    国发〔1999〕15号: the new number is the old one with the century and a check digit.
    """
    said = _CHECK_WORDS.sub("x", joined(text))
    found = _IDENTITY.search(said)
    if found is None:
        return _from_old(said)
    number = found["number"].upper()
    problem = identity_problem(number, today=today)
    if problem:
        raise NotUnderstood(problem)
    return number


def identity_problem(number: str, *, today: date) -> str | None:
    """What is wrong with an eighteen-place number, in words that do not repeat it; None for a valid one."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号里出生日期那一段（第 7 到 14 位）不对，请再看一下"
    if not born.year >= 1880 or born > today:
        return "身份证号里出生日期那一段（第 7 到 14 位）不对，请再看一下"
    if ric.calc_check_digit(number) != number[17]:
        return "这个身份证号的校验位不对，可能输错了一位，请对着身份证再说一遍"
    if not number.startswith(_OWN_PLACES) and not ric.is_valid(number):
        return "身份证号前六位不是任何地方的代码，请再看一下"
    return None


def _from_old(said: str) -> str:
    old = _OLD_IDENTITY.search(said)
    if old is None:
        places = max((len(one) for one in re.findall(r"\d+x?", said)), default=0)
        heard = f"，这里有 {places} 位" if places >= 6 else ""
        raise NotUnderstood(f"身份证号是 18 位{heard}；最后一位可能是 X")
    number = f"{old[0][:6]}19{old[0][6:]}"
    number += ric.calc_check_digit(f"{number}0")
    if not ric.is_valid(number):
        raise NotUnderstood("15 位的老号码对不上，请看现在的身份证，说 18 位的号码")
    return number


def read_credit_code(text: str) -> str:
    """The eighteen places of a 统一社会信用代码; a letter that it cannot have is read as its figure."""
    said = re.sub(rf"(?:{GAP})+(?=[0-9a-z])", "", digits_written(plain(text)))
    candidates = [one["number"] for one in _CREDIT.finditer(said)]
    if not candidates:
        if re.search(r"(?<![0-9a-z])\d{15}(?![0-9a-z])", said):
            raise NotUnderstood("15 位的是老的注册号，请看营业执照上 18 位的统一社会信用代码")
        raise NotUnderstood("统一社会信用代码是 18 位，由数字和大写字母组成，没有 I、O、S、V、Z")
    for number in candidates:
        code = "".join(_MEANT.get(one, one) for one in number).upper()
        if uscc.is_valid(code):
            return str(code)
    raise NotUnderstood("这个统一社会信用代码的校验位不对，可能输错了一位")


def read_bank_account(text: str) -> str:
    """The number of a bank card, checked by Luhn's formula."""
    said = joined(text)
    found = re.search(r"(?<!\d)(?P<number>\d{16,19})(?!\d)", said)
    if found is None:
        places = max((len(one) for one in re.findall(r"\d+", said)), default=0)
        heard = f"，这里有 {places} 位" if places >= 6 else ""
        raise NotUnderstood(f"银行卡号是 16 到 19 位数字{heard}")
    if not luhn.is_valid(found["number"]):
        raise NotUnderstood("这个卡号的校验位不对，可能输错了一位")
    return found["number"]


def read_passport_number(text: str) -> str:
    """The number of a passport or a permit to travel."""
    said = re.sub(r"(?<![a-z][a-z])(?<=[a-z])\s+(?=\d)|(?<=\d)[\s\-.]+(?=\d)", "", joined(text))
    found = _PASSPORT.search(said)
    if found is None:
        raise NotUnderstood("护照号一般是 1 到 2 个字母加 7 到 8 位数字，在资料页右上角")
    return found["number"].upper()


def read_licence_number(text: str) -> str:
    """The number of some licence or contract: letters, figures and the characters that some carry."""
    found = re.search(r"[A-Za-z0-9\u4e00-\u9fff]*\d[A-Za-z0-9（）()\-]{4,30}", text)
    if found is None:
        raise NotUnderstood("没有看出证件号码")
    return found[0].upper()
