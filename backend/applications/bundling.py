"""一件事 in motion: one application whose parts are applications of their own, each with number and clock.

A part starts when what it waits for is done; a correction in one does not stop the others. Everything
here may run twice or stop anywhere: a part is unique per bundle, and the sweep looks again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.applications import applying, conditions, form, store
from backend.applications.applicant import find_own, profile_of, subject_of
from backend.applications.bundle_promise import latest_promise
from backend.applications.conditions import LEFT_OUT, PLANNED, SKIPPED, STARTED
from backend.applications.moving import add_note, entry, make_moves, notice
from backend.applications.promise import plain_values
from backend.applications.sealing import open_values, seal_values
from backend.applications.states import CLOSED, TO_DELIVER, Move, State
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.bundles import order
from backend.matters.catalogue import catalogue
from backend.matters.fields import condition_holds
from backend.matters.schema import Matter, Part
from backend.profiles import facts
from backend.sharing.using import readable_profile
from integrations.gateways.failures import DepartmentUnavailable

LOOK_AGAIN = timedelta(minutes=5)
WITHDRAWN = "申请人撤回"
# Refusals that will not last: the withdrawal is tried again as a whole.
PASSING = ("department-unavailable", "request-in-progress")


@dataclass
class Progress:
    """A bundle's parts as they stand: the bundle, its matter, a row a part, and the parts' applications."""

    document: Document
    matter: Matter
    rows: dict[str, Document]
    started: dict[str, Document]

    def settled(self, matter: str) -> bool:
        """Whether nothing more will happen to a part."""
        if matter in self.started:
            return State(self.started[matter]["state"]) in CLOSED
        return self.rows[matter]["state"] in (LEFT_OUT, SKIPPED)

    def done(self, matter: str) -> bool:
        """Whether a part came to its good end."""
        return matter in self.started and self.started[matter]["state"] == State.DONE.value

    def made(self, matter: str) -> bool:
        """Whether what comes after a part can begin: it is done, or only its paper has yet to be fetched."""
        application = self.started.get(matter) or {}
        on_its_way = application.get("state") in TO_DELIVER and (application.get("delivery") or {}).get("way")
        return self.done(matter) or bool(on_its_way)


def advance(house: House, bundle: str) -> str:
    """Start every part that can start, then say where the whole bundle stands.

    Returns ``gone``, ``closed``, ``waits`` (for parts) or ``finished``.
    """
    document = store.find_any(house, bundle)
    if document is None:
        return "gone"
    if State(document["state"]) in CLOSED or document["state"] == State.DRAFT.value:
        return "closed"
    progress = look(house, document)
    for matter in order(progress.matter.parts):
        part = next(one for one in progress.matter.parts if one.matter == matter)
        _start_if_ready(house, progress, part)
    return commit(house, lambda unit: _settle(house, unit, bundle))


def look(house: House, document: Document) -> Progress:
    """A bundle's parts as they stand now."""
    started = {one["matter"]: one for one in store.find_parts(house, document["_id"])}
    rows = {row["matter"]: row for row in document["parts"]}
    return Progress(document, matter_of(house, document), rows, started)


def withdraw_whole(house: House, citizen: str, application: str, *, reason: str) -> Document:
    """Take an application back; of a bundle every part that can be taken back, then the bundle.

    Parts that wait are not begun any more. What was done stays done: then the bundle ends by it.
    Raises ``conflict`` naming the parts that were already decided, and as ``applying.withdraw``.
    """
    document = find_own(house, citizen, application)
    if not document.get("parts") or State(document["state"]) in (State.DRAFT, *CLOSED):
        return applying.withdraw(house, citizen, application, reason=reason)
    text = f"申请人撤回：{reason}" if reason else WITHDRAWN
    commit(house, lambda unit: _begin_nothing_more(house, unit, citizen, application, text))
    refused = []
    for one in store.find_parts(house, application):
        if State(one["state"]) in CLOSED:
            continue
        try:
            applying.withdraw(house, citizen, one["_id"], reason=reason)
        except Problem as problem:
            if problem.kind.slug in PASSING:
                raise
            refused.append(catalogue().get(one["matter"]).name)
    if refused:
        raise Problem("conflict", f"{'、'.join(refused)}已经办到后面，不能撤回；其余的已撤回。")
    commit(house, lambda unit: _settle(house, unit, application))
    return find_own(house, citizen, application)


def _begin_nothing_more(house: House, unit: Unit, citizen: str, application: str, text: str) -> None:
    fresh = find_own(house, citizen, application, unit.session)
    if State(fresh["state"]) in CLOSED:
        return
    left = {"state": SKIPPED, "reason": WITHDRAWN}
    rows = [row | left if row["state"] == PLANNED else row for row in fresh["parts"]]
    sets = {"parts": rows, "withdrawal": {"text": text, "by": "agent" if fresh.get("agent") else "citizen"}}
    if store.change(house, fresh, {"$set": sets}, now=unit.now, session=unit.session) is None:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")


