"""Passwords: salted, stretched by scrypt, compared in constant time."""

import hashlib
import hmac
import os
from dataclasses import asdict, dataclass
from typing import Any

SHORTEST = 12
LONGEST = 128


@dataclass(frozen=True)
class Cost:
    """How much work a guess is: scrypt's N, r and p (OWASP's advice for people's passwords)."""

    n: int = 2**15
    r: int = 8
    p: int = 3


# A password of twenty random characters cannot be guessed, however cheap a guess is.
FOR_RANDOM_PASSWORDS = Cost(n=2**8, r=8, p=1)


def seal_password(password: str, cost: Cost | None = None) -> dict[str, Any]:
    """What is stored of a password: ``{salt, hash, n, r, p}``."""
    cost, salt = cost or Cost(), os.urandom(16)
    return {"salt": salt, "hash": _stretch(password, salt, cost), **asdict(cost)}


def fits(password: str, sealed: dict[str, Any]) -> bool:
    """Whether a password is the one that was sealed.

    >>> fits("correct horse", seal_password("correct horse", FOR_RANDOM_PASSWORDS))
    True
    """
    cost = Cost(sealed["n"], sealed["r"], sealed["p"])
    return hmac.compare_digest(_stretch(password, sealed["salt"], cost), sealed["hash"])


def weakness(password: str, name: str) -> str | None:
    """Why a password a person chose is not taken, or None.

    >>> weakness("short", "an")
    '密码至少 12 个字符'
    """
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符"
    if name.lower() in password.lower():
        return "密码里不能有用户名"
    if len(set(password)) < 5:
        return "密码里不同的字符太少"
    return None


def _stretch(password: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=256 * cost.n * cost.r, dklen=32
    )
