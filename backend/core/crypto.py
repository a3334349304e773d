"""Field encryption for personal data: AEAD ciphertexts at rest, a blind index for look-ups."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any, cast

from bson.binary import Binary
from bson.codec_options import CodecOptions
from cachetools import TTLCache
from cryptography.fernet import Fernet, InvalidToken
from pymongo import MongoClient
from pymongo.encryption import ClientEncryption

PERSONAL_KEYS = frozenset(
    {"identity_number", "phone", "number", "account", "plate", "address", "birth_certificate"}
)
ENCRYPTED_SUBTYPE = 6
# What most of a document is made of, and never is or holds a ciphertext.
_PLAIN = (str, int, float, datetime, NoneType)
MOST_REMEMBERED, LONGEST_REMEMBERED, REMEMBERED_SECONDS = 10_000, 200, 60
RANDOMISED = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"


class FieldCipher:
    """Encrypts single values by MongoDB's explicit client-side encryption, with a local master key."""

    def __init__(self, client: MongoClient[dict[str, Any]], database: str, master_key: str) -> None:
        key = base64.b64decode(master_key)
        if len(key) != 96:
            raise ValueError("FIELD_KEY must be 96 random bytes in base64.")
        self._blind_key = hashlib.sha256(b"blind-index" + key).digest()
        self._texts = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"whole-texts" + key).digest()))
        self._client = client
        self._vault = f"{database}.__keys"
        self._encryption: ClientEncryption[dict[str, Any]] = ClientEncryption(
            {"local": {"key": key}}, self._vault, client, CodecOptions(tz_aware=True)
        )
        self._key_id: Binary | None = None
        # A form's values are opened again at each step of it; opening one takes a tenth of a millisecond.
        self._opened: TTLCache[Binary, str] = TTLCache(MOST_REMEMBERED, REMEMBERED_SECONDS)
        self._opening = threading.Lock()

    def prepare(self) -> None:
        """Make the data key if it is not there yet; safe to call from every process at once."""
        name, _, collection = self._vault.partition(".")
        self._client[name][collection].create_index(
            "keyAltNames", unique=True, partialFilterExpression={"keyAltNames": {"$exists": True}}
        )
        if self._encryption.get_key_by_alt_name("fields") is None:
            try:
                self._encryption.create_data_key("local", key_alt_names=["fields"])
            except Exception:
                if self._encryption.get_key_by_alt_name("fields") is None:
                    raise
        self._data_key()

    def encrypt(self, value: Any) -> Binary:
        """A randomised ciphertext of any BSON value."""
        return self._encryption.encrypt(value, RANDOMISED, key_id=self._data_key())

    def decrypt(self, value: Binary) -> Any:
        """The value again. Raises pymongo's EncryptionError for a foreign ciphertext."""
        with self._opening:
            known = self._opened.get(value)
        if known is not None:
            return known
        opened = self._encryption.decrypt(value)
        if isinstance(opened, str) and len(opened) <= LONGEST_REMEMBERED:
            with self._opening:
                self._opened[value] = opened
        return opened

    def seal_text(self, text: str) -> bytes:
        """A whole text sealed, for what is kept a short while only: quicker, and its key is never changed."""
        return self._texts.encrypt(text.encode())

    def open_text(self, sealed: bytes) -> str:
        """The text again. Raises ValueError for a foreign one."""
        try:
            return self._texts.decrypt(sealed).decode()
        except InvalidToken as error:
            raise ValueError("not sealed here") from error

    def blind(self, value: str) -> str:
        """A keyed fingerprint: equal values have equal ones, and nothing leads back."""
        return hmac.new(self._blind_key, value.encode(), hashlib.sha256).hexdigest()

    def seal(self, value: Any, *, under: str = "") -> Any:
        """A copy of a JSON-like value with everything under PERSONAL_KEYS encrypted."""
        if under in PERSONAL_KEYS and value is not None and not isinstance(value, (dict, list)):
            return value if _is_sealed(value) else self.encrypt(value)
        if isinstance(value, Mapping):
            return {key: self.seal(item, under=key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.seal(item, under=under) for item in value]
        return value

    def open(self, value: Any) -> Any:
        """A copy with every ciphertext decrypted."""
        if isinstance(value, _PLAIN):
            return value
        if _is_sealed(value):
            return self.decrypt(value)
        if isinstance(value, Mapping):
            return {key: self.open(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.open(item) for item in value]
        return value

    def _data_key(self) -> Binary:
        if self._key_id is None:
            document = self._encryption.get_key_by_alt_name("fields")
            if document is None:
                raise RuntimeError("No data key yet: run `python -m backend.prepare` first.")
            self._key_id = cast(Binary, document["_id"])
        return self._key_id


def _is_sealed(value: Any) -> bool:
    return isinstance(value, Binary) and value.subtype == ENCRYPTED_SUBTYPE
