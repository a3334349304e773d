"""How personal values look to people: the table of masks, by kind."""

import re
from collections.abc import Callable


def mask_name(name: str) -> str:
    """Two characters keep the first, longer names the first and the last.

    >>> mask_name("张三"), mask_name("李小敏")
    ('张*', '李*敏')
    """
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """
    >>> mask_phone("19900000001")
    '199****0001'
    """
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 8 else "****"


def mask_identity(number: str) -> str:
    """
    >>> mask_identity("310101199001011234")
    '310101********1234'
    """
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) >= 12 else mask_tail(number)


def mask_tail(number: str) -> str:
    """
    >>> mask_tail("6222000000001234")
    '************1234'
    """
    return "*" * max(0, len(number) - 4) + number[-4:]


def mask_plate(plate: str) -> str:
    """
    >>> mask_plate("沪A12345")
    '沪A1**45'
    """
    return plate[:3] + "**" + plate[-2:] if len(plate) >= 6 else "**"


def mask_address(address: str) -> str:
    """Down to the street; what follows the road's name is hidden.

    >>> mask_address("杨浦区国和路100弄3号601室")
    '杨浦区国和路**'
    """
    street = re.match(r".*?(?:路|街道|街|大道|巷|镇|乡|村)", address)
    return (street.group(0) if street else address[:6]) + "**"


def mask_email(address: str) -> str:
    """
    >>> mask_email("xiaoan@example.com")
    'x***@example.com'
    """
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}"


def plain(value: str) -> str:
    """A kind of value that needs no mask."""
    return value


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "identity-number": mask_identity,
    "licence-number": mask_identity,
    "passport-number": mask_identity,
    "bank-account": mask_tail,
    "plate": mask_plate,
    "address": mask_address,
    "email": mask_email,
}


def mask(kind: str, value: object) -> str:
    """The mask for a field type; types without one show the value."""
    return MASKS.get(kind, plain)(str(value))
