"""The page that is written from the rules and the scenarios."""

from pathlib import Path

import pytest

from docs.rule_book import page
from docs.rule_scenarios import module
from policies.figures import DEFINITIONS
from policies.rulebook import RULES, scenarios_of
from tests.scenarios.files import FOLDER, scenarios

PAGE = Path(__file__).parents[2] / "docs" / "rule-book.md"
SHIPPED = Path(__file__).parents[2] / "policies" / "rulebook_scenarios.py"


def test_the_rule_book_is_current() -> None:
    """Write it again: `python -m docs.rule_book > docs/rule-book.md`."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_scenarios_that_are_shipped_are_current() -> None:
    """Write them again: `python -m docs.rule_scenarios > policies/rulebook_scenarios.py`."""
    assert SHIPPED.read_text(encoding="utf-8") == module()


def test_a_rule_is_shown_by_the_scenarios_that_name_it() -> None:
    """In the order of the files."""
    assert {rule: scenarios_of(rule) for rule in RULES} == {
        rule: [scenario.name for scenario in scenarios() if rule in scenario.rules] for rule in RULES
    }
    assert scenarios_of("OM-ONE")[0] == "A second manager is refused"


@pytest.mark.parametrize("name", [*(f"{rule.id}: {rule.title}" for rule in RULES.values()), *DEFINITIONS])
def test_the_page_shows_every_rule_and_figure(name: str) -> None:
    """A heading each."""
    assert page().count(f"\n### {name}\n") == 1


def test_the_page_points_to_files_that_are_there() -> None:
    """Every scenario stands in its file, and every file has scenarios."""
    assert {scenario.file for scenario in scenarios()} == {path.stem for path in FOLDER.glob("*.yaml")}
