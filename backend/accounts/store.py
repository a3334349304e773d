"""Citizens, one-time codes, sessions and the simulated SMS outbox."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare

CITIZENS = declare(
    "citizens",
    Index("phone_print", unique=True),
    Index("identity_print", unique=True, partial={"identity_print": {"$exists": True}}),
)
CODES = declare("one_time_codes", Index("expires_at", ttl=0))
SESSIONS = declare("sessions", Index("citizen"), Index("expires_at", ttl=0))
SMS_OUTBOX = declare("sms_outbox", Index([("phone_print", 1), ("at", -1)]), Index("at", ttl=600))


def citizen_by_phone(house: House, phone: str, *, now: datetime) -> Document:
    """The citizen with this phone, registered at level 2 when new."""
    phone_print = house.cipher.blind(phone)
    fresh = {
        "_id": house.new_id(),
        "phone": house.cipher.encrypt(phone),
        "assurance": 2,
        "consents": {},
        "muted_topics": [],
        "created_at": now,
        "version": 1,
    }
    query = {"phone_print": phone_print}
    try:
        found = house.db[CITIZENS].find_one_and_update(
            query, {"$setOnInsert": fresh}, upsert=True, return_document=ReturnDocument.AFTER
        )
    except DuplicateKeyError:
        found = house.db[CITIZENS].find_one(query)
    assert found is not None
    return found


def get_citizen(house: House, citizen: str) -> Document:
    """A citizen's document with personal values opened. Raises ``not-found``."""
    found = house.db[CITIZENS].find_one({"_id": citizen})
    if found is None:
        raise Problem("session-ended", "这个账号已不存在，请重新登录。")
    opened: Document = house.cipher.open(found)
    return opened


def read_mode(house: House, citizen: str) -> Document:
    """How the citizen chose to be spoken to, and the number that tells their age, still sealed."""
    wanted = {"mode": 1, "mode_suggested_at": 1, "identity_number": 1}
    return house.db[CITIZENS].find_one({"_id": citizen}, wanted) or {}


def set_mode(house: House, citizen: str, mode: str) -> None:
    """Keep how the citizen wants to be spoken to."""
    house.db[CITIZENS].update_one({"_id": citizen}, {"$set": {"mode": mode}})


def claim_suggestion(house: House, citizen: str, *, now: datetime) -> bool:
    """Take the one chance to suggest a mode; False when it was taken, or the citizen chose by themselves."""
    unasked = {"_id": citizen, "mode": None, "mode_suggested_at": None}
    claimed = house.db[CITIZENS].update_one(unasked, {"$set": {"mode_suggested_at": now}})
    return claimed.modified_count == 1


def read_consents(house: House, citizen: str) -> Document:
    """The consents of a citizen, by purpose, as they were given; nothing personal is read."""
    found = house.db[CITIZENS].find_one({"_id": citizen}, {"consents": 1}) or {}
    consents: Document = found.get("consents") or {}
    return consents


def with_consents(into: str) -> list[Document]:
    """The stages by which another question about people brings along what ``read_consents`` gives."""
    theirs = {"from": CITIZENS, "localField": "_id", "foreignField": "_id", "as": into}
    alone = {"pipeline": [{"$project": {"consents": 1}}]}
    return [{"$lookup": theirs | alone}, {"$set": {into: {"$ifNull": [{"$first": f"${into}.consents"}, {}]}}}]


def with_wishes(into: str) -> list[Document]:
    """The stages that bring along whether each wants prompts, ``{prompts, muted}``; unsaid counts as yes."""
    theirs = {"from": CITIZENS, "localField": "_id", "foreignField": "_id", "as": into}
    alone = {"pipeline": [{"$project": {"consents.prompts.granted": 1, "muted_topics": 1}}]}
    wishes = {
        "prompts": {"$ne": [{"$first": f"${into}.consents.prompts.granted"}, False]},
        "muted": {"$ifNull": [{"$first": f"${into}.muted_topics"}, []]},
    }
    # As an expression: a plain document would be set into each item of the list that is there.
    return [{"$lookup": theirs | alone}, {"$set": {into: {"$mergeObjects": [wishes]}}}]


def citizen_by_identity(house: House, identity_number: str) -> Document | None:
    """Whose identity number it is, if anybody's here; personal values stay sealed."""
    return house.db[CITIZENS].find_one({"identity_print": house.cipher.blind(identity_number)})


