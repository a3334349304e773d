"""Who an application is for, and who acts: a citizen, an organisation, or somebody by delegation."""

from typing import Any

from pymongo.client_session import ClientSession

from backend.accounts import store as accounts
from backend.applications import store
from backend.applications.versions import matter_of
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.prepare import at_start
from backend.core.schemas import PageQuery
from backend.delegations import organisations, principals
from backend.profiles import facts
from backend.sharing.using import Asked, Door


def subject_of(document: Document) -> str:
    """Whose profile the application reads: the organisation's, or its citizen's."""
    return str(document.get("organisation") or document["citizen"])


def acting_citizen(document: Document) -> str:
    """Who fills it in and hears of it: the agent, or the citizen."""
    return str((document.get("agent") or {}).get("citizen") or document["citizen"])


def is_represented(document: Document) -> bool:
    """Whether somebody acts for somebody else."""
    return bool(document.get("organisation") or document.get("agent"))


def find_own(house: House, citizen: str, application: str, session: ClientSession | None = None) -> Document:
    """An application of a citizen's own, or one they act in as long as the right to do so holds.

    Raises ``not-found`` for another's as for none.
    """
    document = store.find_any(house, application, session)
    if document is None:
        raise not_found("办件")
    if document["citizen"] != citizen and not principals.still_holds(house, document, citizen):
        raise not_found("办件")
    return document


def list_own(house: House, citizen: str, page: PageQuery, /, **where: Any) -> Page:
    """One page of what a citizen owns, acts in, or answers for, newest first, each with IN_LISTS only.

    What somebody acted in under a right that ended is left out, so a page may be shorter.
    """
    found = store.list_own(house, citizen, page, **where)
    firms = any(row.get("organisation") for row in found.items)
    held = organisations.memberships(house, citizen) if firms else []
    rights: dict[str, bool] = {}

    def may_see(row: Document) -> bool:
        agent = row.get("agent") or {}
        if row["citizen"] == citizen:
            return True
        if row.get("organisation"):
            acts = agent.get("citizen") == citizen
            return any(organisations.reaches(one, row, acts=acts) for one in held)
        key = f"{row['citizen']}:{agent.get('record')}"
        if key not in rights:
            rights[key] = principals.still_holds(house, row, citizen)
        return rights[key]

    return Page([one for one in found.items if may_see(one)], found.next_cursor)


def show_to_heads(house: House, organisation: str, *, draft: str | None = None) -> int:
    """Have an organisation's applications, or one new draft, stand in the lists of who answers for it now.

    Whether somebody may still see one is asked whenever the list is read. Returns how many moved.
    """
    which = {"_id": draft} if draft else {"citizen": organisation, "organisation": organisation}
    return store.show_to(house, organisations.heads_of(house, organisation), **which)


def profile_of(house: House, document: Document) -> Document:
    """The applicant's profile, with ``agent`` (name, phone, identity number) when somebody acts for them."""
    profile = facts.get_profile(house, subject_of(document))
    if not is_represented(document):
        return profile
    person = accounts.get_citizen(house, acting_citizen(document))
    agent = {key: person.get(key) for key in ("name", "phone", "identity_number")}
    # The population register confirmed who they are when they signed up.
    confirmed = {"department": "public-security", "as_of": person.get("real_name_at")}
    return profile | {"agent": agent, "sources": profile.get("sources", {}) | {"agent": confirmed}}


def usable_profile(profile: Document, document: Document) -> Document:
    """The profile with those e-licences only that whoever acts may use; a delegation may name a few."""
    allowed = (document.get("agent") or {}).get("licences")
    if allowed is None:
        return profile
    kept = [one for one in profile.get("licences", []) if one["type"] in allowed]
    return profile | {"licences": kept}


def fact_holds(house: House, document: Document, where: dict[str, Any]) -> bool:
    """Whether a filter, with its date words, is known to be true of the applicant today."""
    matter = matter_of(house, document)
    return Door(house, subject_of(document), [matter]).answers([Asked(matter, where)])[0] is True


def name_applicant(house: House, document: Document) -> dict[str, Any]:
    """The applicant as a department wants it: ``{name, identity_number, phone}``."""
    subject = accounts.get_citizen(house, subject_of(document))
    named = {key: subject.get(key) for key in ("name", "identity_number", "phone")}
    if named["phone"] is None:
        named["phone"] = accounts.get_citizen(house, acting_citizen(document)).get("phone")
    return named


def _note_whose(house: House) -> None:
    # In whose list an application stands was once asked of every application and of the memberships.
    missing = {"whose": {"$exists": False}}
    for organisation in house.db[store.APPLICATIONS].distinct("organisation", missing):
        if organisation:
            show_to_heads(house, organisation)
    house.db[store.APPLICATIONS].update_many(missing, [{"$set": {"whose": store.OWN_PEOPLE}}])


at_start(_note_whose)
