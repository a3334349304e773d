"""Signed notices between departments and us: who sends signs, who receives checks.

The signature covers the moment and the body, so that a recorded notice is worth nothing after
five minutes and nothing with another body.
"""

import hashlib
import hmac
from collections.abc import Mapping

TIMESTAMP_HEADER = "Suiban-Timestamp"
SIGNATURE_HEADER = "Suiban-Signature"
WINDOW_SECONDS = 300


class SignatureInvalid(Exception):
    """A notice was not signed by somebody who knows the secret, or not lately."""


def sign(secret: str, body: bytes, *, at: float) -> dict[str, str]:
    """The headers that prove who sent this body, and when."""
    timestamp = str(int(at))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: _digest(secret, timestamp, body)}


def verify(secret: str, body: bytes, headers: Mapping[str, str], *, now: float) -> None:
    """Accept a signed body, or raise SignatureInvalid. `headers` may be in any case."""
    if not secret:
        raise SignatureInvalid("no secret is set, so no signature can be right")
    found = {name.lower(): value for name, value in headers.items()}
    timestamp = found.get(TIMESTAMP_HEADER.lower(), "")
    signature = found.get(SIGNATURE_HEADER.lower(), "")
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        raise SignatureInvalid(f"{TIMESTAMP_HEADER} is missing or not a number of seconds")
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureInvalid(f"{TIMESTAMP_HEADER} is more than {WINDOW_SECONDS} s away from now")
    if not hmac.compare_digest(_digest(secret, timestamp, body).encode(), signature.encode()):
        raise SignatureInvalid(f"{SIGNATURE_HEADER} does not fit the body")


def _digest(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
