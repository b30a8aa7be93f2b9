"""The rule book holds every rule of the specification, and nothing stands in the code that it does not know."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledger.events.base import Asks
from ledger.events.catalogue import EVENT_TYPES
from ledger.events.marks import marks
from policies import account, calling, checks, funnel, funnel_progress, obligations, selection
from policies.figures import DEFINITIONS
from policies.rulebook import BEGINNING, RULES, Rule, Versions, clause_text, functions_of, rule
from policies.rulebook_text import OPEN, RULE_TEXTS, SOURCES
from policies.sentences import KNOWN_SENTENCES

REACHED = (account, calling, checks, funnel, funnel_progress, obligations, selection)
"""The modules through which every rule function is reached: a function is registered once its module is imported."""

ROOT = Path(__file__).parents[2]
SPECIFICATION = ROOT.parent / "shared" / "design" / "rules-of-engagement.md"
MODULES = sorted((ROOT / "policies").glob("*.py"))

RULE_IDS = [
    "OM-ONE",
    "OM-QUALIFIED",
    "OM-TIMED",
    "OM-ESTABLISHED",
    "OM-FORECAST-ONLY",
    "OM-ANCHOR",
    "OM-GRACE",
    "OM-LAPSED",
    "OM-WON",
    "OM-LATE-AWARD",
    "OM-ABANDON",
    "OM-QUEUE",
    "OM-NOT-ACCOUNT",
    "MAM-MAJOR",
    "MAM-PARTNER",
    "MAM-IN-CHARGE",
    "MAM-ELEVATED",
    "MAM-SETTLE",
    "GROWTH",
    "HANDOVER",
    "REASSIGN",
    "SHARE",
    "SHARE-MAM",
    "PRIME",
    "CO-SELL",
    "CO-SELL-COPIES",
    "CO-SELL-HANDS-OFF",
    "CALL-MAM",
    "CALL-OM",
    "CALL-CO-SELL",
    "CALL-PRIME",
    "CALL-TEAMING",
    "CALL-UNSHARED",
    "CALL-RESERVED",
    "CALL-QUEUED",
    "CALL-MAM-AGREEMENT",
    "CALL-GROWTH",
    "CALL-PARTNER-FREE",
    "CALL-GROWTH-AGREEMENT",
    "CALL-AFTER-LAPSE",
    "CALL-BEYOND-FORECAST",
    "CALL-OPEN",
    "CALL-CO-SELL-RENEWAL",
    "CALL-HANDS-OFF",
    "CALL-RENEWAL",
    "CALL-RENEWAL-RESERVED",
    "RESIDUAL",
    "RESIDUAL-BASE",
    "RESIDUAL-SHARE",
    "RESIDUAL-EXACT",
    "RESIDUAL-NOBODY",
    "PERIOD",
    "LEAD",
    "SHEET",
    "OUTCOME",
    "TEAM",
    "SELECT",
    "REVIEW",
    "ASSESS",
    "KEY-PLAYERS",
    "CLOSE-PLAN",
    "FUNNEL",
    "VIEWS",
]
"""Every rule id of the specification, in its order."""

PARAGRAPHS = {"prism": 6, "ceo": 9, "guide": 75, "exception": 12, "manual": 44}
"""How many paragraphs each source has, by the counting rule in docs/rule-book.md."""

FORM_ONLY = frozenset({"OM-TIMED"})
"""Rules carried out by the form of an event alone: without it there is no fact to judge."""


def test_the_book_holds_every_rule_in_order() -> None:
    """Each id once, none missing, none invented."""
    assert [text.id for text in RULE_TEXTS] == RULE_IDS


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the specification is not beside the repository")
def test_the_ids_are_those_of_the_specification() -> None:
    """The first cells of its tables, and the verdicts of its section 7."""
    text = SPECIFICATION.read_text(encoding="utf-8")
    tables = re.findall(r"^\| ([A-Z][A-Z-]+) \|", text, re.MULTILINE)
    calls = dict.fromkeys(re.findall(r"`(CALL-[A-Z-]+)`", text))
    assert [rule_id for rule_id in RULE_IDS if not rule_id.startswith("CALL-")] == tables
    assert {rule_id for rule_id in RULE_IDS if rule_id.startswith("CALL-")} == calls.keys()


def _asked_by_a_form(rule_id: str) -> bool:
    return any(
        isinstance(mark, Asks) and mark.rule == rule_id for each in EVENT_TYPES.values() for _, mark in marks(each)
    )


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_a_rule_is_carried_out_or_open(rule_id: str) -> None:
    """Never both, never neither; the one that needs no function is asked for by the form of an event."""
    if rule_id in FORM_ONLY:
        assert (functions_of(rule_id), _asked_by_a_form(rule_id), rule_id in OPEN) == ([], True, False)
    else:
        assert bool(functions_of(rule_id)) is (rule_id not in OPEN)
    assert RULES[rule_id].status == ("open" if rule_id in OPEN else "implemented")


def test_nothing_open_is_unknown() -> None:
    """The list of open rules names rules."""
    assert set(RULE_IDS) >= OPEN


@pytest.mark.parametrize("book", RULES.values(), ids=RULES)
def test_a_rule_says_what_it_means_and_where_it_stands(book: Rule) -> None:
    """Its clauses are paragraphs that the sources have, its figures are defined; without a clause it is decided."""
    assert book.title
    assert book.says.endswith(".")
    assert re.match(r"([3-9]|1[01]) [A-Z]", book.section)
    assert set(book.figures) <= DEFINITIONS.keys()
    assert book.clause == (book.clauses[0] if book.clauses else "decided")
    for clause in (*book.clauses, *(DEFINITIONS[name].clause for name in book.figures)):
        source, paragraph = clause.split(".")
        assert 1 < int(paragraph) <= PARAGRAPHS[source]


def test_a_clause_in_words() -> None:
    """Which document, which paragraph."""
    assert clause_text("prism.4") == "Opportunity Manager for point sales, paragraph 4"
    assert clause_text("decided") == "Decided by the specification"
    assert {*PARAGRAPHS, "decided"} == SOURCES.keys()


def test_the_figure_of_the_grace_period_cites_its_paragraph() -> None:
    """The contract's own example."""
    assert RULES["OM-GRACE"].clause == "prism.4"
    assert DEFINITIONS["grace_days"].clause == "prism.4"


