"""A document's signature: Ed25519, with a key derived from the product's own."""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.accounts.tokens import Signer
from backend.core.house import House
from backend.core.mongo import Document

SIGNED = ("code", "kind", "number", "department", "sha256")


def sign(house: House, document: Document) -> str:
    """The signature over a drawn document's statement, in base64."""
    return base64.b64encode(_key(house).sign(statement(document))).decode()


def is_signed(house: House, document: Document) -> bool:
    """Whether the signature is ours and nothing of the statement was changed."""
    try:
        _key(house).public_key().verify(base64.b64decode(document["signature"]), statement(document))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def public_key(house: House) -> dict[str, Any]:
    """The key that checks signatures, as a JWK (RFC 8037)."""
    raw = _key(house).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}


def statement(document: Document) -> bytes:
    """What is signed: who issued which document, and its content's digest."""
    said = {name: document[name] for name in SIGNED} | {"issued_at": document["issued_at"].isoformat()}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _key(house: House) -> Ed25519PrivateKey:
    return _derived(house.settings.signing_key.get_secret_value())


@lru_cache(maxsize=4)
def _derived(signing_key: str) -> Ed25519PrivateKey:
    """A key of its own: a token's signature must never pass for a document's."""
    raw = Signer.from_setting(signing_key).private.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=b"suiban official documents v1").derive(raw)
    return Ed25519PrivateKey.from_private_bytes(seed)
