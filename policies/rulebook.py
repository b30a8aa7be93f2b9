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
from typing import Generic, ParamSpec, TypeVar

from policies.rulebook_text import OPEN, RULE_TEXTS, SOURCES

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

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


@dataclass(slots=True)
class RuleFunction(Generic[Parameters, Result]):
    """A function that carries out rules, in versions by date."""

    name: str
    rules: tuple[str, ...]
    starts: list[date] = field(default_factory=list)
    versions: list[Callable[Parameters, Result]] = field(default_factory=list)

    def add(self, since: date, version: Callable[Parameters, Result]) -> None:
        """Put a version beside the others; two versions cannot begin on one day."""
        if since in self.starts:
            raise ValueError(f"{self.name} has two versions from {since}")
        at = bisect.bisect(self.starts, since)
        self.starts.insert(at, since)
        self.versions.insert(at, version)

    def on(self, day: date) -> Callable[Parameters, Result]:
        """The version in force on `day`; before the first one, the first."""
        if len(self.versions) == 1:
            return self.versions[0]
        return self.versions[max(bisect.bisect(self.starts, day) - 1, 0)]

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        """The newest version: for rules whose version does not hang on a day of the case."""
        return self.versions[-1](*args, **kwargs)


FUNCTIONS: dict[str, RuleFunction[..., object]] = {}
"""Every rule function by `module.name`."""


def rule(
    *rule_ids: str, since: date = BEGINNING
) -> Callable[[Callable[Parameters, Result]], RuleFunction[Parameters, Result]]:
    """Mark a function as carrying out rules from a date on.

    Raises KeyError at import for a rule id that the book does not know.
    """
    for rule_id in rule_ids:
        if rule_id not in RULES:
            raise KeyError(f"the rule book has no rule {rule_id}")

    def register(version: Callable[Parameters, Result]) -> RuleFunction[Parameters, Result]:
        name = f"{version.__module__}.{version.__name__}"
        kept = FUNCTIONS.get(name)
        if kept is None:
            kept = FUNCTIONS[name] = RuleFunction(name, rule_ids)
        kept.add(since, version)
        return kept  # type: ignore[return-value]  # one registry holds functions of every shape

    return register


def functions_of(rule_id: str) -> list[str]:
    """The names of the functions that carry out a rule."""
    return [name for name, function in FUNCTIONS.items() if rule_id in function.rules]


def clause_text(clause: str) -> str:
    """A clause in words: `prism.4` → which document, which paragraph."""
    source, _, paragraph = clause.partition(".")
    return f"{SOURCES[source]}, paragraph {paragraph}" if paragraph else SOURCES[source]
