"""Each scenario is told to the policies, and its answers are the expected ones; together they show every rule."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError

from ledger.events.problems import explain
from policies.figures import DEFINITIONS
from policies.refusals import Refused
from policies.rulebook import RULES
from tests.policies.memory import MemoryLedger
from tests.scenarios.answers import check_line
from tests.scenarios.facts import Facts
from tests.scenarios.files import Scenario, scenarios

AT_LEAST = 3
SECTIONS = ("3 ", "4 ", "5 ", "6 ", "7 ")

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
                self.refusals.append(f"by {refused.rule}" if refused.rule else "as malformed or unknown")
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


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: f"{each.file}: {each.name}")
def test_the_scenario_comes_out(scenario: Scenario) -> None:
    """Given these facts, when these are recorded, then these are the answers and refusals."""
    telling = Telling()
    for raw in stage():
        telling.ledger.record(raw)
    for line in scenario.given:
        telling.tell(line)
    assert telling.refusals == []
    telling.check(scenario.before)
    for line in scenario.when:
        telling.tell(line)
    refused = [line for line in scenario.then if line.startswith("refused ")]
    assert [line.removeprefix("refused ") for line in refused] == telling.refusals
    telling.check(line for line in scenario.then if line not in refused)


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES.values() if rule.section.startswith(SECTIONS)])
def test_a_rule_is_shown(rule_id: str) -> None:
    """Every rule of sections 3 to 7 has its base case, an exception and an edge."""
    assert sum(rule_id in scenario.rules for scenario in scenarios()) >= AT_LEAST


@pytest.mark.parametrize("figure", DEFINITIONS)
def test_a_figure_is_shown(figure: str) -> None:
    """Section 10 has figures instead of rule ids: each has scenarios too."""
    assert sum(figure in scenario.figures for scenario in scenarios()) >= AT_LEAST


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: f"{each.file}: {each.name}")
def test_a_scenario_shows_what_it_claims(scenario: Scenario) -> None:
    """It names known rules and figures; a rule that a verdict or a refusal goes by stands in an answer of it."""
    assert set(scenario.rules) <= RULES.keys()
    assert set(scenario.figures) <= DEFINITIONS.keys()
    assert scenario.rules or scenario.figures
    said = set(re.findall(r"CALL-[A-Z-]+[A-Z]", " ".join((*scenario.before, *scenario.then))))
    assert {rule_id for rule_id in scenario.rules if rule_id.startswith("CALL-")} <= said
    refused = {line.removeprefix("refused by ") for line in scenario.then if line.startswith("refused by ")}
    assert refused <= set(scenario.rules)


def test_no_two_scenarios_have_one_name() -> None:
    """The rule book points to scenarios by name."""
    names = Counter(scenario.name for scenario in scenarios())
    assert [name for name, times in names.items() if times > 1] == []
