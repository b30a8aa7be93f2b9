"""Telling: a scenario's lines, recorded one after the other in a ledger in memory, before the eyes of its cast."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from ledger.events.problems import explain
from ledger.recorded import Recorded
from policies.reasons import Reason
from policies.refusals import Refused
from tests.policies.memory import MemoryLedger
from tests.scenarios.answers import check_line
from tests.scenarios.facts import Facts

CAST = (
    *(("employee", who, None, None) for who in ("jane", "omar", "mary", "ravi")),
    ("company", "house", None, None),
    *(("partner", who, "reseller", None) for who in ("north", "east")),
    ("partner", "south", "co_sell", None),
    ("partner", "strat", "strategic_solution_provider", None),
    ("partner", "canal", "strategic_channel_partner", None),
    ("contact", "nora", None, "north"),
    ("employee", "sven", None, "south"),
    ("contact", "cleo", None, "house"),
)
"""Who takes part in every scenario: kind, name, tier, whose member."""

Raw = dict[str, Any]


def stage() -> Iterable[Raw]:
    """The facts before every scenario: the cast, and the account acme with its child beta."""
    for kind, who, tier, member_of in CAST:
        optional = {"tier": tier, "member_of": member_of}
        data = {"party_id": who, "name": who.title(), "kind": kind}
        data |= {name: value for name, value in optional.items() if value is not None}
        yield {"type": "party_registered", "effective_on": "2020-01-01", "data": data}
    for account, data in (("acme", {"name": "Acme"}), ("beta", {"name": "Beta", "parent_account_id": "acme"})):
        yield {"type": "account_opened", "account_id": account, "effective_on": "2020-01-01", "data": data}


@dataclass
class Telling:
    """A scenario while it is told: the ledger, the events by label, and how each refused fact was refused."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    facts: Facts = field(default_factory=Facts)
    positions: dict[str, int] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        """Record what a line states; keeps how it was refused."""
        for event in self.facts.events(line):
            label = event.pop("label", None)
            try:
                fact = self.ledger.record(event)
            except Refused as refused:
                self.refusals.append(_refused(refused))
            except ValidationError as error:
                rules = {problem.rule for problem in explain(error)} - {None}
                self.refusals.append(f"by {', '.join(sorted(map(str, rules)))}" if rules else "as malformed or unknown")
            else:
                if label is not None:
                    self.facts.labels[label], self.positions[label] = fact.event_id, fact.position

    def check(self, lines: Iterable[str]) -> None:
        """Assert lines of answers."""
        for line in lines:
            try:
                check_line(self.ledger, line, self.facts.labels, self.positions)
            except AssertionError as wrong:
                raise AssertionError(f"{line}\n{wrong}") from wrong


def _refused(refused: Refused) -> str:
    """By which rule; section 9 gives its rules no ids."""
    if refused.malformed or refused.unknown:
        return "as malformed or unknown"
    return f"by {refused.rule}" if refused.rule else "without a rule id"


def told(*lines: str) -> Telling:
    """The cast, the accounts and these facts, none of which may be refused."""
    telling = Telling()
    for raw in stage():
        telling.ledger.record(raw)
    for line in lines:
        telling.tell(line)
    assert telling.refusals == []
    return telling


def history(*lines: str) -> list[Recorded]:
    """These facts alone, in the order in which policies read them."""
    telling = told(*lines)
    return sorted(telling.ledger.log[len(list(stage())) :], key=lambda fact: fact.order)


def refusal(*lines: str) -> Refused:
    """How the last of these facts is refused, after the others were recorded."""
    telling = told(*lines[:-1])
    *before, last = telling.facts.events(lines[-1])
    for event in before:
        telling.ledger.record(event)
    try:
        telling.ledger.record({name: part for name, part in last.items() if name != "label"})
    except Refused as refused:
        return refused
    raise AssertionError(f"not refused: {lines[-1]}")


def cited(telling: Telling, reasons: Iterable[Reason]) -> list[tuple[str, str]]:
    """Each reason as its rule and the labels of its events."""
    labels = {event_id: label for label, event_id in telling.facts.labels.items()}
    return [(reason.rule, " ".join(labels.get(each, "?") for each in reason.event_ids)) for reason in reasons]
