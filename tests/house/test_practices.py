"""The table of practices: every name in it is there, and every event of the sheet has a place in it."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.events.catalogue import EVENT_TYPES
from policies.rulebook_text import SOURCES
from tests.api.http.server import document

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "practices.md"

ROW = re.compile(r"^\| (\w+\.\d+) \| [^|]+ \| ([^|]+) \| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)

NO_PRACTICE = frozenset(
    {
        *(name for name in EVENT_TYPES if name.startswith(("dispute_", "revenue_share_"))),
        *("party_registered", "account_identity_changed", "major_account_manager_released", "partner_released"),
        *("event_retracted", "policy_figure_set", "period_closed", "contract_ended", "grace_warning_issued"),
        *("rights_revived", "contact_recorded"),
    }
)
"""Types that the documents say nothing about: how facts are kept, corrected and argued, and what follows from rules."""


class Practice(NamedTuple):
    """A row of the table."""

    clause: str
    events: tuple[str, ...]
    question: str
    test: str


@cache
def practices() -> tuple[Practice, ...]:
    """The rows of the table."""
    rows = re.findall(
        r"^\| (\w+\.\d+) \| (?:[^|]+) \| ([^|]+) \| `([^`]+)` \| `([^`]+)` \|$", PAGE.read_text(), re.MULTILINE
    )
    return tuple(
        Practice(clause, tuple(re.findall(r"`(\w+)`", events)), path, test) for clause, events, path, test in rows
    )


@cache
def paths() -> frozenset[str]:
    """The paths that the service answers."""
    return frozenset(document()["paths"])


def test_every_row_is_read() -> None:
    """No row is left out for its form."""
    table = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \w+\.\d", line)]
    assert len(table) == len(practices()) > 50


@pytest.mark.parametrize("row", practices(), ids=lambda row: row.clause)
def test_a_practice_has_its_place(row: Practice) -> None:
    """Its events can be recorded, its question can be asked, its test is there, its clause is one of a source."""
    assert row.events
    assert set(row.events) <= EVENT_TYPES.keys()
    assert row.question in paths()
    assert (ROOT / row.test).is_file()
    assert row.clause.partition(".")[0] in SOURCES


def test_every_type_of_event_has_a_practice() -> None:
    """But for those that the documents say nothing about."""
    told = {event for row in practices() for event in row.events}
    assert EVENT_TYPES.keys() - told - NO_PRACTICE == set()


def test_every_source_is_covered() -> None:
    """All five documents."""
    assert {row.clause.partition(".")[0] for row in practices()} == SOURCES.keys() - {"decided"}
