"""Problems: what is wrong with an event, said in words, with a JSON pointer (RFC 6901) and the rule that refuses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ledger.dates import PERIOD_PATTERN
from ledger.events.base import Asks, Event
from ledger.events.catalogue import EVENT_TYPES
from ledger.events.disputes import RULE_ID_PATTERN
from ledger.events.figures import FIGURE_NAME_PATTERN
from ledger.events.marks import EACH, marks
from ledger.identifiers import EVENT_ID_PATTERN, IDENTIFIER_PATTERN
from ledger.money import CURRENCY_PATTERN, NOT_AN_AMOUNT
from ledger.text import NAME_PATTERN, TEXT_PATTERN

ProblemKind = Literal["form", "invariant"]

MOST_PROBLEMS = 100
"""How many problems of one event are told."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong. `form`: the event is malformed; `invariant`: it is well-formed and a rule refuses it."""

    pointer: str
    message: str
    rule: str | None = None
    kind: ProblemKind = "form"


def explain(error: ValidationError, prefix: str = "") -> list[FieldProblem]:
    """The problems of one event, at most MOST_PROBLEMS; `prefix` is the pointer to the event in the body."""
    details = [one for one in error.errors(include_url=False) if not _follows_from_others(one)]
    return [_problem(one, prefix) for one in details[:MOST_PROBLEMS]]


def is_malformed(problems: Iterable[FieldProblem]) -> bool:
    """Whether the form is wrong; otherwise the event was understood, and a rule refuses it."""
    return any(one.kind == "form" for one in problems)


def pointer_to(steps: Iterable[str | int], prefix: str = "") -> str:
    """The JSON pointer with these steps below the prefix."""
    return prefix + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _problem(details: ErrorDetails, prefix: str) -> FieldProblem:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _TYPE_PROBLEMS:
        return FieldProblem(pointer_to(("type",), prefix), _TYPE_PROBLEMS[kind](details))
    tag, place = _split(details["loc"])
    if kind == "refused":
        steps = (*place, *context["at"])
        return FieldProblem(pointer_to(steps, prefix), details["msg"], context["rule"], context["kind"])
    rule = None if kind == NOT_AN_AMOUNT else _asking(tag, place)
    return FieldProblem(pointer_to(place, prefix), _message(details), rule)


def _follows_from_others(details: ErrorDetails) -> bool:
    """Whether a list is found too short only because items of it were refused, which is told by itself."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _split(place: tuple[str | int, ...]) -> tuple[str | None, tuple[str | int, ...]]:
    """The union's tag and the place inside the event; a bad name in an object is told at that name."""
    if not place or place[0] not in EVENT_TYPES:
        return None, place
    inside = place[1:]
    return str(place[0]), inside[:-1] if inside and inside[-1] == "[key]" else inside


def _asking(tag: str | None, place: tuple[str | int, ...]) -> str | None:
    """The rule that asks for the field at this place."""
    if tag is None:
        return None
    steps = tuple(EACH if isinstance(step, int) else step for step in place)
    return _asked(EVENT_TYPES[tag]).get(steps)


@cache
def _asked(event_class: type[Event]) -> Mapping[tuple[str, ...], str]:
    return {tuple(step.name for step in path): mark.rule for path, mark in marks(event_class) if isinstance(mark, Asks)}


def _message(details: ErrorDetails) -> str:
    words = _MESSAGES.get(details["type"])
    if words is None:
        return details["msg"]
    return words if isinstance(words, str) else words(details.get("ctx", {}))


def _pattern(context: Mapping[str, Any]) -> str:
    return _PATTERNS.get(context["pattern"], "does not have the form asked for")


def _no_such_type(details: ErrorDetails) -> str:
    return f"there is no event of type {str(details['ctx']['tag'])[:100]!r}"


_TYPE_PROBLEMS: Mapping[str, Callable[[ErrorDetails], str]] = MappingProxyType(
    {
        "union_tag_invalid": _no_such_type,
        "union_tag_not_found": lambda _: "is missing",
    }
)

_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        IDENTIFIER_PATTERN: "must be 1 to 128 characters of letters, digits and -_.:@+",
        EVENT_ID_PATTERN: "must be a UUID such as 018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
        NAME_PATTERN: "must not be blank, and must be one line without control characters",
        TEXT_PATTERN: "must not be blank, and must be text without control characters",
        CURRENCY_PATTERN: "must be a currency of ISO 4217, such as USD",
        PERIOD_PATTERN: "must be a month of the form YYYY-MM",
        RULE_ID_PATTERN: "must be the id of a rule, such as OM-GRACE",
        FIGURE_NAME_PATTERN: "must be the name of a figure, such as grace_days",
    }
)

_MESSAGES: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "missing": "is missing",
        "extra_forbidden": "is not a field of this event",
        "string_type": "must be a text",
        "string_unicode": "must be text in valid Unicode",
        "string_too_long": lambda told: f"must have at most {told['max_length']} characters",
        "string_pattern_mismatch": _pattern,
        "int_type": "must be a whole number",
        "bool_type": "must be true or false",
        "none_required": "must be absent: an event of this type belongs to no account",
        "literal_error": lambda told: f"must be {told['expected']}",
        "greater_than_equal": lambda told: f"must be at least {told['ge']}",
        "less_than_equal": lambda told: f"must be at most {told['le']}",
        "tuple_type": "must be a list",
        "dict_type": "must be an object",
        "model_type": "must be an object",
        "model_attributes_type": "must be an object",
        "too_short": lambda told: f"must have at least {told['min_length']} item(s)",
        "too_long": lambda told: f"must have at most {told['max_length']} items",
    }
)
