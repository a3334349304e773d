"""Prompt rules for operators over HTTP: tried before anyone hears of them."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.audit.trail import Deed, Reading, note_reading
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath, ProblemDocument
from backend.prompts import rule_schemas as schemas
from backend.prompts.explaining import explain, rule_of
from backend.prompts.planning import plan
from backend.prompts.surveying import dry_run
from backend.workbench.officer import Officer, reader_of
from backend.workbench.roles import Role

blueprint = APIBlueprint(
    "prompt-rules",
    __name__,
    url_prefix="/api/v1/operator/prompt-rules",
    abp_tags=[Tag(name="提示规则 prompt rules")],
)
WHO = {Role.OPERATE}
# A dry run walks over everybody whom a rule reaches.
TRIALS = Limit("prompt-rule-trial", count=20, seconds=60)


@blueprint.get("/plan", summary="每条规则靠哪个索引找人", responses={200: schemas.RulePlans})
@audience(Audience.STAFF, roles=WHO)
def read_plan() -> Any:
    """Which index finds the people of each rule, as the database says."""
    spend(house(), TRIALS, caller().staff)
    return {"items": plan(house())}


@blueprint.post(
    "/<string:id>/dry-run",
    summary="试算一条规则",
    responses={200: schemas.DryRun, 404: ProblemDocument},
)
@audience(Audience.STAFF, roles=WHO)
def try_rule(path: IdPath) -> Any:
    """Whom it would reach, who is kept back, what the week after brings. Nobody hears of it."""
    spend(house(), TRIALS, caller().staff)
    return dry_run(house(), path.id)


@blueprint.post(
    "/<string:id>/explain",
    summary="一条规则为什么提示（或不提示）这个人",
    responses={200: schemas.Explanation, 404: ProblemDocument},
)
@audience(Audience.STAFF, roles=WHO)
def explain_rule(path: IdPath, body: schemas.ExplainBody) -> Any:
    """Each condition with the fact that decided it, masked. The citizen sees who asked, and why."""
    place = house()
    rule_of(path.id)
    reader = reader_of(place, Officer.of(caller()))
    note_reading(place, reader, Reading(Deed.EXPLAIN_PROMPT, body.citizen, body.why))
    found = explain(place, path.id, body.citizen)
    return found | {
        "controls": [_told(one) for one in found["controls"]],
        "conditions": _dated(found["conditions"]),
    }


def _told(control: dict[str, Any]) -> dict[str, Any]:
    return control | {"until": control["until"].isoformat() if control["until"] else None}


def _dated(condition: dict[str, Any]) -> dict[str, Any]:
    if "of" in condition:
        return condition | {"of": [_dated(one) for one in condition["of"]]}
    return condition | {"as_of": condition["as_of"].isoformat() if condition["as_of"] else None}
