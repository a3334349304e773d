"""Sealing: values and whole texts, opened by who has the key and by nobody else."""

import base64
import os
from collections.abc import Iterator

import pymongo
import pytest
from bson.binary import Binary
from pymongo.errors import EncryptionError

from backend.core.crypto import FieldCipher

SECRET = "990000199001010017"


@pytest.fixture
def client(mongo_url: str) -> Iterator[pymongo.MongoClient]:
    with pymongo.MongoClient(mongo_url, tz_aware=True) as found:
        yield found
        for name in ("cipher_one", "cipher_other"):
            found.drop_database(name)


def a_cipher(client: pymongo.MongoClient, database: str) -> FieldCipher:
    made = FieldCipher(client, database, base64.b64encode(os.urandom(96)).decode())
    made.prepare()
    return made


def test_a_value_is_sealed_anew_each_time_and_opened_again(client: pymongo.MongoClient) -> None:
    cipher = a_cipher(client, "cipher_one")
    first, second = cipher.encrypt(SECRET), cipher.encrypt(SECRET)
    assert first != second
    assert SECRET.encode() not in bytes(first)
    for _ in range(2):
        assert (cipher.decrypt(first), cipher.decrypt(second)) == (SECRET, SECRET)
    assert cipher.decrypt(cipher.encrypt({"text": SECRET})) == {"text": SECRET}


def test_a_foreign_value_is_refused_however_often_it_is_shown(client: pymongo.MongoClient) -> None:
    cipher, other = a_cipher(client, "cipher_one"), a_cipher(client, "cipher_other")
    foreign = other.encrypt(SECRET)
    assert other.decrypt(foreign) == SECRET
    for _ in range(2):
        with pytest.raises(EncryptionError):
            cipher.decrypt(foreign)
    own = cipher.encrypt(SECRET)
    assert cipher.decrypt(own) == SECRET
    changed = Binary(bytes(own[:-1]) + bytes([own[-1] ^ 1]), own.subtype)
    with pytest.raises(EncryptionError):
        cipher.decrypt(changed)


def test_what_was_opened_is_forgotten(client: pymongo.MongoClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.core import crypto

    monkeypatch.setattr(crypto, "MOST_REMEMBERED", 2)
    cipher = a_cipher(client, "cipher_one")
    for number in range(5):
        assert cipher.decrypt(cipher.encrypt(f"{number}")) == f"{number}"
    assert cipher.decrypt(cipher.encrypt("x" * 500)) == "x" * 500
    assert sorted(cipher._opened.values()) == ["3", "4"], "few, short, and the latest"
    cipher._opened.expire(cipher._opened.timer() + crypto.REMEMBERED_SECONDS)
    assert not cipher._opened


def test_a_whole_text_is_opened_by_its_own_key_only(client: pymongo.MongoClient) -> None:
    cipher, other = a_cipher(client, "cipher_one"), a_cipher(client, "cipher_other")
    sealed = cipher.seal_text(f"证件号 {SECRET}")
    assert SECRET.encode() not in base64.urlsafe_b64decode(sealed)
    assert cipher.open_text(sealed) == f"证件号 {SECRET}"
    for wrong, whose in ((sealed, other), (sealed[:-4], cipher), (b"", cipher)):
        with pytest.raises(ValueError, match="not sealed here"):
            whose.open_text(wrong)
