"""Numbers that people and things carry, well-formed and visibly nobody's.

Regions are whole provinces (310000), which no real identity number carries; phones begin with
199 0000; bank cards with a prefix that no bank has.
"""

from collections import Counter
from datetime import date

from stdnum import luhn
from stdnum.cn import ric, uscc

LOCAL_REGION = "310000"
PROVINCES = {
    "320000": "江苏省",
    "330000": "浙江省",
    "340000": "安徽省",
    "360000": "江西省",
    "370000": "山东省",
    "410000": "河南省",
    "420000": "湖北省",
}


class NumberOffice:
    """Gives out numbers, never the same twice."""

    def __init__(self) -> None:
        self._born: Counter[str] = Counter()
        self._given: Counter[str] = Counter()

    def identity_number(self, *, region: str, born: date, sex: str) -> str:
        """An identity number: region, day of birth, order (odd for men), check digit."""
        key = f"{region}{born:%Y%m%d}{sex}"
        number = identity_number(self._born[key], region=region, born=born, sex=sex)
        self._born[key] += 1
        return number

    def phone(self) -> str:
        """A phone number of the range nobody uses; 0001 to 0099 belong to the demo people."""
        return f"199{self._next('phone') + 99:08d}"

    def bank_card(self) -> str:
        """A card number with a right Luhn digit."""
        return bank_card(self._next("card"))

    def plate(self) -> str:
        """A number plate of a series that is not issued."""
        return f"沪Z{self._next('plate'):05d}"

    def credit_code(self) -> str:
        """A unified social credit code (GB 32100) for an individual business."""
        return credit_code(self._next("business"))

    def company_code(self) -> str:
        """A unified social credit code for a company."""
        return company_code(self._next("company"))

    def serial(self, kind: str, form: str) -> str:
        """The next number of any other kind, written as `form` says."""
        return form.format(self._next(kind))

    def count(self, kind: str) -> int:
        """How many numbers of a kind were given out."""
        return self._given[kind]

    def _next(self, kind: str) -> int:
        self._given[kind] += 1
        return self._given[kind]


def credit_code(order: int) -> str:
    """The unified social credit code of the nth individual business.

    >>> uscc.is_valid(credit_code(7))
    True
    """
    body = f"92310000MA{order:07d}"
    return body + uscc.calc_check_digit(body)


def company_code(order: int) -> str:
    """The unified social credit code of the nth company.

    >>> uscc.is_valid(company_code(7))
    True
    """
    body = f"91310000MA{order:07d}"
    return body + uscc.calc_check_digit(body)


def identity_number(order: int, *, region: str, born: date, sex: str) -> str:
    """The nth identity number of a region, a day of birth and a sex, from 0. Raises ValueError past 498.

    >>> identity_number(0, region="310000", born=date(1990, 1, 1), sex="男")
    '310000199001010010'
    """
    sequence = 2 * order + (1 if sex == "男" else 2)
    if sequence > 999:
        raise ValueError(f"no identity number is left for one day of birth in region {region}")
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")


def bank_card(order: int) -> str:
    """The nth card number of a prefix that no bank has, with a right Luhn digit."""
    body = f"622999{order:012d}"
    return body + luhn.calc_check_digit(body)
