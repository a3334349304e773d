"""Consents, one a purpose: versioned, revocable, honoured at the next request."""

from typing import Any

from backend.accounts import store
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger

# Prompts rest on notice, not consent (个人信息保护法 §§24, 35): on until the citizen says no.
DEFAULTS: dict[str, bool] = {"data-sharing": True, "prompts": True}


def list_consents(house: House, citizen: str) -> list[dict[str, Any]]:
    """Every purpose with ``granted``, ``version`` and ``at`` (None while it is the default)."""
    kept = store.get_citizen(house, citizen).get("consents", {})
    rows = []
    for purpose, default in DEFAULTS.items():
        record = kept.get(purpose, {})
        at = record.get("at")
        rows.append(
            {
                "purpose": purpose,
                "granted": record.get("granted", default),
                "version": record.get("version"),
                "at": at.isoformat() if at else None,
            }
        )
    return rows


def is_granted(citizen: dict[str, Any], purpose: str) -> bool:
    """Whether a citizen document grants a purpose."""
    return bool(citizen.get("consents", {}).get(purpose, {}).get("granted", DEFAULTS[purpose]))


def set_consent(house: House, citizen: str, purpose: str, *, granted: bool, version: str) -> None:
    """Record a decision with its time and the version of the text it was made on."""
    record = {"granted": granted, "version": version, "at": house.clock.now()}

    def keep(unit: Unit) -> None:
        store.set_consent(house, unit, citizen, purpose, record)
        unit.emit(f"consent.{'granted' if granted else 'revoked'}", citizen=citizen, purpose=purpose)

    commit(house, keep)
    logger().info("consent.set", citizen=citizen, purpose=purpose, granted=granted)
