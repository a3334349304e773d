"""What goes into and out of the documents' routes."""

from typing import Any

from flask_openapi3 import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming

CHECKED: dict[str, Any] = {
    "valid": True,
    "reason": "",
    "kind": "acceptance",
    "title": "受理通知书",
    "number": "随安人社受〔2026〕第00000012号",
    "department": "随安市人力资源和社会保障局",
    "issued_on": "2026-11-23",
    "matter": "失业登记",
    "applicant": "随*办",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "signature": "q1b0…",
    "key": {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
}


class DocumentPath(Incoming):
    """An application, and one of its documents."""

    id: str = Field(max_length=80, description="办件编号")
    document: str = Field(max_length=40, description="文书编号")


class CodePath(Incoming):
    """The code printed under a document's QR code."""

    code: str = Field(min_length=8, max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="校验码")


class CheckForm(BaseModel):
    """A PDF to compare; it is not kept."""

    file: FileStorage


class DocumentRow(BaseModel):
    """A document in a list; ``size`` is known once it was opened."""

    id: str
    kind: str
    title: str
    number: str
    department: str
    issued_on: str
    size: int | None


class Documents(BaseModel):
    """An application's documents, the oldest first; some dozen at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
                        "kind": "acceptance",
                        "title": "受理通知书",
                        "number": "随安人社受〔2026〕第00000012号",
                        "department": "随安市人力资源和社会保障局",
                        "issued_on": "2026-11-23",
                        "size": 58523,
                    }
                ]
            }
        }
    )

    items: list[DocumentRow]


class Checked(BaseModel):
    """Whether a document is ours; where it is not, only ``valid`` and ``reason``."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": CHECKED})

    valid: bool
    reason: str
