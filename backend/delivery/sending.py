"""Documents on their way: sent or laid ready once made; the case ends when they arrive or are fetched."""

from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.accounts import store as accounts
from backend.applications import store as applications
from backend.applications.moving import add_note, make_moves, notice
from backend.applications.promise import plain_values
from backend.applications.sealing import open_values
from backend.applications.states import TO_DELIVER, Move, NotAllowed, State, lies_since
from backend.applications.versions import matter_of
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare
from backend.delivery import window
from backend.matters.catalogue import catalogue
from integrations.gateways.failures import DepartmentError, DepartmentUnavailable

INBOX = declare("parcel_inbox", Index("received_at", ttl=90 * 24 * 3600))
# What the applicant is told when a document is on its way, or lies ready.
TOLD = {"post": "parcel-sent", "window": "ready-to-collect"}
# What the applicant reads when the department is done and the document has yet to reach them.
HELD = {"post": "部门已办结，证件寄达后本件结束", "window": "部门已办结，证件领取后本件结束"}
LOOK_AGAIN = timedelta(minutes=1)
# For what the carrier will not take as it is: people have to look.
MUCH_LATER = timedelta(hours=1)


def way_of(house: House, document: Document) -> str:
    """``post``, ``window`` or ``e-licence``: what the form's ``delivery`` says."""
    values = plain_values(open_values(house, document))
    chosen = values.get("delivery")
    if chosen == "post":
        return "post" if values.get("delivery_address") else "window"
    return "window" if chosen == "window" else "e-licence"


def send(house: House, application: str) -> str:
    """Hand a made document to the carrier, or lay it ready at the window; doing it twice sends one.

    Returns ``sent``, ``ready``, ``waits`` or ``nothing``.
    """
    document = applications.find_any(house, application)
    if document is None or (document.get("delivery") or {}).get("way"):
        return "nothing"
    way = way_of(house, document)
    if _is_made(document) and way in TO_HAND:
        return TO_HAND[way](house, document)
    if document.get("delivery"):
        # It was ready to be sent and the case ended in another way: nobody has to look any more.
        applications.set_delivery(house, application, {"way": None, "next_at": None})
    return "nothing"


def ready_to_send(now: datetime) -> Document:
    """What a case keeps when its department is done without a licence of its own."""
    return {"way": None, "next_at": now}


def _is_made(document: Document) -> bool:
    """Whether there is something to send: the licence is made, or the department says it is done."""
    if document["state"] == State.APPROVED.value:
        return bool(document.get("delivery"))
    return bool(document["state"] == State.ISSUING.value)


def take_in(house: House, event: Document) -> str:
    """Apply a step of a parcel's journey once; its last one delivers and ends the case."""

    def record(unit: Unit) -> str:
        inbox = {"_id": event["event_id"], "parcel": event["parcel"], "received_at": unit.now}
        house.db[INBOX].insert_one(inbox, session=unit.session)
        document = applications.find_any(house, event["parcel"], unit.session)
        if document is None or State(document["state"]) not in TO_DELIVER:
            return "ignored"
        # A step proves that the carrier has the parcel, even when its answer to us was lost.
        known = document.get("delivery") or {}
        if known.get("way") == "window":
            return "ignored"
        sent = known if known.get("way") == "post" else _sent(event["number"])
        journey = [*sent["journey"], {"text": event["text"], "at": event["at"]}]
        delivery = sent | {"step": event["event"], "step_at": unit.now, "journey": journey}
        also = {"$set": {"delivery": delivery}}
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
        _look_again(house, document, LOOK_AGAIN)
        return "waits"
    except DepartmentError as error:
        logger().error("parcel.refused", application=document["_id"], why=type(error).__name__)
        _look_again(house, document, MUCH_LATER)
        return "waits"
    _note(house, document, _sent(parcel.number), f"证件已交寄，快递单号 {parcel.number}")
    return "sent"


def _lay_ready(house: House, document: Document) -> str:
    matter, values = matter_of(house, document), plain_values(open_values(house, document))
    ready = window.laid_ready(house, matter, values, house.clock.now())
    _note(house, document, ready, "证件已备好，请凭取件码到窗口领取")
    return "ready"


TO_HAND = {"post": _post, "window": _lay_ready}


def _sent(number: str) -> Document:
    return {"way": "post", "number": number, "step": "sent", "journey": []}


def _note(house: House, document: Document, delivery: Document, text: str) -> None:
    def record(unit: Unit) -> None:
        fresh = applications.find_any(house, document["_id"], unit.session)
        if fresh is None or (fresh.get("delivery") or {}).get("way"):
            return
        also: Document = {"$set": {"delivery": delivery}}
        if delivery["way"] == "window":
            also["$set"]["clocks"] = window.stopped_clocks(fresh)
        changed = add_note(house, unit, fresh, text, by=fresh["department"], also=also)
        what = TOLD[delivery["way"]]
        notice(unit, changed, what, name=what)

    commit(house, record)


def _look_again(house: House, document: Document, wait: timedelta) -> None:
    later = {"way": None, "next_at": house.clock.now() + wait}
    applications.set_delivery(house, document["_id"], later)


def send_waiting(house: House) -> int:
    """Try again what the carrier did not take. Returns how many were tried."""
    waiting = applications.waiting_for_carrier(house, house.clock.now())
    for application in waiting:
        try:
            send(house, application)
        except Exception:
            # What nobody foresaw in one must not keep the others waiting.
            logger().exception("parcel.failed", application=application)
    return len(waiting)


def view(document: Document, *, code: str | None = None) -> dict[str, Any] | None:
    """A delivery: ``{way, number, journey}``, at the window ``{code, stopped, place, ready, collected}`` too.

    ``code`` is given for whoever may read it only; ``stopped`` says that it was tried wrongly too often.
    """
    delivery = document.get("delivery")
    if not delivery or not delivery["way"]:
        return None
    ready, collected = delivery.get("ready_at"), delivery.get("collected_at")
    return {
        "way": delivery["way"],
        "number": delivery.get("number"),
        "code": code,
        "stopped": lies_since(document) is not None and window.is_stopped(document),
        "place": delivery.get("place"),
        "place_en": delivery.get("place_en"),
        "ready": ready.isoformat() if ready else None,
        "collected": collected.isoformat() if collected else None,
        "journey": [{"text": step["text"], "at": step["at"]} for step in delivery.get("journey", [])],
    }
