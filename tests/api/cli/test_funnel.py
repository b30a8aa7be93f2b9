"""The funnel on the command line, and what deserves attention: for people and as JSON."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import award, beginning, claim, event
from tests.api.importing.exports import ROOT, SMALL

PAGE = ROOT / "docs" / "how-to" / "read-the-funnel.md"


@pytest.fixture
def told(sqlite_ledger: Ledger) -> Ledger:
    """One opportunity in Proposing since 1 February, worth 48,210.00 USD at 60 %."""
    fields = {"stage": "Proposing", "probability": 60, "region": "North"}
    recorded(
        sqlite_ledger,
        *beginning(),
        *claim(),
        event("opportunity_revised", on="2026-02-01", opportunity_id="opp-1", **fields),
    )
    return sqlite_ledger


def test_the_funnel_with_bars(told: Ledger) -> None:
    """A bar for each stage, value and weight beside it."""
    said = told("funnel", "--on", "2026-04-02", "--by", "manager")
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines()]
    assert ["Proposing", "1", "█" * 30, "48210.00", "USD", "28926.00", "USD"] in lines
    assert ["jane", "1", "█" * 30, "48210.00", "USD", "28926.00", "USD"] in lines
    assert ["Closing", "0"] in lines
    assert ["together", "1", "48210.00", "USD", "28926.00", "USD"] in lines
    before = told("funnel", "--on", "2026-04-02", "--known-at", "9", "--json").json
    assert before["values"] == [
        {"currency": "USD", "count": 1, "amount": "48210.00", "weighted": "0.00", "unweighted": 1}
    ]
    assert "no probability" in told("funnel", "--on", "2026-04-02", "--known-at", "9").out
    assert told("funnel", "--region", "South", "--json").json["count"] == 0


def test_parts_that_are_left_out_are_counted(told: Ledger) -> None:
    """By --limit."""
    recorded(told, event("opportunity_opened", opportunity_id="opp-2", name="Spares"))
    said = told("funnel", "--by", "manager", "--limit", "1", "--on", "2026-04-02")
    assert "1 more: --limit shows more of them." in said.out
    assert said.out.count("jane") + said.out.count("none") == 1


def test_the_progress_of_a_period(told: Ledger) -> None:
    """With --from; until a month later unless --until says otherwise."""
    recorded(
        told, event("opportunity_revised", on="2026-02-10", opportunity_id="opp-1", expected_close_on="2026-04-10")
    )
    recorded(told, event("business_lost", on="2026-02-21", opportunity_id="opp-1", reason="price"))
    said = told("funnel", "--from", "2026-02-01")
    assert "Progress from 2026-02-01 until 2026-03-01" in said.out
    assert ["lost", "1", "48210.00", "USD"] in [line.split() for line in said.out.splitlines()]
    assert "Expected closes put off: 1, of 1 opportunities, by 10 days together." in said.out
    told_json = told("funnel", "--from", "2026-02-01", "--until", "2026-02-21", "--json").json
    assert (told_json["until"], told_json["lost"]["count"], told_json["open_at_end"]) == ("2026-02-21", 0, 1)


@pytest.mark.parametrize(
    "options",
    [
        ("--until", "2026-04-01"),
        ("--from", "2026-04-01", "--until", "2026-04-01"),
        ("--from", "2026-04-01", "--by", "manager"),
        ("--closing-from", "2026-04-01", "--closing-until", "2026-03-01"),
        ("--by", "moon"),
    ],
)
def test_what_makes_no_sense_is_refused(told: Ledger, options: tuple[str, ...]) -> None:
    """Exit code 2."""
    assert told("funnel", *options).code == 2


def test_attention_and_exceptions(told: Ledger) -> None:
    """A line about each opportunity, and one for each reason, an exception marked."""
    said = told("attention", "--on", "2026-04-02")
    assert said.out.splitlines()[0].startswith("opp-1  The opp-1  (acme, jane, 48210.00 USD, in Proposing)")
    assert "  ! Expected to close by 31 March 2026, 2 days ago." in said.out
    assert "    In Proposing for 60 days, since 1 February 2026; not moving after 45." in said.out
    off = told("exceptions", "--on", "2026-04-02")
    assert "  ! Expected to close by 31 March 2026, 2 days ago." in off.out
    assert "not moving" not in off.out
    page = told("attention", "--reason", "not_moving", "--on", "2026-04-02", "--json").json
    assert [[one["reason"] for one in item["reasons"]] for item in page["items"]] == [["not_moving"]]
    assert told("exceptions", "--on", "2026-01-20").out == "Nothing is off on 2026-01-20.\n"
    assert told("attention", "--on", "2026-01-04").out == "Nothing deserves attention on 2026-01-04.\n"
    assert told("exceptions", "--manager", "nobody").code == 2


def test_what_is_won_and_falls_short_is_off(told: Ledger) -> None:
    """It says that it is won, and by how much it falls short."""
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25"},
        {"criterion": "order", "kind": "date", "by": "2026-06-30"},
    ]
    recorded(
        told,
        event("outcome_stated", on="2026-02-02", opportunity_id="opp-1", says="25 by June.", criteria=criteria),
        award("2026-03-20"),
        event("outcome_measured", on="2026-05-04", opportunity_id="opp-1", criterion="units", value="20"),
    )
    lines = told("exceptions", "--on", "2026-06-01").out.splitlines()
    assert lines[0].startswith("opp-1  The opp-1  (acme, jane, ")
    assert lines[0].endswith(" USD, won)")
    assert lines[1:] == ["  ! units: 20 instead of 25, short by 5."]


def test_the_how_to_can_be_followed(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Every command of the page works on the small export, and has something to tell."""
    done = sqlite_ledger("import", "crm", "--mapping", SMALL / "mapping.toml", "--rejects", tmp_path / "no.csv", SMALL)
    assert done.code in (0, 1), done.err
    commands = re.findall(r"^\$ ledger (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) >= 10
    told = {command: sqlite_ledger(*shlex.split(command)) for command in commands}
    assert [command for command, said in told.items() if said.code != 0 or len(said.out.splitlines()) < 2] == []
    assert len({said.out for said in told.values()}) == len(told)