def set_identity(house: House, unit: Unit, citizen: str, *, name: str, identity_number: str) -> None:
    """Record a passed real-name check. Raises ``already-linked`` when it is another account's."""
    change = {
        "name": name,
        "identity_number": house.cipher.encrypt(identity_number),
        "identity_print": house.cipher.blind(identity_number),
        "assurance": 3,
        "real_name_at": unit.now,
    }
    # A child whose guardian acted for it comes of age: the number now belongs to its own account.
    house.db[CITIZENS].update_one(
        {"identity_print": change["identity_print"], "kind": "child"},
        {"$unset": {"identity_print": ""}},
        session=unit.session,
    )
    try:
        house.db[CITIZENS].update_one(
            {"_id": citizen}, {"$set": change, "$inc": {"version": 1}}, session=unit.session
        )
    except DuplicateKeyError as error:
        raise Problem(
            "already-linked", "该身份证号已绑定其他账号，请用原账号登录，或到窗口办理换绑。"
        ) from error


def set_consent(house: House, unit: Unit, citizen: str, purpose: str, record: Document) -> None:
    """Keep the newest consent of a purpose and append it to the history."""
    house.db[CITIZENS].update_one(
        {"_id": citizen},
        {
            "$set": {f"consents.{purpose}": record},
            "$push": {"consent_history": {"$each": [record | {"purpose": purpose}], "$slice": -200}},
        },
        session=unit.session,
    )


def set_topic_muted(house: House, citizen: str, topic: str, muted: bool) -> None:
    """Switch a topic of prompts off or on."""
    operator = "$addToSet" if muted else "$pull"
    house.db[CITIZENS].update_one({"_id": citizen}, {operator: {"muted_topics": topic}})


def put_code(house: House, phone: str, code_print: str, *, now: datetime, life: timedelta) -> None:
    """Replace the phone's one-time code."""
    house.db[CODES].replace_one(
        {"_id": house.cipher.blind(phone)},
        {"code": code_print, "tries": 0, "expires_at": now + life},
        upsert=True,
    )


def use_code(house: House, phone: str, code_print: str, *, now: datetime, most_tries: int) -> bool:
    """Consume the code if it fits; a wrong one counts as a try and the last try removes it."""
    query: dict[str, Any] = {"_id": house.cipher.blind(phone), "expires_at": {"$gt": now}}
    if house.db[CODES].find_one_and_delete(query | {"code": code_print, "tries": {"$lt": most_tries}}):
        return True
    house.db[CODES].update_one(query, {"$inc": {"tries": 1}})
    return False


def put_sms(house: House, phone: str, text: str, code: str) -> None:
    """What the simulated gateway delivered; kept ten minutes, readable in development only."""
    house.db[SMS_OUTBOX].insert_one(
        {
            "_id": house.new_id(),
            "phone_print": house.cipher.blind(phone),
            "sealed": house.cipher.encrypt({"text": text, "code": code}),
            "at": house.clock.now(),
        }
    )


def read_sms(house: House, phone: str, limit: int = 10) -> list[Document]:
    """The newest texts sent to a phone, newest first."""
    rows = house.db[SMS_OUTBOX].find({"phone_print": house.cipher.blind(phone)})
    return [
        house.cipher.decrypt(row["sealed"]) | {"at": row["at"]} for row in rows.sort("at", -1).limit(limit)
    ]


def open_session(house: House, session: Document) -> None:
    """Store a new family of refresh tokens."""
    house.db[SESSIONS].insert_one(session)


def rotate_session(
    house: House, session: str, *, old: str, new: str, now: datetime, life: timedelta
) -> Document | None:
    """Exchange the family's refresh print if ``old`` is the present one; None otherwise."""
    return house.db[SESSIONS].find_one_and_update(
        {"_id": session, "refresh_print": old, "ended_at": None, "expires_at": {"$gt": now}},
        {"$set": {"refresh_print": new, "expires_at": now + life}, "$inc": {"rotations": 1}},
        return_document=ReturnDocument.AFTER,
    )


def end_session(house: House, session: str, *, now: datetime, why: str) -> bool:
    """End a family; False when there was none open."""
    done = house.db[SESSIONS].update_one(
        {"_id": session, "ended_at": None}, {"$set": {"ended_at": now, "ended_because": why}}
    )
    return done.modified_count == 1
