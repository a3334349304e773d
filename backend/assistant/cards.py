"""Fills the replies' references for their owner: every card and every question of a form."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from backend.assistant.records import Record, Records
from backend.assistant.words import word_or, words
from backend.core.clock import CITY
from backend.core.errors import Problem
from backend.matters.schema import Matter
from backend.matters.terms import Period

Reply = dict[str, Any]
Row = dict[str, Any]
KNOWN = ("known", "given")
AT_ONCE = "即办件"


def fill_replies(references: Iterable[Reply], records: Records, lang: str) -> list[Reply]:
    """The replies as the client shows them; a reference that leads nowhere becomes an honest notice."""
    return [_fill(reference, records, lang) for reference in references]


def _fill(reference: Reply, records: Records, lang: str) -> Reply:
    try:
        if reference["type"] == "card":
            card = CARDS[reference["card"]](records, reference["id"], lang)
            return {**_drop_empty(card), **reference}
        if reference["type"] == "form-field":
            field = _field(reference, records, lang)
            return {**reference, "field": field, "text": reference.get("text") or field.get("ask", "")}
    except Problem as problem:
        if problem.kind.slug != "not-found":
            raise
        return {"type": "notice", "level": "info", "text": words(lang, "gone")}
    return reference


def _field(reference: Reply, records: Records, lang: str) -> Record:
    if "question" in reference:
        return _question(reference, lang)
    application = reference["application"]
    if "material" not in reference:
        return records.field(application, reference["field"])
    materials = records.application(application)["materials"]
    material = reference["material"]
    name = next((one["name"] for one in materials if one["id"] == material), material)
    asked = {"name": material, "label": name, "type": "upload", "ask": reference["text"]}
    return asked | {"hint": "", "choices": [], "optional": False}


def _question(reference: Reply, lang: str) -> Record:
    key = f"questions.{reference['question']}"
    asked = {name: words(lang, f"{key}.{name}") for name in ("label", "type", "hint")}
    name = reference["question"].replace("-", "_")
    return asked | {"name": name, "ask": reference["text"], "choices": [], "optional": False}


def _matter(records: Records, matter_id: str, lang: str) -> Reply:
    matter = records.matter(matter_id)
    department = records.department(matter.department)
    rows = [
        _row(lang, "department", _department_name(department, lang) or matter.department),
        _row(lang, "promised", promised(matter, lang)),
        _row(lang, "fee", fee(matter.fee.amount, lang)),
        _row(lang, "visits", words(lang, "visits" if matter.visits else "no_visit", count=matter.visits)),
    ]
    if matter.guide.bring:
        rows.append(_row(lang, "bring", matter.guide.bring))
    rows += [
        {"label": words(lang, "row.step", number=number), "value": step}
        for number, step in enumerate(matter.guide.steps, 1)
    ]
    summary = (matter.guide.summary_en if lang == "en" else "") or matter.guide.summary
    return {"title": _matter_name(matter, lang), "rows": rows, "text": summary}


def _found(records: Records, application: str, lang: str) -> Reply:
    """What government already knew, each value with its source and time."""
    view = records.application(application)
    rows = [_field_row(one, lang) for one in view["fields"] if one["status"] == "known" and one["source"]]
    return {"title": words(lang, "titles.found"), "rows": rows}


def _summary(records: Records, application: str, lang: str) -> Reply:
    step = records.next_step(application)
    title = words(lang, "titles.summary")
    whom = _whom(records, application, lang)
    if step["kind"] != "confirm":
        fields = records.application(application)["fields"]
        known = [_field_row(one, lang) for one in fields if one["status"] in KNOWN]
        return {"title": title, "rows": [*whom, *known]}
    rows = whom + [
        _noted(row["label"], row["display"], _source(row["source"], records, lang)) for row in step["summary"]
    ]
    return {"title": title, "rows": rows, "text": step["declaration"]}


def _application(records: Records, application: str, lang: str) -> Reply:
    view = records.application(application)
    note = words(lang, "row.provisional") if view.get("promised_provisional") else None
    rows = [
        *_whom(records, application, lang),
        _row(lang, "number", view["number"]),
        _row(lang, "state", _state(_standing(view), view["state_label"], lang)),
        *_to_collect(view, lang),
        _row(lang, "department", _department_by_id(view["department"], records, lang)),
        _noted(words(lang, "row.promised_date"), view["promised_date"], note),
    ]
    return {"title": _name_of_matter(view, records, lang), "rows": [row for row in rows if row["value"]]}


def _timeline(records: Records, application: str, lang: str) -> Reply:
    view = records.application(application)
    rows = [_part_row(part, lang) for part in view.get("parts") or []] + _to_collect(view, lang)
    rows += [
        _noted(_state(line["state"], line["label"], lang), line["text"], _local(line["at"]))
        for line in view["timeline"]
    ]
    title = f"{_name_of_matter(view, records, lang)} · {words(lang, 'titles.timeline')}"
    return {"title": title, "rows": rows, "text": view["number"]}


def _standing(view: Record) -> str:
    """The state; what lies at the window is not called being made."""
    return "to-collect" if _to_collect(view, "zh") else str(view["state"])


def _to_collect(view: Record, lang: str) -> list[Row]:
    """The code for what lies at the service window, and where; nothing once it was fetched."""
    delivery = view.get("delivery") or {}
    place = delivery.get("place_en" if lang == "en" else "place")
    if delivery.get("code"):
        return [_noted(words(lang, "row.code"), delivery["code"], place)]
    if delivery.get("stopped"):
        return [_noted(words(lang, "row.code"), words(lang, "code_stopped"), place)]
    return []


def _part_row(part: Record, lang: str) -> Row:
    """A part of a 一件事: where it stands, its number and day, or why it is not done."""
    due = part.get("promised_date")
    notes = [part.get("number"), due and words(lang, "row.promised_by", day=due), part.get("reason")]
    note = words(lang, "separator").join(str(one) for one in notes if one)
    return _noted(str(part["matter"]["name"]), _state(part["state"], part["label"], lang), note or None)


def _payment(records: Records, application: str, lang: str) -> Reply:
    view, fee_due = records.application(application), records.cashier(application)
    state = word_or(lang, f"payment_states.{fee_due['state']}", fee_due["state"])
    rows = [
        _row(lang, "fee", words(lang, "yuan", amount=fee_due["amount"])),
        _row(lang, "state", state),
        _row(lang, "number", view["number"]),
    ]
    title = f"{words(lang, 'titles.payment')} · {_name_of_matter(view, records, lang)}"
    return {"title": title, "rows": [row for row in rows if row["value"]], "url": fee_due["pay_url"]}


def _whom(records: Records, application: str, lang: str) -> list[Row]:
    """For whom it is, when not for oneself."""
    principal = records.applicant(application)
    if principal is None:
        return []
    relation = principal["relation"] if lang == "zh" and principal["kind"] != "organisation" else ""
    return [_row(lang, "applicant", f"{relation}（{principal['name']}）" if relation else principal["name"])]


def _licence(records: Records, licence_id: str, lang: str) -> Reply:
    licence = records.licence(licence_id)
    rows = [
        _row(lang, "licence_number", licence["number"]),
        _row(lang, "issuer", licence["issuer"]),
        _row(lang, "issued", licence["issued"]),
        _row(lang, "expires", licence["expires"] or words(lang, "row.no_expiry")),
        _row(lang, "status", word_or(lang, f"licence_states.{licence['status']}", licence["status"])),
    ]
    return {"title": licence["name"], "rows": [row for row in rows if row["value"]]}


def _prompt(records: Records, prompt_id: str, lang: str) -> Reply:
    prompt = records.prompt(prompt_id)
    rows = [
        _noted(one["label"], one["value"], source_text(one["department"], one["as_of"], lang))
        for one in prompt["evidence"]
    ]
    rows.append(_row(lang, "because", _in(lang, prompt, "because")))
    return {
        "title": _in(lang, prompt, "title"),
        "text": _in(lang, prompt, "text"),
        "rows": rows,
        "matter": prompt["matter"]["id"],
    }


CARDS: dict[str, Callable[[Records, str, str], Reply]] = {
    "matter": _matter,
    "found": _found,
    "summary": _summary,
    "application": _application,
    "timeline": _timeline,
    "licence": _licence,
    "prompt": _prompt,
    "payment": _payment,
}


def promised(matter: Matter, lang: str) -> str:
    """A matter's promise in words."""
    period: Period = matter.clocks.promised
    if matter.service == AT_ONCE or period.amount == 0:
        return words(lang, "at_once")
    return words(lang, f"units.{period.unit.value}", amount=period.amount)


