"""Uploaded materials of a case, for who has it in hand."""

from backend.applications.versions import matter_of
from backend.audit.trail import Deed, note_reading
from backend.core.errors import not_found
from backend.core.house import House
from backend.files.fetching import Fetched
from backend.files.storage import Bucket, stream_file
from backend.workbench.officer import Officer, find_case, must_hold, reader_of
from backend.workbench.showing import reading_of


def open_material(house: House, officer: Officer, case_id: str, material: str) -> Fetched:
    """The file uploaded for a material; written down first.

    Raises ``not-found``, ``not-in-hand``, ``files-unavailable``.
    """
    case = find_case(house, officer, case_id)
    must_hold(officer, case)
    upload = next((one for one in case["uploads"] if one["material"] == material), None)
    if upload is None:
        raise not_found("材料")
    why = f"办理“{matter_of(house, case).name}”"
    note_reading(
        house, reader_of(house, officer), reading_of(case, Deed.READ_MATERIAL, why, material=material)
    )
    pieces = stream_file(house, Bucket.MATERIALS, upload["file"])
    return Fetched(upload["name"], upload["type"], upload["size"], pieces)
