"""Reasons: which rule decided, on which events, with which facts; and the sentence a salesperson reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from policies.rulebook import RULES
from policies.sentences import sentence

Fact = tuple[str, str]


class Reason(Struct, frozen=True, gc=False, array_like=True):
    """One rule that decided, the ids of the events it looked at, and the facts its sentence is made of."""

    rule: str
    event_ids: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


def because(rule: str, event_ids: Iterable[str | None] = (), **facts: object) -> Reason:
    """A reason; dates become ISO text, absent events and facts are left out."""
    return Reason(
        rule,
        tuple(event_id for event_id in event_ids if event_id is not None),
        tuple((name, _text(value)) for name, value in facts.items() if value is not None),
    )


def render(reason: Reason) -> dict[str, Any]:
    """A reason as the contract shows it: rule, clause, sentence, events."""
    return {
        "rule": reason.rule,
        "clause": RULES[reason.rule].clause,
        "says": sentence(reason.rule, dict(reason.facts)),
        "event_ids": list(reason.event_ids),
    }


def rendered(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons as the contract shows them, each sentence once; it has the events of all that say it."""
    by_sentence: dict[tuple[str, str], dict[str, Any]] = {}
    for reason in reasons:
        one = render(reason)
        known = by_sentence.setdefault((reason.rule, one["says"]), one)
        known["event_ids"] = list(dict.fromkeys((*known["event_ids"], *one["event_ids"])))
    return list(by_sentence.values())


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
