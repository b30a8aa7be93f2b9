"""`ledger scheduler --once`: what is due by a day, recorded and shown."""

from __future__ import annotations

from datetime import date

import pytest

from tests.api.cli.conftest import Ledger, recorded
from tests.projections.facts import opportunity, stage


def test_once_records_and_shows(ledger: Ledger) -> None:
    """A table of what was recorded; nothing the second time; the lapse on a later day."""
    recorded(ledger, *stage(), *opportunity("opp-1", "jane", "x"))
    first = ledger("scheduler", "--once", "--on", "2024-05-25")
    assert first.code == 0
    lines = [line.split() for line in first.out.splitlines()]
    assert lines[1:3] == [
        ["2024-04-30", "grace_warning_issued", "acme", "x", "opp-1", "2024-05-30"],
        ["2024-05-23", "grace_warning_issued", "acme", "x", "opp-1", "2024-05-30"],
    ]
    assert first.out.endswith("Recorded 2 notices by 2024-05-25.\n")
    assert ledger("scheduler", "--once", "--on", "2024-05-25").out == "Nothing new to announce by 2024-05-25.\n"
    said = ledger("scheduler", "--once", "--json").json
    assert (said["recorded"], said["refused"], said["whole"]) == ({"rights_lapsed": 1}, 0, True)
    assert [one["data"]["deadline_on"] for one in said["items"]] == ["2024-05-30"]
    assert ledger("verify").code == 0


def test_a_day_to_come_is_refused(sqlite_ledger: Ledger) -> None:
    """A notice says what has come about."""
    ahead = date.today().replace(year=date.today().year + 2, day=1)  # noqa: DTZ011
    said = sqlite_ledger("scheduler", "--once", "--on", ahead)
    assert (said.code, "still to come" in said.err) == (2, True)


@pytest.mark.parametrize("option", [("--on", "2024-05-25"), ("--json",)])
def test_what_goes_with_once(sqlite_ledger: Ledger, option: tuple[str, ...]) -> None:
    """A scheduler that runs on has no day of its own."""
    said = sqlite_ledger("scheduler", *option)
    assert (said.code, "--once" in said.err) == (2, True)


def test_there_must_be_a_ledger(typed: Ledger) -> None:
    """Once, from cron, makes none by mistake."""
    said = typed("scheduler", "--once", "--database-url", "sqlite:///mistyped.db")
    assert (said.code, "`ledger migrate` makes one" in said.err) == (3, True)
