"""What goes into and out of the materials' routes."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming

ID = "01k9v3x7m2q4c8t6w5b1n0h9jd"


class MaterialPath(Incoming):
    """An application, and one of its materials."""

    id: str = Field(max_length=80, description="办件编号")
    material: str = Field(max_length=60, description="材料编号")


class CoverBody(Incoming):
    """Whether an e-licence may stand in for the material, in this one application."""

    model_config = ConfigDict(json_schema_extra={"example": {"use_licence": False}})

    use_licence: bool


class ReuseBody(Incoming):
    """Which material, and the earlier application whose file is used again."""

    model_config = ConfigDict(json_schema_extra={"example": {"material": "lease", "from_application": ID}})

    material: str = Field(max_length=60)
    from_application: str = Field(max_length=80)


class EarlierUploads(BaseModel):
    """Own uploads of the last two years that fit, the newest first; ten at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "application": ID,
                        "number": "SB261123004182737",
                        "matter": "residence-registration",
                        "name": "合同.jpg",
                        "type": "image/jpeg",
                        "size": 183220,
                        "at": "2026-11-23T02:00:00+00:00",
                    }
                ]
            }
        }
    )

    items: list[dict[str, Any]]