def is_wanted(part: Part, values: Mapping[str, Any]) -> bool:
    """Whether the applicant's answers ask for a part."""
    return bool(values.get(part.wanted)) and condition_holds(part.when, values)


def _start_if_ready(house: House, progress: Progress, part: Part) -> None:
    row = progress.rows[part.matter]
    if part.matter in progress.started or row["state"] in (LEFT_OUT, SKIPPED):
        return
    if row["state"] == STARTED:
        _note(house, progress, part, SKIPPED, "草稿已删除，这一项没有提交")
        return
    values = open_values(house, progress.document)
    if not is_wanted(part, plain_values(values)):
        _note(house, progress, part, LEFT_OUT, "")
        return
    if not all(progress.settled(before) or progress.made(before) for before in part.after):
        return
    failed = [
        before
        for before in part.after
        if not progress.rows[before].get("unneeded") and not progress.made(before)
    ]
    if failed:
        names = "、".join(catalogue().get(before).name for before in failed)
        _note(house, progress, part, SKIPPED, f"“{names}”没有办成，这一项没有提交")
        return
    if part.after:
        try:
            facts.gather(house, subject_of(progress.document))
        except DepartmentUnavailable:
            return
    _start(house, progress, part, values)


def _start(house: House, progress: Progress, part: Part, values: Document) -> None:
    matter, bundle = catalogue().get(part.matter), progress.document
    application = _application(house, bundle, part, matter, values)
    obstacle = conditions.obstacle(house, application, matter)
    if obstacle:
        _note(house, progress, part, SKIPPED, obstacle)
        return
    step = applying.next_step(house, application)
    asked = step.get("field", {}).get("label") or step.get("material", {}).get("name", "")
    reason = f"还差{asked}，请打开这一项补上" if asked else ""
    if reason:
        line = entry(application["created_at"], State.DRAFT, reason, by="clock")
        application["timeline"].append(line)
    ready = None if reason else applying.read_ready(house, application, matter)

    def record(unit: Unit) -> Document | None:
        fresh = _still_planned(house, unit, bundle["_id"], part)
        if fresh is None:
            return None
        store.insert_part(house, unit, dict(application))
        if ready:
            key = f"bundle:{bundle['_id']}"
            applying.submit_draft(house, unit, application, Move.SUBMIT, ready, key)
        else:
            notice(unit, application, "part-needs", name="part-needs")
        told = f"已提交：{matter.name}" if ready else f"{matter.name}还差{asked}"
        return _write_row(house, unit, fresh, part, {"state": STARTED, "reason": reason}, told=told)

    try:
        changed = commit(house, record)
    except DuplicateKeyError:
        changed = None
    progress.document = changed or store.find_any(house, bundle["_id"]) or bundle
    progress.rows = {row["matter"]: row for row in progress.document["parts"]}
    progress.started = {one["matter"]: one for one in store.find_parts(house, bundle["_id"])}
    if changed:
        logger().info("bundle.part-started", bundle=bundle["_id"], matter=part.matter, step=step["kind"])


def _still_planned(house: House, unit: Unit, bundle: str, part: Part) -> Document | None:
    """The bundle, unless it ended or somebody else decided about the part meanwhile."""
    fresh = store.find_any(house, bundle, unit.session)
    if fresh is None or State(fresh["state"]) in CLOSED:
        return None
    return fresh if _row(fresh, part)["state"] == PLANNED else None


def _row(bundle: Document, part: Part) -> Document:
    found: Document = next(row for row in bundle["parts"] if row["matter"] == part.matter)
    return found


def _application(house: House, bundle: Document, part: Part, matter: Matter, values: Document) -> Document:
    """A part's application: what the bundle was told, and for the rest what registries know now."""
    now = house.clock.now()
    application = applying.blank(house, bundle["citizen"], matter, channel=bundle["channel"], now=now)
    application |= {key: bundle.get(key) for key in ("agent", "organisation", "whose")}
    application["bundle"] = bundle["_id"]
    known = form.prefill(matter, readable_profile(house, profile_of(house, bundle), matter), now)
    told = {
        name: values[shared]
        for name, shared in part.fields.items()
        if shared in values and values[shared]["value"] not in (None, "")
    }
    fresh = {name: one for name, one in told.items() if not (one.get("source") and name in known)}
    given = {
        name: {"value": value, "source": None, "at": now, "default": True}
        for name, value in part.given.items()
    }
    application["fields"] = seal_values(house, matter, known | fresh | given)
    names = {shared: own for own, shared in part.materials.items()}
    application["uploads"] = [
        one | {"material": names[one["material"]]} for one in bundle["uploads"] if one["material"] in names
    ]
    refused = bundle.get("refused_licences", [])
    application["refused_licences"] = [names[one] for one in refused if one in names]
    return application


