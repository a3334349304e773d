"""「还是原来的」, 「户口上的那个」, 「跟上次一样」: the known value that an answer points at."""

from collections.abc import Mapping
from typing import Any

from backend.applications import store
from backend.applications.applicant import profile_of
from backend.applications.filling import read_given
from backend.applications.sealing import open_values
from backend.applications.values import NotUnderstood
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.fields import FieldType, FormField
from backend.matters.schema import Matter
from backend.profiles.paths import read_path
from backend.sharing.using import readable_profile
from backend.values.references import Reference

REGISTERED = {
    (FieldType.ADDRESS, Reference.HUKOU): "population.hukou.address",
    (FieldType.ADDRESS, Reference.RESIDENCE): "population.residence.address",
    (FieldType.ADDRESS, Reference.UNCHANGED): "population.residence.address",
    (FieldType.ADDRESS, Reference.LAST_TIME): "population.residence.address",
    (FieldType.PHONE, Reference.OWN): "population.phone",
    (FieldType.PHONE, Reference.UNCHANGED): "population.phone",
    (FieldType.PHONE, Reference.LAST_TIME): "population.phone",
    (FieldType.NAME, Reference.OWN): "population.name",
}
# These mean the same in every form; 「怎么领」 does not.
EVERYWHERE = frozenset(
    {FieldType.ADDRESS, FieldType.PHONE, FieldType.NAME, FieldType.EMAIL, FieldType.BANK_ACCOUNT}
)
WORDS = {
    Reference.HUKOU: "户籍地址", Reference.RESIDENCE: "现在的住址", Reference.OWN: "登记的信息",
    Reference.UNCHANGED: "原来填的", Reference.LAST_TIME: "上次填的",
}  # fmt: skip


def can_point(field: FormField, reference: Reference, *, given: Mapping[str, Any]) -> bool:
    """Whether a value may be told by pointing at a known one; else 「老地方」 may be a shop's name."""
    if (field.type, reference) in REGISTERED or reference is Reference.LAST_TIME:
        return True
    return reference is Reference.UNCHANGED and field.name in given


def recall(
    house: House,
    document: Document,
    matter: Matter,
    field: FormField,
    *,
    reference: Reference,
    given: Mapping[str, Any],
) -> Any:
    """The value meant. Raises NotUnderstood when nothing is known.

    What a matter may not read stays unread: the profile is the one its form is filled from.
    """
    value = None
    if reference is Reference.UNCHANGED:
        value = (given.get(field.name) or {}).get("value")
    if value is None and reference in (Reference.LAST_TIME, Reference.UNCHANGED):
        value = _given_last_time(house, document, field)
    if value is None and (field.type, reference) in REGISTERED:
        profile = readable_profile(house, profile_of(house, document), matter)
        value = read_path(profile, REGISTERED[field.type, reference])
    if value in (None, ""):
        raise NotUnderstood(f"没有查到{WORDS[reference]}，请直接说一下")
    return value


def _given_last_time(house: House, document: Document, field: FormField) -> Any:
    """What this applicant filed under the same name in the same matter; else, where it is theirs, in any."""
    matters = [document["matter"], None] if field.type in EVERYWHERE else [document["matter"]]
    for matter in matters:
        earlier = store.find_earlier(house, document, field=field.name, matter=matter)
        if earlier is not None:
            # Forms change: what was an option then may be none today.
            return read_given(house, field, open_values(house, earlier)[field.name]["value"])
    return None