def fee(amount: float, lang: str) -> str:
    """A fee in words."""
    return words(lang, "yuan", amount=f"{amount:g}") if amount else words(lang, "free")


def source_text(department: str, as_of: Any, lang: str) -> str:
    """Where a value came from, and as of when."""
    if isinstance(as_of, datetime):
        as_of = as_of.astimezone(CITY).date().isoformat()
    if not as_of:
        return words(lang, "source", department=department)
    return words(lang, "source_dated", department=department, day=str(as_of)[:10])


def _source(source: Record | None, records: Records, lang: str) -> str | None:
    if not source:
        return None
    department = _department_name(records.department(source["department"]), lang) or source["department"]
    return source_text(department, source.get("as_of"), lang)


def _field_row(field: Record, lang: str) -> Row:
    label = (field.get("label_en") if lang == "en" else "") or field["label"]
    source = field["source"]
    note = source_text(source["department"], source["as_of"], lang) if source else None
    return _noted(label, field["display"], note)


def _row(lang: str, label: str, value: Any) -> Row:
    return {"label": words(lang, f"row.{label}"), "value": value}


def _noted(label: str, value: Any, note: str | None) -> Row:
    return {"label": label, "value": value, "note": note} if note else {"label": label, "value": value}


def _state(state: str, label: str, lang: str) -> str:
    return word_or(lang, f"states.{state}", label)


def _in(lang: str, record: Record, key: str) -> str:
    return str((record.get(f"{key}_en") if lang == "en" else "") or record[key])


def _matter_name(matter: Matter, lang: str) -> str:
    """A matter's name; in English with the Chinese one, which is what offices and papers call it."""
    return f"{matter.name_en} ({matter.name})" if lang == "en" else matter.name


def _name_of_matter(view: Record, records: Records, lang: str) -> str:
    if lang != "en":
        return str(view["matter"]["name"])
    return _matter_name(records.matter(view["matter"]["id"]), lang)


def _department_name(department: Any, lang: str) -> str:
    if department is None:
        return ""
    return str(department.name_en if lang == "en" else department.name)


def _department_by_id(department: Record, records: Records, lang: str) -> str:
    return _department_name(records.department(department["id"]), lang) or str(department["name"])


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(CITY).strftime("%Y-%m-%d %H:%M")


def _drop_empty(card: Reply) -> Reply:
    return {key: value for key, value in card.items() if value is not None}