# ---- dated versions --------------------------------------------------------------------------------------------------


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, Versions]:
    """A register of rule functions for one test."""
    functions: dict[str, Versions] = {}
    monkeypatch.setattr("policies.rulebook.FUNCTIONS", functions)
    return functions


def test_a_new_version_of_a_clause_is_a_function_beside_the_old(registry: dict[str, Versions]) -> None:
    """`on` gives the version in force on a day, a plain call the newest, whatever the order of writing."""

    @rule("OM-GRACE", "OM-ANCHOR", since=date(2026, 7, 1))
    def patience() -> str:
        return "second"

    @rule("OM-GRACE", "OM-ANCHOR")
    def patience() -> str:  # noqa: F811 - that is how a version is written
        return "first"

    days = (date.min, date(2026, 6, 30), date(2026, 7, 1), date.max)
    assert [patience.on(day)() for day in days] == ["first", "first", "second", "second"]
    assert patience() == "second"
    assert functions_of("OM-GRACE") == functions_of("OM-ANCHOR") == [f"{__name__}.patience"]
    assert functions_of("OM-WON") == []
    assert [versions.starts for versions in registry.values()] == [[BEGINNING, date(2026, 7, 1)]]


def test_functions_of_one_name_in_two_modules_are_two(registry: dict[str, Versions]) -> None:
    """They are known by module and name."""

    def patience() -> int:
        return 1

    rule("OM-GRACE")(patience)
    patience.__module__ = "elsewhere"
    rule("OM-GRACE")(patience)
    assert functions_of("OM-GRACE") == ["elsewhere.patience", f"{__name__}.patience"]


