"""The scenarios by rule as shipped with the rules: `python -m docs.rule_scenarios > policies/rulebook_scenarios.py`.

The scenarios themselves stay among the tests; what is shipped are their titles, so that an answer about a rule can name
what shows it.
"""

import json
import sys
from collections.abc import Iterator

from tests.scenarios.files import Scenario, scenarios

_HEAD = '''\
"""What scenarios show which rules, by title. Written by `python -m docs.rule_scenarios`: don't edit, write it again."""

from __future__ import annotations

from typing import NamedTuple


class ScenarioTitle(NamedTuple):
    """A scenario: what it is called, the file in which it stands (`tests/scenarios`), and the rules that it shows."""

    title: str
    file: str
    rules: tuple[str, ...]


SCENARIOS: tuple[ScenarioTitle, ...] = (
'''


def module() -> str:
    """The whole module, laid out as the formatter leaves it."""
    shown = "".join(_scenario(scenario) for scenario in scenarios() if scenario.rules)
    return f'{_HEAD}{shown})\n"""In the order of the files."""\n'


def _scenario(scenario: Scenario) -> str:
    lines = [f"{json.dumps(text, ensure_ascii=False)}," for text in (scenario.name, scenario.file)]
    body = "\n".join(f"        {line}" for line in (*lines, *_rules(scenario.rules)))
    return f"    ScenarioTitle(\n{body}\n    ),\n"


def _rules(rules: tuple[str, ...]) -> Iterator[str]:
    if len(rules) == 1:
        yield f'("{rules[0]}",),'
        return
    yield "("
    yield from (f'    "{rule}",' for rule in rules)
    yield "),"


if __name__ == "__main__":
    sys.stdout.write(module())
