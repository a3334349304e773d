"""Each department's own rules, read from rules.yml: what it takes, and what it decides.

A check names a MongoDB filter over the registry entry, `form` and `materials`. `when` fires if
the filter holds, `unless` if it does not.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

RULES_FILE = Path(__file__).with_name("rules.yml")


class Stage(StrEnum):
    """When a check is made."""

    ACCEPT = "accept"
    DECIDE = "decide"


class Verdict(StrEnum):
    """What a check that fires leads to."""

    CORRECTION = "correction"
    NOT_ACCEPTED = "not-accepted"
    REFUSED = "refused"


class Item(BaseModel):
    """One thing to correct: a field or a material."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str | None = None
    material: str | None = None
    reason: str


class Check(BaseModel):
    """One rule of a department."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Stage = Stage.ACCEPT
    registry: str | None = None
    when: dict[str, Any] | None = None
    unless: dict[str, Any] | None = None
    then: Verdict
    reason: str | None = None
    where: str | None = None
    remedy: str | None = None
    items: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Check":
        if (self.when is None) == (self.unless is None):
            raise ValueError("a check has either `when` or `unless`")
        if (self.then is Verdict.CORRECTION) != bool(self.items):
            raise ValueError("a correction lists its items, and nothing else does")
        if self.then is not Verdict.CORRECTION and not self.reason:
            raise ValueError("a citizen is always told the reason")
        if (self.then is Verdict.REFUSED) != (self.at is Stage.DECIDE):
            raise ValueError("refusing is deciding; before that a case is corrected or not accepted")
        return self

    def fires(self, holds: Callable[[str | None, Mapping[str, Any]], bool]) -> bool:
        """Whether the check stands in the way, given who can tell if a filter holds."""
        if self.when is not None:
            return holds(self.registry, self.when)
        return not holds(self.registry, self.unless or {})


class LicenceWanted(BaseModel):
    """What a matter ends with when its filing does not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    licence: str | None = None
    valid_years: int | None = None


class Rule(BaseModel):
    """How a department handles one matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    department: str | None = None
    service: Literal["即办件", "承诺件"] = "承诺件"
    requires: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    effect: str | None = None
    opinion: str = "经审查，材料齐全，符合条件，准予办理。"
    result: LicenceWanted | None = None


class RuleBook(BaseModel):
    """All departments' rules, and the words they share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    remedy: str
    where: str
    correction_days: int = Field(ge=1)
    refused_by_mode: str
    correction_by_mode: str
    matters: dict[str, Rule]

    def rule_for(self, matter: str, department: str) -> Rule:
        """A department's rule for a matter; one it has no rule for it handles by default."""
        rule = self.matters.get(matter)
        return rule if rule is not None and rule.department == department else Rule()

    def first_obstacles(
        self, rule: Rule, stage: Stage, holds: Callable[[str | None, Mapping[str, Any]], bool]
    ) -> list[Check]:
        """What stands in the way: the first refusal, or else everything to correct at once.

        行政许可法 §32(4): all that is to be corrected is told in one go.
        """
        corrections = []
        for check in rule.checks:
            if check.at is not stage or not check.fires(holds):
                continue
            if check.then is not Verdict.CORRECTION:
                return [check]
            corrections.append(check)
        return corrections


@cache
def the_rule_book() -> RuleBook:
    """The rules in rules.yml, read once and checked."""
    return RuleBook.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))
