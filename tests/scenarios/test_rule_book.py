"""The page that is written from the rules and the scenarios."""

from pathlib import Path

import pytest

from docs.rule_book import page
from policies.figures import DEFINITIONS
from policies.rulebook import RULES
from tests.scenarios.files import FOLDER, scenarios

PAGE = Path(__file__).parents[2] / "docs" / "rule-book.md"


def test_the_rule_book_is_current() -> None:
    """Write it again: `python -m docs.rule_book > docs/rule-book.md`."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", [*(f"{rule.id}: {rule.title}" for rule in RULES.values()), *DEFINITIONS])
def test_the_page_shows_every_rule_and_figure(name: str) -> None:
    """A heading each."""
    assert page().count(f"\n### {name}\n") == 1


def test_the_page_points_to_files_that_are_there() -> None:
    """Every scenario stands in its file, and every file has scenarios."""
    assert {scenario.file for scenario in scenarios()} == {path.stem for path in FOLDER.glob("*.yaml")}
