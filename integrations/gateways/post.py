"""Bringing documents to a door."""

from pydantic import BaseModel, ConfigDict

from integrations.gateways.line import Line, part

CARRIER = "post"


class Step(BaseModel):
    """One step of a parcel's journey."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event: str
    text: str
    at: str


class Parcel(BaseModel):
    """A parcel and its journey so far."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    parcel: str
    number: str
    journey: list[Step]


class PostGateway(Line):
    """The carrier, as the backend sees it. Every call may be repeated."""

    def send(
        self, *, parcel: str, sender: str, contents: str, name: str, phone: str, address: str, notify_url: str
    ) -> Parcel:
        """Send a document to a door; the same parcel twice is one."""
        body = {
            "parcel": parcel,
            "sender": sender,
            "contents": contents,
            "name": name,
            "phone": phone,
            "address": address,
            "notify_url": notify_url,
        }
        return self.read(CARRIER, self.ask(CARRIER, "POST", "/post/parcels", body), Parcel)

    def track(self, parcel: str) -> Parcel:
        """Where a parcel is. Raises CaseNotFound."""
        return self.read(CARRIER, self.ask(CARRIER, "GET", f"/post/parcels/{part(parcel)}", None), Parcel)
