"""A house with a real database, a clock that stands still, and no broker: for prompts and messages."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from backend.core.clock import FixedClock, city_midnight
from backend.core.crypto import FieldCipher
from backend.core.house import House
from backend.core.ids import new_id
from backend.core.mongo import Database
from backend.launch.keys import load_keys
from integrations.gateways.departments import DepartmentsGateway

TODAY = date(2026, 11, 23)
_OPEN: dict[str, Database] = {}


class PromptTown:
    """Citizens with profiles in a database of their own; events are kept instead of relayed."""

    def __init__(self, mongo_url: str, database: str, folder: Path) -> None:
        for name, value in load_keys(os.environ, folder / "secrets.json").items():
            os.environ.setdefault(name, value)
        from backend.core import settings

        self.events: list[tuple[str, dict[str, Any]]] = []
        self.clock = FixedClock()
        earlier = _OPEN.pop(database, None)
        if earlier is not None:
            # Its threads would go on asking the server how it is, for the rest of the run.
            earlier.client.close()
        db = _OPEN[database] = Database(mongo_url, database)
        cipher = FieldCipher(db.client, database, os.environ["FIELD_KEY"])
        self.house = House(
            settings=settings.Settings(database=database, quiet_hours="21-8"),
            db=db,
            valkey=cast(Any, SimpleNamespace()),
            cipher=cipher,
            departments=DepartmentsGateway("http://127.0.0.1:9", "none"),
            clock=self.clock,
            new_id=new_id,
        )
        cipher.prepare()
        import backend.applications.store
        import backend.messages.store
        import backend.profiles.corrections
        import backend.profiles.store
        import backend.prompts.store  # noqa: F401

        db.create_indexes()

    def keep_events(self, house: House, events: list[dict[str, Any]]) -> int:
        """Stands in for the relay."""
        self.events += [(event["kind"], event["payload"]) for event in events]
        return len(events)

    def emitted(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of one kind of event so far."""
        return [payload for name, payload in self.events if name == kind]

    def a_citizen(self, **sections: Any) -> str:
        """A real-named citizen with a profile."""
        from backend.accounts.store import CITIZENS
        from backend.profiles.store import PROFILES

        citizen = new_id()
        person = {"_id": citizen, "assurance": 3, "consents": {}, "muted_topics": [], "version": 1}
        person |= {"phone_print": citizen, "identity_print": citizen, "name": "随小办"}
        person |= {"phone": self.house.cipher.encrypt("19900000001")}
        person |= {"identity_number": self.house.cipher.encrypt("310101199001011234")}
        self.house.db[CITIZENS].insert_one(person)
        profile = self.house.cipher.seal(sections) | {"_id": citizen, "version": 1}
        self.house.db[PROFILES].insert_one(profile)
        return citizen

    def a_driver(self, *, days: int = 25, **sections: Any) -> str:
        """A citizen whose driving licence ends in some days."""
        licence = {
            "id": "l1",
            "type": "driving-licence",
            "name": "机动车驾驶证",
            "number": "310101199001011234",
            "status": "valid",
            "expires": city_midnight(TODAY + timedelta(days=days)),
            "department": "traffic-police",
        }
        sources = {"licences": {"department": "traffic-police", "as_of": self.clock.now()}}
        return self.a_citizen(licences=[licence], sources=sources, **sections)

    def a_car_owner(self) -> str:
        """A citizen whose car is due for its inspection mark; nothing is left to ask."""
        car = {
            "plate": "沪A12345",
            "kind": "小型轿车",
            "use": "非营运",
            "registered": city_midnight(date(2022, 12, 1)),
            "inspection_due": city_midnight(TODAY + timedelta(days=30)),
            "insurance_expires": city_midnight(TODAY + timedelta(days=200)),
            "tax_paid": True,
            "accident": False,
        }
        papers = [
            {"id": kind, "type": kind, "name": kind, "number": "1", "status": "valid", "expires": None}
            for kind in ("identity-card", "vehicle-licence")
        ]
        person = {"name": "随小办", "phone": "19900000001"}
        return self.a_citizen(vehicles=[car], licences=papers, population=person)

    def set_profile(self, citizen: str, changes: dict[str, Any]) -> None:
        """Change facts as a registry would."""
        from backend.profiles.store import PROFILES

        self.house.db[PROFILES].update_one({"_id": citizen}, {"$set": changes})

    def prompts_of(self, citizen: str) -> list[dict[str, Any]]:
        """A citizen's prompts, oldest first."""
        return list(self.house.db["prompts"].find({"citizen": citizen}).sort("_id"))


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls at the same time; results, or the exceptions they raised."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(call) for call in calls]
    return [future.exception() or future.result() for future in futures]


def at(text: str) -> datetime:
    """A moment from its ISO form."""
    return datetime.fromisoformat(text)
