"""The rule book as a page, written from the code and the scenarios: `python -m docs.rule_book > docs/rule-book.md`.

`docs.rule_scenarios` writes the titles of the scenarios for the ledger itself: write both again together.
"""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import groupby
from pkgutil import iter_modules

import policies
from ledger.events.base import Asks
from ledger.events.catalogue import EVENT_TYPES
from ledger.events.marks import marks
from policies.figures import DEFINITIONS, FigureDefinition
from policies.rulebook import BEGINNING, FUNCTIONS, RULES, Rule, clause_text, functions_of
from policies.rulebook_text import SOURCES
from tests.scenarios.files import Scenario, scenarios

for _module in iter_modules(policies.__path__, "policies."):
    import_module(_module.name)  # a rule function is known once its module is imported

_HEAD = """\
# Rule book

Written from the code by `python -m docs.rule_book`: don't edit, write it again.

What the ledger decides, rule by rule: the plain meaning, where it comes from, the figures it rests on, the functions
that carry it out, and the scenarios that show it. An answer of the ledger cites these ids and clauses.

## How clauses are counted

A clause is `source.paragraph`. The sources are five documents:

{sources}

A document's title is paragraph 1, wherever it stands, and counts once however often it is repeated; a byline belongs to
it. From there on every block between blank lines is a paragraph, in the order of the text: a heading, a list or a table
that stands by itself counts as one. A paragraph or list that a page break tears apart counts once. What a web site put
around the text (a notice above the title, contact lines, forms, comments) is not counted.

*Decided* marks a point that the documents leave open or contradict each other on, and that the specification settles.
"""

_FIGURES = """\
## 10 Figures

A rule uses the figure in effect, as known, on the day its clock starts. The values below hold until `policy_figure_set`
sets another from an effective date on.
"""


def page() -> str:
    """The whole page."""
    sources = "\n".join(f"- `{source}`: {title}" for source, title in SOURCES.items() if source != "decided")
    parts = [_HEAD.format(sources=sources)]
    figures_told = False
    for section, rules in groupby(RULES.values(), key=lambda rule: rule.section):
        if not figures_told and int(section.split()[0]) > 10:
            parts.extend(_figures())
            figures_told = True
        parts.append(f"## {section}\n")
        parts.extend(_rule(rule) for rule in rules)
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    lines = [f"### {rule.id}: {rule.title}", "", rule.says, ""]
    if rule.clauses:
        lines.append(f"- Clause: {'; '.join(f'`{clause}` ({clause_text(clause)})' for clause in rule.clauses)}")
    if rule.decided or not rule.clauses:
        lines.append(f"- Decided: {rule.decided or 'the documents say nothing of it'}")
    lines += [f"- Figure: {_value(DEFINITIONS[name])}" for name in rule.figures]
    lines.append(f"- Carried out by: {', '.join(_carried_out(rule.id)) or 'nothing yet'}")
    lines.extend(_shown([scenario for scenario in scenarios() if rule.id in scenario.rules]))
    return "\n".join(lines) + "\n"


def _carried_out(rule_id: str) -> Iterator[str]:
    """The functions that carry a rule out, version by version, and the events whose form asks for it."""
    for name in functions_of(rule_id):
        for since in FUNCTIONS[name].starts:
            yield f"`{name}`" if since == BEGINNING else f"`{name}` since {since}"
    for event_type, event_class in EVENT_TYPES.items():
        if any(isinstance(mark, Asks) and mark.rule == rule_id for _, mark in marks(event_class)):
            yield f"the form of `{event_type}`"


def _value(figure: FigureDefinition) -> str:
    numbers = [figure.default] if isinstance(figure.default, int) else figure.default
    return f"`{figure.name}`, {', '.join(map(str, numbers))} {figure.unit} from the beginning"


def _figures() -> Iterator[str]:
    yield _FIGURES
    for figure in DEFINITIONS.values():
        lines = [f"### {figure.name}", "", figure.says, ""]
        lines.append(f"- Value: {_value(figure)}; between {figure.minimum:,} and {figure.maximum:,}")
        lines.append(f"- Clause: `{figure.clause}` ({clause_text(figure.clause)})")
        users = [f"`{rule.id}`" for rule in RULES.values() if figure.name in rule.figures]
        if users:
            lines.append(f"- Used by: {', '.join(users)}")
        lines.extend(_shown([scenario for scenario in scenarios() if figure.name in scenario.figures]))
        yield "\n".join(lines) + "\n"


def _shown(showing: Sequence[Scenario]) -> Iterator[str]:
    if showing:
        yield "- Shown by:"
    for scenario in showing:
        yield f"  - {scenario.name} ([{scenario.file}](../tests/scenarios/{scenario.file}.yaml))"


if __name__ == "__main__":
    sys.stdout.write(page())
