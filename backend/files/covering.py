"""Whether an e-licence may stand in for a material: its owner's choice, for this one application."""

from backend.applications import store
from backend.applications.filling import find_editable
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document


def choose_cover(
    house: House, citizen: str, application: str, *, material: str, use_licence: bool
) -> Document:
    """Let an e-licence stand in for a material, or not; the changed application.

    A refused one makes the material wanted as an upload. Raises ``not-found``, ``invalid-request``,
    ``move-not-allowed``, ``conflict``.
    """
    document = find_editable(house, citizen, application)
    wanted = next((one for one in matter_of(house, document).materials if one.id == material), None)
    if wanted is None or wanted.licence is None:
        raise Problem("invalid-request", "这份材料没有可以代替它的电子证照。")
    operator = "$pull" if use_licence else "$addToSet"
    update: Document = {operator: {"refused_licences": material}}
    changed = store.change(house, document, update, now=house.clock.now())
    if changed is None:
        raise Problem("conflict", "这份草稿刚刚在别处改过，请刷新后再试。")
    return changed
