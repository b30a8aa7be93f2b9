"""Lists on the command line: views and the home list, files out and in again."""

import json
from pathlib import Path
from typing import Any

from tests.api.cli.conftest import Ledger
from tests.api.http.story import account, appointment, beginning, event, opportunity, party


def story(ledger: Ledger) -> None:
    """Two opportunities of jane's, a contact, and a view."""
    said = {"opportunity_id": "opp-1", "amount": "200000.00", "currency": "USD", "expected_close_on": "2026-03-31"}
    view = {
        "view_id": "soon",
        "of": "opportunities",
        "name": "Soon",
        "shared": True,
        "columns": ["name", "amount", "strategic"],
        "filters": [{"field": "manager", "op": "in", "value": ["jane", "omar"]}],
        "sort": [{"field": "amount", "descending": True}],
    }
    events: list[dict[str, Any]] = [
        *beginning(), account("bolt"), opportunity(), opportunity("opp-2", "bolt"), appointment(),
        appointment(opportunity_id="opp-2", account_id="bolt"), event("opportunity_revised", on="2026-01-20", **said),
        party("nora", "contact"), event("contact_recorded", party_id="nora", phone="+49 30 1"),
        event("list_view_saved", None, "2026-01-20", **view),
    ]  # fmt: skip
    assert ledger("migrate").code == 0
    assert ledger("events", "record", "-", typed=json.dumps({"events": events})).code == 0


def test_views_are_listed_shown_and_run(ledger: Ledger, tmp_path: Path) -> None:
    """As a table, as JSON as over HTTP, and as a file in the view's columns."""
    story(ledger)
    assert "soon opportunities Soon cli:" in " ".join(ledger("views", "list").out.split())
    assert ledger("views", "list", "--of", "accounts").out.startswith("There is no view on ")
    told = ledger("views", "show", "soon").out.splitlines()
    assert told[1:] == [
        "columns  name, amount, strategic",
        "filter   manager in jane, omar",
        "sort     amount, descending",
    ]
    shown = ledger("views", "run", "soon", "--on", "2026-03-15").out.splitlines()
    assert [line.split() for line in shown] == [
        ["name", "amount", "strategic"],
        ["The", "opp-1", "200000.00", "false"],
        ["The", "opp-2", "false"],
    ]
    page = ledger("views", "run", "soon", "--limit", 1, "--json").json
    assert [one["opportunity_id"] for one in page["items"]] == ["opp-1"]
    page = ledger("views", "run", "soon", "--limit", 1, "--after", page["next"], "--json").json
    assert ([one["opportunity_id"] for one in page["items"]], page["next"]) == (["opp-2"], None)
    file = tmp_path / "soon.csv"
    assert ledger("views", "run", "soon", "--on", "2026-03-15", "--csv", file).code == 0
    head, *lines = file.read_text().splitlines()
    assert head == "name,amount,strategic,on,position,read_at"
    assert [line.rsplit(",", 2)[0] for line in lines] == [
        "The opp-1,200000.00,false,2026-03-15",
        "The opp-2,,false,2026-03-15",
    ]
    unknown = ledger("views", "show", "none")
    assert (unknown.code, "`ledger views list` lists the views." in unknown.err) == (2, True)
    assert ledger("views", "run", "soon", "--after", "nowhere").code == 2


def test_the_home_list(sqlite_ledger: Ledger) -> None:
    """What waits, and why."""
    story(sqlite_ledger)
    told = sqlite_ledger("home", "jane", "--on", "2026-04-02").out
    assert "overdue 2026-03-31 opp-1" in " ".join(told.split())
    assert "It was expected to close on 2026-03-31, 2 days ago." in told
    assert sqlite_ledger("home", "north").out.startswith("Nothing waits for north on ")
    assert [one["overdue"] for one in sqlite_ledger("home", "jane", "--on", "2026-03-31", "--json").json["items"]] == [
        False
    ]
    assert sqlite_ledger("home", "nobody").code == 2


def test_lists_go_out_and_come_in_again(ledger: Ledger, tmp_path: Path) -> None:
    """Nothing is new in what was just written; a line that was changed is a revision; a bad one is a reject."""
    story(ledger)
    folder = tmp_path / "out"
    folder.mkdir()
    for of in ("parties", "accounts", "contacts", "leads", "opportunities"):
        said = ledger("export", of, folder / f"{of}.csv", "--on", "2026-03-15")
        assert (said.code, f"{of}.csv is written: {of} on 2026-03-15" in said.err) == (0, True)
    assert "Nothing new" in ledger("import", "csv", folder, "--on", "2026-03-15").out
    file = folder / "opportunities.csv"
    file.write_text(file.read_text().replace("The opp-1", "The first").replace("The opp-2", ""), newline="")
    said = ledger("import", "csv", folder, "--on", "2026-03-15", "--strict", "--json")
    assert (said.code, said.json["events"]) == (1, {"opportunity_revised": 1})
    assert said.json["rejects"] == {"opportunity_revised/data/name: SHEET: can't be emptied": 1}
    shown = ledger("export", "opportunities", folder / "soon.csv", "--view", "soon", "--on", "2026-03-15")
    assert shown.code == 0
    assert ledger("export", "accounts", folder / "x.csv", "--view", "soon").code == 2
    assert ledger("export", "accounts", tmp_path / "none" / "x.csv").code == 2
