"""The carrier over HTTP."""

from flask import Blueprint, Response, current_app, jsonify

from integrations.departments.database import utc_now
from integrations.departments.doors import read_body, require_key
from integrations.post.carrier import Carrier, ParcelWish, shown

Answer = Response | tuple[Response, int]

senders = Blueprint("post", __name__, url_prefix="/post")
require_key(senders, lambda office: office.settings.key)


@senders.post("/parcels")
def send_parcel() -> Answer:
    """Send a document to a door."""
    return jsonify(shown(carrier().send(read_body(ParcelWish)), utc_now()))


@senders.get("/parcels/<parcel>")
def track_parcel(parcel: str) -> Answer:
    """Where a parcel is."""
    found = carrier().track(parcel)
    return (jsonify(error="not-found"), 404) if found is None else jsonify(found)


def carrier() -> Carrier:
    """The carrier this application serves."""
    found = current_app.extensions["post"]
    assert isinstance(found, Carrier)
    return found
