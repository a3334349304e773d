"""What a prompt says: its text with the due day, and its evidence, masked."""

from datetime import date, datetime
from typing import Any

from backend.core.clock import city_date
from backend.core.masking import mask
from backend.core.mongo import Document
from backend.matters.schema import Evidence, PromptRule
from backend.profiles.paths import parse_path, read_path, source_of

MASKED_KEYS = {
    "identity_number": "identity-number",
    "number": "licence-number",
    "birth_certificate": "licence-number",
    "phone": "phone",
    "account": "bank-account",
    "plate": "plate",
    "address": "address",
}
NAMED_PEOPLE = frozenset({"population", "children"})
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def word_prompt(rule: PromptRule, profile: Document) -> Document:
    """The words of a prompt for one citizen, as they are stored and shown."""
    due = read_path(profile, rule.due) if rule.due else None
    return {
        "title": rule.title,
        "title_en": rule.title_en,
        "text": rule.text.replace("{due}", say_day(due)),
        "text_en": rule.text_en.replace("{due}", say_day_in_english(due)),
        "because": rule.because,
        "because_en": rule.because_en,
        "evidence": [gather_evidence(one, profile) for one in rule.evidence],
    }


def gather_evidence(evidence: Evidence, profile: Document) -> Document:
    """One fact a prompt rests on: label, masked value, who said it and when."""
    source = source_of(profile, evidence.path) or {}
    return {
        "label": evidence.label,
        "value": show_value(evidence.path, read_path(profile, evidence.path)),
        "department": source.get("department") or evidence.source,
        "as_of": source.get("as_of"),
    }


def show_value(path: str, value: Any) -> str:
    """A fact as people read it, personal ones masked by what their key holds.

    >>> show_value("vehicles.plate", "沪A12345"), show_value("children.registered", False)
    ('沪A1**45', '否')
    """
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (date, datetime)):
        return _day(value).isoformat()
    if isinstance(value, (list, dict)):
        return f"{len(value)} 项"
    steps = parse_path(path)
    key = steps[-1].name
    if key == "name" and steps[0].name in NAMED_PEOPLE:
        return mask("name", value)
    return mask(MASKED_KEYS.get(key, ""), value)


def say_day(value: Any) -> str:
    """
    >>> say_day(date(2026, 12, 8))
    '2026年12月8日'
    """
    if not isinstance(value, (date, datetime)):
        return "" if value is None else str(value)
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


def say_day_in_english(value: Any) -> str:
    """
    >>> say_day_in_english(date(2026, 12, 8))
    '8 December 2026'
    """
    if not isinstance(value, (date, datetime)):
        return "" if value is None else str(value)
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _day(value: date | datetime) -> date:
    return city_date(value) if isinstance(value, datetime) else value
