"""The rule book: every rule id, where it comes from, and which dated functions carry it out.

A rule function is marked with `@rule(id, since=...)`. A new version of a clause is a new function of the same name
beside the old one, with a later `since`; `function.on(day)` gives the version in force on a day.
Clauses are cited as `source.paragraph`, the title being paragraph 1 of each source document; `decided` marks a point
that the sources leave open and the specification settles.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from policies.rulebook_scenarios import SCENARIOS
from policies.rulebook_text import OPEN, RULE_TEXTS, SOURCES

Parameters = ParamSpec("Parameters")
Result_co = TypeVar("Result_co", covariant=True)

BEGINNING = date.min


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, section of the specification, plain meaning, clauses and the figures it rests on."""

    id: str
    section: str
    title: str
    says: str
    clauses: tuple[str, ...]
    figures: tuple[str, ...] = ()
    decided: str | None = None

    @property
    def status(self) -> str:
        """`implemented`, or `open` while no function carries the rule out yet."""
        return "open" if self.id in OPEN else "implemented"

    @property
    def clause(self) -> str:
        """The clause cited with a reason: the first one, or `decided` where no source speaks."""
        return self.clauses[0] if self.clauses else "decided"


RULES: dict[str, Rule] = {text.id: Rule(**text._asdict()) for text in RULE_TEXTS}
"""Every rule in the order of the specification."""


class RuleFunction(Protocol[Parameters, Result_co]):
    """A function that carries out rules: called, its newest version; `on(day)` is the version in force on a day."""

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result_co: ...

    def on(self, day: date) -> Callable[Parameters, Result_co]:
        """The version in force on a day; before the first one, the first."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one rule function by the date from which each holds."""

    rules: tuple[str, ...]
    starts: list[date] = field(default_factory=list)
    functions: list[Callable[..., Any]] = field(default_factory=list)

    def add(self, since: date, version: Callable[..., Any]) -> None:
        """Put a version beside the others; two versions cannot begin on one day."""
        if since in self.starts:
            raise ValueError(f"{version.__name__} has two versions from {since}")
        at = bisect.bisect(self.starts, since)
        self.starts.insert(at, since)
        self.functions.insert(at, version)

    def on(self, day: date) -> Callable[..., Any]:
        """The version in force on `day`; before the first one, the first."""
        return self.functions[max(bisect.bisect(self.starts, day) - 1, 0)]


FUNCTIONS: dict[str, Versions] = {}
"""Every rule function by `module.name`."""


def rule(
    *rule_ids: str, since: date = BEGINNING
) -> Callable[[Callable[Parameters, Result_co]], RuleFunction[Parameters, Result_co]]:
    """Mark a function as carrying out rules from a date on.

    Raises KeyError at import for a rule id that the book does not know.
    """
    for rule_id in rule_ids:
        if rule_id not in RULES:
            raise KeyError(f"the rule book has no rule {rule_id}")

    def register(version: Callable[Parameters, Result_co]) -> RuleFunction[Parameters, Result_co]:
        versions = FUNCTIONS.setdefault(f"{version.__module__}.{version.__name__}", Versions(rule_ids))
        versions.add(since, version)
        newest = cast(Any, versions.functions[-1])
        newest.on = versions.on
        return cast(RuleFunction[Parameters, Result_co], newest)

    return register


def scenarios_of(rule_id: str) -> list[str]:
    """The titles of the scenarios that show a rule."""
    return [scenario.title for scenario in SCENARIOS if rule_id in scenario.rules]


def functions_of(rule_id: str) -> list[str]:
    """The names of the functions that carry out a rule, in the order of the alphabet."""
    return sorted(name for name, versions in FUNCTIONS.items() if rule_id in versions.rules)


def clause_text(clause: str) -> str:
    """A clause in words: `prism.4` → which document, which paragraph."""
    source, _, paragraph = clause.partition(".")
    return f"{SOURCES[source]}, paragraph {paragraph}" if paragraph else SOURCES[source]
