"""Celery's side of messages."""

from typing import Any

import redis
from pymongo.errors import ConnectionFailure

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.messages import afterwards, between, telling

RETRY: dict[str, Any] = {
    "autoretry_for": (ConnectionFailure, redis.ConnectionError, redis.TimeoutError),
    "retry_backoff": True,
    "max_retries": 8,
}


@celery.task(name="messages.tell_change", queue="telling", **RETRY)
def tell_change(payload: dict[str, Any]) -> str | None:
    """Tell a citizen that an application moved."""
    return telling.tell_change(house(), payload)


@celery.task(name="messages.tell_notice", queue="telling", **RETRY)
def tell_notice(payload: dict[str, Any]) -> str | None:
    """Tell a citizen what is no state: a deadline that comes near, more time, another department."""
    return telling.tell_notice(house(), payload)


@celery.task(name="messages.tell_prompt", queue="telling", **RETRY)
def tell_prompt(payload: dict[str, Any]) -> str | None:
    """Tell a citizen of a prompt."""
    return telling.tell_prompt(house(), payload)


@celery.task(name="messages.tell_correction", queue="telling", **RETRY)
def tell_correction(payload: dict[str, Any]) -> str | None:
    """Confirm a data correction."""
    return telling.tell_correction(house(), payload)


@celery.task(name="messages.tell_asked", queue="telling", **RETRY)
def tell_asked(payload: dict[str, Any]) -> str | None:
    """Tell somebody that a delegation waits for their yes."""
    return between.tell_delegation(house(), payload, "asked")


@celery.task(name="messages.tell_confirmed", queue="telling", **RETRY)
def tell_confirmed(payload: dict[str, Any]) -> str | None:
    """Tell both sides that a delegation is in force."""
    return between.tell_delegation(house(), payload, "confirmed")


@celery.task(name="messages.tell_declined", queue="telling", **RETRY)
def tell_declined(payload: dict[str, Any]) -> str | None:
    """Tell whoever asked that the other side said no."""
    return between.tell_delegation(house(), payload, "declined")


@celery.task(name="messages.tell_revoked", queue="telling", **RETRY)
def tell_revoked(payload: dict[str, Any]) -> str | None:
    """Tell both sides that a delegation ended."""
    return between.tell_delegation(house(), payload, "revoked")


@celery.task(name="messages.tell_use", queue="telling", **RETRY)
def tell_use(payload: dict[str, Any]) -> str | None:
    """Tell a principal that their delegation was used."""
    return between.tell_use(house(), payload)


@celery.task(name="messages.tell_invited", queue="telling", **RETRY)
def tell_invited(payload: dict[str, Any]) -> str | None:
    """Tell somebody that an organisation appoints them."""
    return between.tell_membership(house(), payload, "invited")


@celery.task(name="messages.tell_joined", queue="telling", **RETRY)
def tell_joined(payload: dict[str, Any]) -> str | None:
    """Tell that an appointment was accepted."""
    return between.tell_membership(house(), payload, "accepted")


@celery.task(name="messages.tell_ended", queue="telling", **RETRY)
def tell_ended(payload: dict[str, Any]) -> str | None:
    """Tell that an appointment ended."""
    return between.tell_membership(house(), payload, "ended")


@celery.task(name="messages.tell_refund", queue="telling", **RETRY)
def tell_refund(payload: dict[str, Any]) -> str | None:
    """Tell that money went back."""
    return afterwards.tell_refund(house(), payload)


@celery.task(name="messages.invite_rating", queue="telling", **RETRY)
def invite_rating(payload: dict[str, Any]) -> str | None:
    """Invite to rate what came to its end."""
    return afterwards.invite_rating(house(), payload)


@celery.task(name="messages.tell_follow_up", queue="telling", **RETRY)
def tell_follow_up(payload: dict[str, Any]) -> str | None:
    """Tell what became of a bad rating."""
    return afterwards.tell_follow_up(house(), payload)


@celery.task(name="messages.tell_answer", queue="telling", **RETRY)
def tell_answer(payload: dict[str, Any]) -> str | None:
    """Tell a department's answer to a data objection."""
    return afterwards.tell_answer(house(), payload)


@celery.task(name="messages.tell_disputed", queue="telling", **RETRY)
def tell_disputed(payload: dict[str, Any]) -> str | None:
    """Tell of an application that uses a disputed value."""
    return afterwards.tell_disputed(house(), payload)


subscribe("delegation.asked", "messages.tell_asked")
subscribe("delegation.confirmed", "messages.tell_confirmed")
subscribe("delegation.declined", "messages.tell_declined")
subscribe("delegation.revoked", "messages.tell_revoked")
subscribe("delegation.used", "messages.tell_use")
subscribe("membership.invited", "messages.tell_invited")
subscribe("membership.accepted", "messages.tell_joined")
subscribe("membership.ended", "messages.tell_ended")
subscribe("payment.refunded", "messages.tell_refund")
subscribe("application.changed", "messages.invite_rating")
subscribe("rating.closed", "messages.tell_follow_up")
subscribe("correction.answered", "messages.tell_answer")
subscribe("fact.disputed", "messages.tell_disputed")
subscribe("application.changed", "messages.tell_change")
subscribe("application.noticed", "messages.tell_notice")
subscribe("prompt.shown", "messages.tell_prompt")
subscribe("correction.opened", "messages.tell_correction")
