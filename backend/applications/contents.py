"""What an application says to its department."""

from typing import Any

from backend.applications.applicant import name_applicant, profile_of
from backend.applications.filling import materials_of
from backend.applications.form import COVERED, not_yet
from backend.applications.sealing import open_values
from backend.applications.versions import matter_of
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.schema import Matter
from integrations.gateways.contract import CaseFiling


def make_case(house: House, document: Document) -> CaseFiling:
    """The application as it is filed."""
    matter = matter_of(house, document)
    result = matter.result.model_dump()
    terms = document.get("terms") or {}
    case = {
        "matter": document["matter"],
        "application": document["number"],
        "service": matter.service,
        "applicant": name_applicant(house, document),
        **contents(house, document, matter),
        "result": result | {"name": terms.get("result") or result["name"]},
        "callback_url": f"{house.settings.own_url}/api/v1/departments/callbacks",
        "handling": (document.get("handling") or {}).get("by") or matter.handling.by,
        "joint": matter.joint,
        "special": [one.model_dump(mode="json") for one in matter.special],
        "tolerance": matter.tolerance.model_dump(mode="json") if matter.tolerance else None,
        "agent": _agent(house, document),
    }
    return CaseFiling.model_validate(case)


def contents(house: House, document: Document, matter: Matter) -> Document:
    """The form and the materials: ``{form, materials, later}``."""
    values = open_values(house, document)
    uploads = {one["material"]: one["sha256"] for one in document["uploads"]}
    needed = materials_of(house, document, matter, values)
    return {
        "form": {name: one["value"] for name, one in values.items()},
        "materials": [
            {"id": need.material.id, "licence": need.licence, "file_sha256": uploads.get(need.material.id)}
            for need in needed
            if need.status in COVERED
        ],
        "later": not_yet(needed),
    }


def _agent(house: House, document: Document) -> dict[str, Any] | None:
    agent = profile_of(house, document).get("agent")
    return agent if agent and agent.get("name") else None
