"""Identifiers that sort by the time they were made."""

import os
import time


def new_id() -> str:
    """A 26-character opaque id: 48 bits of milliseconds, then 80 random bits, base 32."""
    number = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, as in ULID
    return "".join(alphabet[(number >> shift) & 31] for shift in range(125, -1, -5))