def _note(house: House, progress: Progress, part: Part, state: str, reason: str) -> None:
    """Write where a part stands that is not begun, and tell of one that was wanted."""
    name = catalogue().get(part.matter).name
    told = f"{name}没有提交：{reason}" if state == SKIPPED else ""

    def record(unit: Unit) -> Document:
        fresh = store.find_any(house, progress.document["_id"], unit.session) or progress.document
        if _row(fresh, part)["state"] in (LEFT_OUT, SKIPPED):
            return fresh
        if told:
            notice(unit, fresh, "part-skipped", name=f"part-skipped:{part.matter}")
        row = {"state": state, "reason": reason, "unneeded": state == LEFT_OUT}
        return _write_row(house, unit, fresh, part, row, told=told)

    progress.document = commit(house, record)
    progress.rows = {row["matter"]: row for row in progress.document["parts"]}


def _write_row(
    house: House, unit: Unit, bundle: Document, part: Part, row: Document, *, told: str
) -> Document:
    """One part's row, with a line of the bundle's timeline when people should know."""
    rows = [one | row if one["matter"] == part.matter else one for one in bundle["parts"]]
    also: Document = {"$set": {"parts": rows}}
    if told:
        return add_note(house, unit, bundle, told, by=bundle["department"], also=also)
    changed = store.change(house, bundle, also, now=unit.now, session=unit.session)
    if changed is None:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")
    return changed


def _settle(house: House, unit: Unit, bundle: str) -> str:
    document = store.find_any(house, bundle, unit.session)
    assert document is not None
    started = {one["matter"]: one for one in store.find_parts(house, bundle, unit.session)}
    rows = {row["matter"]: row for row in document["parts"]}
    progress = Progress(document, matter_of(house, document), rows, started)
    state = State(document["state"])
    if state in CLOSED:
        return "closed"
    matters = [part.matter for part in progress.matter.parts]
    finished = all(progress.settled(one) for one in matters)
    steps = _steps(progress, state, finished=finished)
    waits = any(_waits(rows[one], started.get(one)) for one in matters)
    sets: Document = {"filing.next_at": unit.now + LOOK_AGAIN if waits and not finished else None}
    latest = _latest(progress, plain_values(open_values(house, document)), unit.now)
    if latest:
        sets["promised"] = latest
    if steps:
        by = (document.get("withdrawal") or {}).get("by") if steps[-1][0] is Move.WITHDRAW else None
        by = by or document["department"]
        make_moves(house, unit, document, steps, by=by, also={"$set": sets})
    else:
        store.change(house, document, {"$set": sets}, now=unit.now, session=unit.session)
    return "finished" if finished else "waits"


def _waits(row: Document, application: Document | None) -> bool:
    """Whether the sweep has to look: a part is to be begun, or its draft may be deleted any time."""
    if application is None:
        return bool(row["state"] in (PLANNED, STARTED))
    return bool(application["state"] == State.DRAFT.value)


def _steps(progress: Progress, state: State, *, finished: bool) -> list[tuple[Move, str]]:
    """The moves that bring the bundle to where its parts are."""
    started = progress.started.values()
    accepted = any(one.get("accepted_at") for one in started)
    steps: list[tuple[Move, str]] = []
    if state is State.SUBMITTED and started:
        steps.append((Move.RECEIVE, f"已分送 {len(started)} 个事项办理"))
        state = State.RECEIVED
    if not finished:
        if accepted and state is State.RECEIVED:
            steps.append((Move.ACCEPT, "已有事项受理，各事项同时办理"))
        return steps
    done = [one for one in progress.started if progress.done(one)]
    others = len(progress.rows) - len(done)
    told = f"{len(done)} 项办成" + (f"，{others} 项没有办" if others else "")
    withdrawal = progress.document.get("withdrawal")
    if withdrawal and not done:
        return [*steps, (Move.WITHDRAW, withdrawal["text"])]
    if state in (State.SUBMITTED, State.RECEIVED):
        steps.append((Move.ACCEPT, "各事项已受理"))
    if not done:
        return [*steps, (Move.TERMINATE, "没有一项办成，整件结束")]
    return [*steps, (Move.APPROVE, told), (Move.FINISH, f"一件事办结：{told}")]


def _latest(progress: Progress, values: Mapping[str, Any], now: datetime) -> Document | None:
    parts = [
        part for part in progress.matter.parts if part.matter in progress.started or is_wanted(part, values)
    ]
    settled = {part.matter for part in progress.matter.parts if progress.settled(part.matter)}
    told = progress.document.get("promised")
    return latest_promise(parts, progress.started, settled, values, told=told, now=now)
