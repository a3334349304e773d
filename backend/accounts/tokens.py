"""Access and turn tokens: EdDSA JWTs that carry an opaque citizen id and nothing personal."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.core.errors import Problem
from backend.core.guard import Audience, Caller

ISSUER = "suiban"
ACCESS_LIFE = timedelta(minutes=10)
TURN_LIFE = timedelta(minutes=2)
MOST_REMEMBERED = 20_000
BEARERS = (Audience.CITIZEN, Audience.ASSISTANT, Audience.STAFF)


@dataclass(frozen=True)
class Signer:
    """Signs and checks tokens with one Ed25519 key."""

    private: Ed25519PrivateKey
    kid: str
    _read_before: dict[str, tuple[Caller, float]] = field(default_factory=dict, repr=False)

    @classmethod
    def from_setting(cls, signing_key: str) -> "Signer":
        """``signing_key`` is a PKCS #8 PEM, in base64. Raises ValueError for anything else."""
        private = serialization.load_pem_private_key(base64.b64decode(signing_key), password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("SIGNING_KEY must be an Ed25519 private key.")
        return cls(private, hashlib.sha256(_public_bytes(private)).hexdigest()[:16])

    def access(self, *, citizen: str, session: str, assurance: int, now: datetime) -> str:
        """A citizen's token for ten minutes."""
        claims = {"aud": Audience.CITIZEN.value, "sid": session, "acr": assurance}
        return self._sign(citizen, claims, now, ACCESS_LIFE)

    def turn(self, caller: Caller, *, turn: str, now: datetime) -> str:
        """The assistant's token for one turn: it may do what its citizen may, for two minutes."""
        claims = {
            "aud": Audience.ASSISTANT.value,
            "sid": caller.session,
            "acr": caller.assurance,
            "trn": turn,
        }
        return self._sign(caller.citizen, claims, now, TURN_LIFE)

    def staff(self, *, staff: str, session: str, now: datetime) -> str:
        """A member of staff's token for ten minutes; roles are read anew at every request."""
        return self._sign(staff, {"aud": Audience.STAFF.value, "sid": session}, now, ACCESS_LIFE)

    def read(self, token: str) -> Caller:
        """Whom a token speaks for. Raises ``token-expired`` or ``not-signed-in``.

        A token whose signature was checked is remembered until it expires: an app sends the same one
        with every request of ten minutes.
        """
        known = self._read_before.get(token)
        if known is not None and time.time() < known[1]:
            return known[0]
        caller, expires = self._check(token)
        if len(self._read_before) >= MOST_REMEMBERED:
            self._read_before.clear()
        self._read_before[token] = (caller, expires)
        return caller

    def _check(self, token: str) -> tuple[Caller, float]:
        try:
            claims = jwt.decode(
                token,
                self.private.public_key(),
                algorithms=["EdDSA"],
                issuer=ISSUER,
                audience=[one.value for one in BEARERS],
                options={"require": ["exp", "sub", "aud", "sid"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise Problem("token-expired", "登录已过期，请刷新后再试。") from error
        except jwt.InvalidTokenError as error:
            raise Problem("not-signed-in", "登录凭据无效，请重新登录。") from error
        bearer = Audience(claims["aud"])
        caller = Caller(
            citizen="" if bearer is Audience.STAFF else claims["sub"],
            session=claims["sid"],
            assurance=int(claims.get("acr", 0)),
            audience=bearer,
            turn=str(claims.get("trn", "")),
            staff=claims["sub"] if bearer is Audience.STAFF else "",
        )
        return caller, float(claims["exp"])

    def key_set(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 8037)."""
        x = base64.urlsafe_b64encode(_public_bytes(self.private)).rstrip(b"=").decode()
        key = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.kid, "use": "sig", "alg": "EdDSA"}
        return {"keys": [key]}

    def _sign(self, citizen: str, claims: dict[str, Any], now: datetime, life: timedelta) -> str:
        body = {"iss": ISSUER, "sub": citizen, "iat": now, "exp": now + life, **claims}
        return jwt.encode(body, self.private, algorithm="EdDSA", headers={"kid": self.kid})


def _public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
