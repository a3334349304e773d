"""What every guide says in the same words: clocks, handling, delivery, remedies; in both languages."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.matters.schema import Department, Matter
from backend.matters.terms import Change, Period

TEXTS_FILE = Path(__file__).with_name("guide_texts.yml")
LANGUAGES = ("zh", "en")


@lru_cache
def texts() -> dict[str, Any]:
    """``guide_texts.yml``."""
    found: dict[str, Any] = yaml.safe_load(TEXTS_FILE.read_text("utf-8"))
    return found


def said(where: str, lang: str, **values: object) -> str:
    """A text by its place, ``handling.workbench``, with its braces filled in."""
    found = texts()
    for part in where.split("."):
        found = found[part]
    return str(found[lang]).format(**values)


def period_text(period: Period, lang: str = "zh") -> str:
    """
    >>> period_text(Period.model_validate({"amount": 1, "unit": "工作日"}))
    '1 个工作日'
    """
    if period.amount == 0:
        return said("at_once", lang)
    unit = texts()["units"][period.unit.value][lang]
    if lang == "en" and period.amount == 1:
        unit = unit.removesuffix("s")
    return f"{period.amount} {unit}"


def clocks_told(matter: Matter, lang: str) -> dict[str, str]:
    """Every clock in words; the shorter ones as sentences under ``<name>_text``."""
    clocks = matter.clocks
    told = {name: period_text(getattr(clocks, name), lang) for name in ("statutory", "promised")}
    for name in ("acceptance", "correction", "extension", "delivery"):
        period: Period = getattr(clocks, name)
        there = "clocks" if period.amount else "clocks_none"
        told[name] = period_text(period, lang)
        told[f"{name}_text"] = said(f"{there}.{name}", lang, period=told[name])
    if not clocks.extension.amount:
        told["extension"] = said("no_extension", lang)
    return told


def visits_told(matter: Matter, lang: str) -> str:
    """How often somebody has to come, and why."""
    if not matter.visits:
        return said("visits.none", lang)
    return said("visits.some", lang, visits=matter.visits, reason=matter.visits_reason)


def handling_told(matter: Matter, department: str, lang: str) -> dict[str, Any]:
    """Who works on it, and on what grounds data alone decide."""
    grounds = [ground.text for ground in matter.handling.automatic]
    return {
        "by": matter.handling.by,
        "text": said(f"handling.{matter.handling.by}", lang, department=department),
        "automatic": grounds,
        "automatic_text": said("handling.automatic", lang) if grounds else "",
    }


def tolerance_told(matter: Matter, lang: str) -> dict[str, Any] | None:
    """容缺受理: which materials may follow, and until when."""
    if matter.tolerance is None:
        return None
    names = [one.name for one in matter.materials if one.necessity == "later"]
    period = period_text(matter.tolerance.period, lang)
    text = said("tolerance", lang, materials="、".join(names), period=period)
    return {"period": period, "materials": names, "text": text, "otherwise": matter.tolerance.text}


def special_told(matter: Matter, lang: str) -> list[dict[str, str]]:
    """特别程序, each with its usual length."""
    return [
        {
            "kind": one.kind,
            "period": period_text(one.period, lang),
            "text": one.text or said("special", lang, kind=one.kind, period=period_text(one.period, lang)),
        }
        for one in matter.special
    ]


def delivery_told(matter: Matter, lang: str) -> list[dict[str, str]]:
    """How the result reaches the applicant."""
    field = matter.field("delivery")
    ways = [choice.value for choice in field.choices] if field else []
    if not ways:
        ways = ["e-licence"] if matter.result.licence else ["notice"]
    known = texts()["delivery"]
    return [{"way": way, "text": said(f"delivery.{way}", lang)} for way in ways if way in known]


def remedies_told(matter: Matter, department: Department, lang: str) -> str:
    """复议 and 诉讼, by the kind of matter."""
    return said(f"remedies.{texts()['remedy_of'][matter.kind]}", lang, phone=department.phone)


def change_told(change: Change, lang: str) -> dict[str, Any]:
    """What an answer changes, and the answer."""
    return {
        "when": change.when,
        "promised": period_text(change.promised, lang) if change.promised else None,
        "fee": change.fee,
        "result": change.result,
        "visits": change.visits,
        "note": change.note,
    }
