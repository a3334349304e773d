"""Each department's own rules, read from the folder `rules`: what it takes, and what it decides.

A check names a MongoDB filter over the registry entry, `form` and `materials`. `when` fires if
the filter holds, `unless` if it does not.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from integrations.departments.directory import the_directory
from integrations.departments.writes import Write

RULES_FOLDER = Path(__file__).with_name("rules")
SHARED_FILE = "_shared.yml"


class RulesMistake(ValueError):
    """A rules file that cannot be used: which file, which matter, what is wrong."""


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
    writes: tuple[Write, ...] = ()
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
    suspended_reason: str
    suspension_days: int = Field(ge=1)
    suspension_kind: str
    extended_reason: str
    extension_days: int = Field(ge=1)
    returned_reason: str
    returned_where: str
    forwarded_to: str
    forwarded_reason: str
    revoked_reason: str
    joint_opinion: str
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
    """The rules of the folder, read once and checked."""
    return read_rules(RULES_FOLDER)


def read_rules(folder: Path) -> RuleBook:
    """Merge all files of a folder. Raises RulesMistake, which names the file and the matter."""
    matters: dict[str, Rule] = {}
    told_in: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        if file.name == SHARED_FILE:
            continue
        for matter, said in _read_yaml(file, "matters").items():
            if matter in matters:
                raise RulesMistake(f"{file}: {matter} has rules in {told_in[matter]} already")
            matters[matter], told_in[matter] = _read_rule(file, matter, said), file.name
    shared = folder / SHARED_FILE
    try:
        return RuleBook.model_validate(_read_yaml(shared) | {"matters": matters})
    except ValidationError as error:
        raise RulesMistake(f"{shared}: {_faults(error)}") from None


def _read_yaml(file: Path, key: str | None = None) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise RulesMistake(f"{file}: this is not YAML: {error}") from None
    if key is not None:
        found = found.get(key) if isinstance(found, dict) and set(found) == {key} else None
    if not isinstance(found, dict):
        raise RulesMistake(f"{file}: there should be nothing but a mapping called {key or 'of words'}")
    return found


def _read_rule(file: Path, matter: str, said: Any) -> Rule:
    try:
        rule = Rule.model_validate(said)
    except ValidationError as error:
        raise RulesMistake(f"{file}: {matter}: {_faults(error)}") from None
    for write in rule.writes:
        keeper = the_directory().get(write.department)
        unknown = write.sections - set(keeper.sections if keeper else ())
        if unknown:
            raise RulesMistake(
                f"{file}: {matter}: writes: {write.department} does not keep {', '.join(sorted(unknown))}"
            )
    return rule


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
