"""Whatever the matters' own stories say to a question is read as what they mean by it."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from dateutil.relativedelta import relativedelta

from backend.applications.values import read_value
from backend.matters.catalogue import load_catalogue
from backend.matters.fields import FormField

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
CATALOGUE = load_catalogue([ROOT / "backend/matters/catalogue"])
UNITS = {"d": "days", "m": "months", "y": "years"}


def as_said(value: Any) -> str:
    """A story's value as an app sends it: ``today+3d`` is a day, a list its values in a row."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "、".join(map(str, value))
    moved = re.fullmatch(r"today(?:([+-])(\d+)([dmy]))?", str(value))
    if moved is None:
        return str(value)
    count = int(f"{moved[1]}{moved[2]}") if moved[1] else 0
    return (TODAY + relativedelta(**{UNITS[moved[3] or "d"]: count})).isoformat()


def told() -> list[tuple[str, FormField, str, Any]]:
    rows = []
    for file in sorted((ROOT / "tests/matters").glob("*.yml")):
        story, matter = yaml.safe_load(file.read_text("utf-8")), CATALOGUE.get(file.stem)
        answers = story.get("answers") or {}
        for name, said in {**answers, **(story.get("said") or {})}.items():
            field = matter.field(name)
            if field is not None:
                rows.append((file.stem, field, as_said(said), answers.get(name)))
    return rows


@pytest.mark.parametrize(
    ("matter", "field", "said", "meant"), told(), ids=lambda one: getattr(one, "name", "")
)
def test_a_story_is_read_as_it_means(matter: str, field: FormField, said: str, meant: Any) -> None:
    value = read_value(field, said, today=TODAY)
    if meant is not None and field.type.value in ("choice", "multi-choice", "yes-no", "number", "money"):
        assert value == meant, (matter, field.name, said)
