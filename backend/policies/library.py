"""Loads the policy library; a mistake in a file is told with its file and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from backend.core.errors import not_found
from backend.policies.schema import Policy

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SHIPPED = Path(__file__).with_name("library")


class LibraryError(Exception):
    """One or more policy files are wrong; ``problems`` are lines of ``file: what``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Library:
    """Every policy by id."""

    policies: dict[str, Policy]

    def get(self, policy: str) -> Policy:
        """A policy. Raises the problem ``not-found``."""
        if policy not in self.policies:
            raise not_found("政策文件")
        return self.policies[policy]

    def all(self) -> list[Policy]:
        """Every policy, by id."""
        return [self.policies[key] for key in sorted(self.policies)]


def load_library(folders: Iterable[Path]) -> Library:
    """Read every ``*.yml`` below the folders. Raises LibraryError with all mistakes at once."""
    problems: list[str] = []
    policies: dict[str, Policy] = {}
    for file in [file for folder in folders for file in sorted(folder.rglob("*.yml"))]:
        policy = _read(file, problems)
        if policy is None:
            continue
        if policy.id != file.stem:
            problems.append(f"{file}: id {policy.id!r} must be the file's name, {file.stem!r}")
        if policy.id in policies:
            problems.append(f"{file}: the id {policy.id} is taken by another file")
        policies[policy.id] = policy
    if problems:
        raise LibraryError(problems)
    return Library(policies)


@lru_cache
def library() -> Library:
    """This process's library."""
    return load_library([SHIPPED])


def _read(file: Path, problems: list[str]) -> Policy | None:
    try:
        return Policy.model_validate(yaml.load(file.read_text("utf-8"), Loader=LOADER))
    except yaml.YAMLError as error:
        problems.append(f"{file}: not YAML: {error}")
    except ValidationError as error:
        for one in error.errors():
            path = ".".join(str(part) for part in one["loc"]) or "the policy"
            problems.append(f"{file}: {path}: {one['msg'].removeprefix('Value error, ')}")
    return None
