"""The library as people and apps read it."""

from datetime import date
from typing import Any

from backend.matters.catalogue import catalogue
from backend.policies.answering import source_of_policy, standing
from backend.policies.library import library
from backend.policies.schema import Policy
from backend.policies.schemas import ArticleView, PoliciesQuery, PolicyDocument, PolicyRow, Successor


def rows(query: PoliciesQuery, day: date) -> list[PolicyRow]:
    """The documents that a query asks for, by id."""
    return [PolicyRow(**_row(one, day, query.lang)) for one in library().all() if _wanted(one, query, day)]


def read_policy(policy_id: str, day: date, lang: str) -> PolicyDocument:
    """A whole document. Raises the problem ``not-found``."""
    policy = library().get(policy_id)
    return PolicyDocument(
        **_row(policy, day, lang),
        issued=policy.issued,
        matters=policy.matters,
        source_note=policy.source_note,
        articles=[
            ArticleView(number=one.number, heading=one.heading, text=one.text) for one in policy.articles
        ],
        replaces=[_named(one) for one in policy.replaces],
        replaced_by=_named(policy.replaced_by) if policy.replaced_by else None,
    )


def _wanted(policy: Policy, query: PoliciesQuery, day: date) -> bool:
    return (
        query.department in (None, policy.department)
        and (query.matter is None or query.matter in policy.matters)
        and query.standing in (None, standing(policy, day))
    )


def _row(policy: Policy, day: date, lang: str) -> dict[str, Any]:
    told = source_of_policy(policy, catalogue(), day, lang).model_dump()
    return {name: told[name] for name in PolicyRow.model_fields}


def _named(policy_id: str) -> Successor:
    policy = library().get(policy_id)
    return Successor(id=policy.id, title=policy.title, number=policy.number)
