"""The product's secrets: given from outside, or made once and kept in one private file."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.launch.places import LaunchError

FIELD_KEY_BYTES = 96  # MongoDB's field encryption takes a local master key of exactly this length


def _token() -> str:
    return secrets.token_urlsafe(32)


def _field_key() -> str:
    return base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode()


def _signing_key() -> str:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(pem).decode()


MAKERS: Mapping[str, Callable[[], str]] = {
    "CALLBACK_SECRET": _token,
    "DEPARTMENTS_KEY": _token,
    "DEPARTMENTS_ADMIN_KEY": _token,
    "BOT_TOKEN": _token,
    "FIELD_KEY": _field_key,
    "SIGNING_KEY": _signing_key,
}


def load_keys(given: Mapping[str, str], file: Path) -> dict[str, str]:
    """Every secret: as given, else as kept in the file, else made now and kept.

    In production nothing is made: all of them must be given.
    """
    missing = [name for name in MAKERS if not given.get(name)]
    if missing and given.get("SUIBAN_ENV") == "production":
        raise LaunchError(
            f"SUIBAN_ENV is production and these secrets are not set: {', '.join(missing)}.\n"
            "Set each in the environment; in production none is made up."
        )
    kept = _read(file) if missing else {}
    fresh = {name: MAKERS[name]() for name in missing if name not in kept}
    if fresh:
        kept |= fresh
        _write(file, kept)
    return {name: given.get(name) or kept[name] for name in MAKERS}


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text())
        return {str(name): str(value) for name, value in found.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as error:
        # A new FIELD_KEY would make every stored identity number unreadable, so never start over silently.
        raise LaunchError(
            f"{file} is damaged ({error}).\nRestore it from a copy; without it the stored data "
            "cannot be read. To begin anew, remove the whole data folder:  make clean"
        ) from error


def _write(file: Path, kept: Mapping[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(dict(kept), out, indent=2)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