def test_before_the_first_version_the_first_holds() -> None:
    """No day is without a rule."""
    versions = Versions(("OM-GRACE",))
    versions.add(date(2026, 1, 1), lambda: 1)
    assert versions.on(date(2025, 12, 31))() == 1
    versions.add(date(2026, 2, 1), lambda: 2)
    days = (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1))
    assert [versions.on(day)() for day in days] == [1, 1, 2]


def test_two_versions_cannot_begin_on_one_day() -> None:
    """It would be open which one holds."""
    versions = Versions(("OM-GRACE",))
    versions.add(date(2026, 1, 1), len)
    with pytest.raises(ValueError, match=r"^len has two versions from 2026-01-01$"):
        versions.add(date(2026, 1, 1), len)


def test_a_rule_that_the_book_does_not_know_cannot_be_carried_out() -> None:
    """The import fails."""
    with pytest.raises(KeyError, match="'the rule book has no rule OM-NEW'"):
        rule("OM-GRACE", "OM-NEW")


# ---- what stands in the code -----------------------------------------------------------------------------------------


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _nodes(tree: ast.AST, *, without: tuple[str, ...] = ()) -> Iterator[ast.AST]:
    """The nodes of a tree, leaving out decorators and calls of the functions named."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in without:
            continue
        yield node
        left_out = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        waiting.extend(child for child in ast.iter_child_nodes(node) if child not in left_out)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_rule_that_a_reason_can_cite_has_a_sentence(path: Path) -> None:
    """Every rule id that stands in a function, except where it only refuses."""
    if path.stem in {"rulebook_text", "rulebook_scenarios", "sentences"}:
        return
    cited = {
        node.value
        for node in _nodes(_tree(path), without=("Refused",))
        if isinstance(node, ast.Constant) and node.value in RULES
    }
    assert cited - KNOWN_SENTENCES == set()


def test_a_sentence_is_of_a_rule() -> None:
    """No sentence for a rule that is not in the book."""
    assert RULES.keys() >= KNOWN_SENTENCES


CALENDAR = ("days", "plus_months")
"""The one function that counts months of a year."""

FIGURES = ("FigureDefinition", "DEFINITIONS")
"""Where the figures and their bounds are stated."""


def _allowed(module: str, node: ast.AST) -> bool:
    """What may hold a number: the calendar, the figures themselves, an index, and 2**63, past every position."""
    if isinstance(node, ast.FunctionDef):
        return (module, node.name) == CALENDAR
    if isinstance(node, ast.ClassDef):
        return module == "figures" and node.name in FIGURES
    if isinstance(node, ast.AnnAssign):
        return module == "figures" and ast.unparse(node.target) in FIGURES
    return ast.unparse(node) == "2 ** 63" if isinstance(node, ast.BinOp) else isinstance(node, ast.Slice)


def _numbers(module: str, node: ast.AST) -> Iterator[str]:
    if _allowed(module, node):
        return
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1):
        yield f"{module}:{node.lineno}: {node.value}"
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Subscript) and child is node.slice and isinstance(child, ast.Constant):
            continue
        yield from _numbers(module, child)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_figure_stands_in_the_code(path: Path) -> None:
    """Nothing but 0, 1 and -1: what the rules count with has a name, a date and a clause."""
    assert list(_numbers(path.stem, _tree(path))) == []


def test_a_figure_in_the_code_would_be_found() -> None:
    """The test above sees what it is for."""
    tree = ast.parse("def deadline(day):\n    return plus_days(day, 90)[0:2], known[5], 2 ** 63, -1")
    assert list(_numbers("claims", tree)) == ["claims:2: 90"]
