"""Keeps what Rasa imports but this assistant never uses out of its processes.

Rasa imports TensorFlow, plotting, cloud stores and a dozen messengers on start, whatever the
configuration. None of our components needs them: leaving them out halves the start and the memory.
Their names resolve to stand-ins, enough for class definitions and annotations; whoever calls one
after the start is told which package is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any

NEVER_USED = frozenset({
    "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras",
    "matplotlib", "boto3", "botocore", "pymongo", "aiogram", "slack_sdk", "webexteamssdk", "twilio",
    "mattermostwrapper", "fbmessenger", "rocketchat_API", "socketio", "sklearn_crfsuite", "confluent_kafka",
})  # fmt: skip
# Fitting needs it, serving does not: the models are plain arrays.
ONLY_FOR_TRAINING = frozenset({"sklearn"})

_sealed = False


class AbsentPackageError(RuntimeError):
    """Something that was left out of this process is needed after all."""


class _StandInType(type):
    """Any attribute of a stand-in is a stand-in; used as a decorator it changes nothing."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn

    def __getitem__(cls, key: object) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    def __ror__(cls, other: Any) -> Any:
        return cls

    def __call__(cls, *given: Any, **named: Any) -> Any:
        if cls is not StandIn:
            return super().__call__(*given, **named)
        if _sealed:
            raise AbsentPackageError(
                "A package was left out of this process (see NEVER_USED in bot/absent.py) but is called. "
                "Remove it from the list if a component needs it now."
            )
        return given[0] if len(given) == 1 and isinstance(given[0], FunctionType) else StandIn


class StandIn(metaclass=_StandInType):
    """Stands where a class or function of an absent package is named."""


class _StandInModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn


class _Finder(MetaPathFinder, Loader):
    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self._packages:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


def leave_out(packages: frozenset[str]) -> None:
    """From now on these packages import as stand-ins. Call it before anything of Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(packages))


def seal() -> None:
    """The imports are done: a stand-in that is called from now on is a mistake."""
    global _sealed  # noqa: PLW0603
    _sealed = True
