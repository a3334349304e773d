"""Signed notices between departments and us: who sends signs, who receives checks.

Every sender has a secret of its own, derived from one master secret, so that none can speak for another.
The signature covers the moment and the body, so that a recorded notice is worth nothing after
five minutes and nothing with another body.
"""

import hashlib
import hmac
from collections.abc import Mapping

KEY_VERSION_HEADER = "Suiban-Key-Version"
TIMESTAMP_HEADER = "Suiban-Timestamp"
SIGNATURE_HEADER = "Suiban-Signature"
WINDOW_SECONDS = 300
# The first signs; the others are still accepted while senders change over.
KEY_VERSIONS = (1,)


class SignatureInvalid(Exception):
    """A notice was not signed by somebody who knows the secret, or not lately."""


def sender_secret(master: str, sender: str, *, version: int = KEY_VERSIONS[0]) -> str:
    """The secret of one department or company; from it nobody can tell another's, nor the master.

    >>> sender_secret("m", "housing") == sender_secret("m", "health")
    False
    """
    if not master:
        return ""
    purpose = f"suiban notices v{version} {sender}"
    return hmac.new(master.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def sign_as(master: str, sender: str, body: bytes, *, at: float) -> dict[str, str]:
    """The headers by which ``sender`` proves a body its own: with its own secret, and that one's version."""
    version = {KEY_VERSION_HEADER: str(KEY_VERSIONS[0])}
    return version | sign(sender_secret(master, sender), body, at=at)


def verify_from(master: str, sender: str, body: bytes, headers: Mapping[str, str], *, now: float) -> None:
    """Accept a body that ``sender`` signed with its own secret, or raise SignatureInvalid."""
    said = {name.lower(): value for name, value in headers.items()}.get(KEY_VERSION_HEADER.lower(), "")
    version = next((one for one in KEY_VERSIONS if said == str(one)), None)
    if version is None:
        raise SignatureInvalid(f"{KEY_VERSION_HEADER} is missing or not one of {KEY_VERSIONS}")
    verify(sender_secret(master, sender, version=version), body, headers, now=now)


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
