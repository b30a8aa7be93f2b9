"""Each scenario is told to the policies, and its answers are the expected ones; together they show every rule."""

import re
from collections import Counter

import pytest

from policies.figures import DEFINITIONS
from policies.rulebook import RULES
from tests.scenarios.files import Scenario, scenarios
from tests.scenarios.telling import told

AT_LEAST = 3
SECTIONS = ("3 ", "4 ", "5 ", "6 ", "7 ", "8 ")
SHOWN = [
    *(rule.id for rule in RULES.values() if rule.section.startswith(SECTIONS)),
    "LEAD",
    "SHEET",
    "OUTCOME",
    "TEAM",
    "REVIEW",
    "ASSESS",
    "KEY-PLAYERS",
    "CLOSE-PLAN",
]


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: f"{each.file}: {each.name}")
def test_the_scenario_comes_out(scenario: Scenario) -> None:
    """Given these facts, when these are recorded, then these are the answers and refusals."""
    telling = told(*scenario.given)
    telling.check(scenario.before)
    for line in scenario.when:
        telling.tell(line)
    refused = [line for line in scenario.then if line.startswith("refused ")]
    assert [line.removeprefix("refused ") for line in refused] == telling.refusals
    telling.check(line for line in scenario.then if line not in refused)


@pytest.mark.parametrize("rule_id", SHOWN)
def test_a_rule_is_shown(rule_id: str) -> None:
    """Every rule of sections 3 to 8, and each of section 11 that is carried out: base case, exception and edge."""
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
