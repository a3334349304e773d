"""Documents on their way: the parcel is sent when the document is made, the case ends when it arrives."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.accounts import store as accounts
from backend.applications import store as applications
from backend.applications.moving import add_note, make_moves
from backend.applications.promise import plain_values
from backend.applications.sealing import open_values
from backend.applications.states import Move, NotAllowed, State
from backend.applications.versions import matter_of
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare
from backend.matters.catalogue import catalogue
from integrations.gateways.failures import DepartmentUnavailable

INBOX = declare("parcel_inbox", Index("received_at", ttl=90 * 24 * 3600))
LOOK_AGAIN = timedelta(minutes=1)
MADE = (State.APPROVED, State.ISSUING)


def way_of(house: House, document: Document) -> str:
    """``post``, ``window`` or ``e-licence``: what the form's ``delivery`` says."""
    values = plain_values(open_values(house, document))
    chosen = values.get("delivery")
    if chosen == "post":
        return "post" if values.get("delivery_address") else "window"
    return "window" if chosen == "window" else "e-licence"


def send(house: House, application: str) -> str:
    """Hand a made document to the carrier, or make its collection code; doing it twice sends one.

    Returns ``sent``, ``ready``, ``waits`` or ``nothing``.
    """
    document = applications.find_any(house, application)
    if document is None or State(document["state"]) not in MADE:
        return "nothing"
    if (document.get("delivery") or {}).get("way"):
        return "nothing"
    way = way_of(house, document)
    if way == "post":
        return _post(house, document) if _is_made(document) else "nothing"
    if way == "window":
        code = f"{secrets.randbelow(10**6):06d}"
        _note(house, document, {"way": way, "code": code}, "证件已备好，请凭取件码到窗口领取")
        return "ready"
    return "nothing"


def ready_to_send(now: datetime) -> Document:
    """What a case keeps when its department is done without a licence of its own."""
    return {"way": None, "next_at": now}


def _is_made(document: Document) -> bool:
    """Whether there is something to send: the licence is made, or the department says it is done."""
    if document["state"] == State.APPROVED.value:
        return document.get("delivery") is not None
    return document["state"] == State.ISSUING.value


def take_in(house: House, event: Document) -> str:
    """Apply a step of a parcel's journey once; its last one delivers and ends the case."""

    def record(unit: Unit) -> str:
        inbox = {"_id": event["event_id"], "parcel": event["parcel"], "received_at": unit.now}
        house.db[INBOX].insert_one(inbox, session=unit.session)
        document = applications.find_any(house, event["parcel"], unit.session)
        if document is None or (document.get("delivery") or {}).get("way") != "post":
            return "ignored"
        delivery = document["delivery"] | {"step": event["event"], "step_at": unit.now}
        journey = [*document["delivery"].get("journey", []), {"text": event["text"], "at": event["at"]}]
        also = {"$set": {"delivery": delivery | {"journey": journey}}}
        text = f"快递 {event['number']}：{event['text']}"
        if event["event"] != "delivered":
            add_note(house, unit, document, text, by="post", also=also)
            return "applied"
        steps = [(Move.DELIVER, text), (Move.FINISH, "证件已送达，办结")]
        if document["state"] == State.APPROVED.value:
            steps.insert(0, (Move.MAKE_LICENCE, "证件已制成"))
        try:
            make_moves(house, unit, document, steps, by="post", also=also)
        except NotAllowed:
            return "ignored"
        return "applied"

    try:
        outcome = commit(house, record)
    except DuplicateKeyError:
        outcome = "duplicate"
    logger().info("parcel.told", parcel=event["parcel"], event_kind=event["event"], outcome=outcome)
    return outcome


def _post(house: House, document: Document) -> str:
    matter, values = matter_of(house, document), plain_values(open_values(house, document))
    person = accounts.get_citizen(house, document["citizen"])
    try:
        parcel = house.post.send(
            parcel=document["_id"],
            sender=catalogue().department(document["department"]).name,
            contents=matter.result.name,
            name=person["name"],
            phone=values.get("contact_phone") or person["phone"],
            address=values["delivery_address"],
            notify_url=f"{house.settings.own_url}/api/v1/departments/parcels",
        )
    except DepartmentUnavailable:
        _look_again(house, document)
        return "waits"
    sent: Document = {"way": "post", "number": parcel.number, "step": "sent", "journey": []}
    _note(house, document, sent, f"证件已交寄，快递单号 {parcel.number}")
    return "sent"


def _note(house: House, document: Document, delivery: Document, text: str) -> None:
    def record(unit: Unit) -> None:
        fresh = applications.find_any(house, document["_id"], unit.session)
        if fresh is None or (fresh.get("delivery") or {}).get("way"):
            return
        add_note(house, unit, fresh, text, by=fresh["department"], also={"$set": {"delivery": delivery}})

    commit(house, record)


def _look_again(house: House, document: Document) -> None:
    later = {"way": None, "next_at": house.clock.now() + LOOK_AGAIN}
    applications.set_delivery(house, document["_id"], later)


def send_waiting(house: House) -> int:
    """Try again what the carrier did not take. Returns how many were tried."""
    waiting = applications.waiting_for_carrier(house, house.clock.now())
    for application in waiting:
        send(house, application)
    return len(waiting)


def view(document: Document) -> dict[str, Any] | None:
    """A delivery as its owner sees it: ``{way, number, code, journey}``."""
    delivery = document.get("delivery")
    if not delivery or not delivery["way"]:
        return None
    return {
        "way": delivery["way"],
        "number": delivery.get("number"),
        "code": delivery.get("code"),
        "journey": [{"text": step["text"], "at": step["at"]} for step in delivery.get("journey", [])],
    }
