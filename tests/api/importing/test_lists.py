"""Lists as files: what is exported can be imported without loss, changed lines are revisions, the others rejects."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exporting.lists import list_records
from api.importing.lists import ListImport
from api.importing.problems import ExportError
from api.importing.summary import Summary
from api.list_files import COLUMNS, FILES, read_cell, write_cell
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from projections.asking import Moment
from projections.recording import Submission
from projections.sheets import opportunity
from tests.api.importing.exports import read_csv
from tests.strategies.events import FLAT
from tests.strategies.lists import ONE_LINE, SOME_LINES, ledgers

ON = date(2026, 7, 1)
Event = dict[str, Any]

PARTY: Event = {"type": "party_registered", "effective_on": "2026-01-01",
                "data": {"party_id": "jane", "name": "Jane", "kind": "employee"}}  # fmt: skip
ACCOUNT: Event = {"type": "account_opened", "account_id": "acme", "effective_on": "2026-01-01",
                  "data": {"name": "Acme"}}  # fmt: skip


def deal(number: int = 1, **sheet: Any) -> Event:
    """An opportunity of acme."""
    data = {"opportunity_id": f"o-{number}", "name": f"Deal {number}", **sheet}
    return {"type": "opportunity_opened", "account_id": "acme", "effective_on": "2026-01-10", "data": data}


def record(ledger: RightsLedger, *events: Event) -> None:
    """Records events as one submission."""
    ledger.recorder.record(Submission(events=events, actor="tester"))


def export(ledger: RightsLedger, folder: Path) -> dict[str, bytes]:
    """All lists written into a folder; what they say, without what they were read from."""
    folder.mkdir(exist_ok=True)
    at = Moment(ON, ledger.read.head().position)
    for of in FILES:
        (folder / f"{of}.csv").write_bytes(b"".join(list_records(ledger.read, of, at)))
    return {of: told(folder / f"{of}.csv") for of in FILES}


def told(path: Path) -> bytes:
    """The bytes of a file whose last three columns are cut off."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row[:-3] for row in csv.reader(file)]
    written = path.with_suffix(".told")
    with written.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)
    return written.read_bytes()


def imported(ledger: RightsLedger, folder: Path, *, attested_by: str | None = None, batch_size: int = 4_000) -> Summary:
    """The folder imported on the day."""
    planned = ListImport(folder, on=ON, attested_by=attested_by)
    return planned.run(ledger.read, ledger.recorder, folder / "rejects.txt", batch_size=batch_size)


def reasons(folder: Path) -> list[str]:
    """Why lines were rejected."""
    return [row["reason"] for row in read_csv(folder / "rejects.txt")]


def change(folder: Path, file: str, at: int, **cells: str) -> None:
    """Writes other cells into a line of a file, as somebody does in a spreadsheet."""
    path = folder / f"{file}.csv"
    with path.open(newline="", encoding="utf-8") as read:
        rows = list(csv.DictReader(read))
    rows[at] |= cells
    with path.open("w", newline="", encoding="utf-8") as write:
        writer = csv.DictWriter(write, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@contextmanager
def fresh(template: Path) -> Iterator[tuple[RightsLedger, Path]]:
    """An empty ledger in a folder of its own."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copyfile(template, Path(place) / "ledger.db")
        with open_ledger(Settings(database_url=f"sqlite:///{place}/ledger.db"), today=lambda: ON) as opened:
            yield opened, Path(place)


@pytest.mark.sqlite
@settings(max_examples=40)
@given(told_ledger=ledgers())
def test_what_is_exported_is_imported_without_loss(sqlite_template: Path, told_ledger: list[Event]) -> None:
    """Into an empty ledger, whose files are then the same to the byte; and importing again records nothing."""
    with fresh(sqlite_template) as (first, here), fresh(sqlite_template) as (second, there):
        record(first, *told_ledger)
        files = export(first, here / "files")
        summary = imported(second, here / "files", attested_by="the first ledger", batch_size=2)
        assert (summary.rejected, reasons(here / "files")) == (0, [])
        assert export(second, there / "files") == files
        assert imported(second, here / "files", attested_by="the first ledger").recorded == 0
        assert imported(first, here / "files", attested_by="the first ledger").recorded == 0


@given(value=ONE_LINE | SOME_LINES)
def test_a_text_comes_back_from_its_cell(value: str) -> None:
    """And no cell is a formula to a spreadsheet."""
    cell = write_cell(value, "text")
    assert read_cell(cell, "text") == value
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(value=FLAT)
def test_attributes_come_back_from_their_cell(value: dict[str, Any]) -> None:
    """As JSON."""
    assert read_cell(write_cell(value, "json"), "json") == value


@given(value=st.dates() | st.booleans() | st.integers(0, 10**12))
def test_other_values_come_back_from_their_cells(value: Any) -> None:
    """Whatever their kind."""
    kind: Any = "flag" if isinstance(value, bool) else "number" if isinstance(value, int) else "date"
    assert read_cell(write_cell(value, kind), kind) == value


def test_a_changed_cell_is_a_revision_of_that_field_alone(ledger: RightsLedger, tmp_path: Path) -> None:
    """From the day of the import on; what was said before stays what it was."""
    record(ledger, PARTY, ACCOUNT, deal(1, amount="500.00", currency="USD", stage="Qualified", problem="Late."))
    export(ledger, tmp_path)
    change(tmp_path, "opportunities", 0, stage="Proposing", problem="", amount="750", capability_2="-quick")
    summary = imported(ledger, tmp_path)
    assert (summary.events, summary.rejected) == ({"opportunity_revised": 1}, 0)
    fact = ledger.read.history("acme")[-1]
    assert fact.event.data.model_dump(exclude_unset=True, mode="json") == {
        "opportunity_id": "o-1",
        "stage": "Proposing",
        "amount": "750",
        "currency": "USD",
        "problem": None,
        "capabilities": ["-quick"],
    }
    assert (fact.effective_on, fact.actor, fact.event.source) == (ON, "import:csv", "opportunities.csv#o-1")
    before = opportunity(ledger.read, "o-1", Moment(date(2026, 6, 30), fact.position))
    assert (before.sheet.stage, before.state.fields["problem"]) == ("Qualified", "Late.")


def test_only_the_columns_that_are_there_are_looked_at(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """A file of two columns changes one field."""
    record(sqlite_ledger, PARTY, ACCOUNT, deal(1, region="north", problem="Late."))
    (tmp_path / "opportunities.csv").write_text("opportunity_id,region\no-1,south\n")
    assert imported(sqlite_ledger, tmp_path).recorded == 1
    fact = sqlite_ledger.read.history("acme")[-1]
    assert fact.event.data.model_dump(exclude_unset=True) == {"opportunity_id": "o-1", "region": "south"}


def test_what_changed_since_is_rejected(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """A file is a copy of its moment: whoever changed the sheet meanwhile is not overwritten."""
    record(sqlite_ledger, PARTY, ACCOUNT, deal(1), deal(2))
    export(sqlite_ledger, tmp_path)
    revised = {"opportunity_id": "o-1", "region": "south"}
    record(
        sqlite_ledger,
        {"type": "opportunity_revised", "account_id": "acme", "effective_on": "2026-06-01", "data": revised},
    )
    change(tmp_path, "opportunities", 0, stage="Proposing")
    change(tmp_path, "opportunities", 1, stage="Proposing")
    summary = imported(sqlite_ledger, tmp_path)
    assert (summary.recorded, summary.rejected) == (1, 1)
    assert reasons(tmp_path) == [
        "it changed in the ledger since the file was written: at position 5, after 4; export it again"
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"manager": "omar"}, "manager can't be changed by a file: it changes by handover or reassignment"),
        ({"account_id": "beta"}, "account_id can't be changed by a file: it is said by its opening"),
        ({"opened_on": "2026-01-11"}, "opened_on can't be changed by a file: it is said by its opening"),
        ({"state": "lost"}, "no closed_because"),
        ({"state": "paused"}, "state 'paused' can't be reached from 'open' by a file; record what happened"),
        ({"state": "won"}, "what was won is recorded on somebody's authority only: say who attests it"),
        ({"probability": "100"}, "opportunity_revised/data/probability: SHEET: must be at most 99"),
        ({"stage": "Dreaming"}, "opportunity_revised/data/stage: SHEET: there is no stage 'Dreaming' on 2026-07-01;"),
        ({"amount": "1,000.00"}, "amount '1,000.00' is not an amount such as 48210.00"),
        ({"expected_close_on": "31.3.2026"}, "expected_close_on '31.3.2026' is not a date of the form YYYY-MM-DD"),
        ({"strategic": "yes"}, "strategic 'yes' is neither true nor false"),
        ({"attributes": "big"}, "attributes 'big' is not JSON"),
        ({"name": "Deal 2"}, "opportunity_revised/data/name: SHEET: is the name of another opportunity"),
        ({"opportunity_id": "o-2"}, "another line is about o-2 too"),
        ({"opportunity_id": ""}, "no opportunity_id"),
        (
            {"opportunity_id": "o-9", "account_id": "b"},
            "opportunity_opened/account_id: the ledger knows no account 'b'",
        ),
        ({"opportunity_id": "o-9", "name": ""}, "no name"),
    ],
)
def test_what_a_file_can_not_say_is_rejected(
    sqlite_ledger: RightsLedger, tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    """With the reason, and nothing of the line is recorded; the other line is."""
    data = {"opportunity_id": "o-1", "party_id": "jane", "authorized_by": "x", "skills": True, "resources": True}
    appointed = {**deal(1), "type": "opportunity_manager_appointed", "data": data}
    record(sqlite_ledger, PARTY, ACCOUNT, deal(2), deal(1), appointed)
    export(sqlite_ledger, tmp_path)
    change(tmp_path, "opportunities", 1, region="south")
    change(tmp_path, "opportunities", 0, **cells)
    if cells.get("opportunity_id") == "o-2":  # the line that came first is taken
        change(tmp_path, "opportunities", 0, region="south", name="Deal 2", manager="")
    summary = imported(sqlite_ledger, tmp_path)
    (told,) = reasons(tmp_path)
    assert told.startswith(reason)
    assert (summary.recorded, summary.rejected) == (1, 1)


def test_a_lost_line_loses_an_open_opportunity(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """With its reason, on its day; and it can't be opened again by a file."""
    record(sqlite_ledger, PARTY, ACCOUNT, deal(1))
    export(sqlite_ledger, tmp_path)
    change(tmp_path, "opportunities", 0, state="lost", closed_because="=Price", closed_on="2026-06-20")
    assert imported(sqlite_ledger, tmp_path).events == {"business_lost": 1}
    fact = sqlite_ledger.read.history("acme")[-1]
    assert (fact.effective_on, fact.event.data.model_dump()["reason"]) == (date(2026, 6, 20), "=Price")
    export(sqlite_ledger, tmp_path)
    change(tmp_path, "opportunities", 0, state="open")
    assert imported(sqlite_ledger, tmp_path).recorded == 0
    assert reasons(tmp_path) == [
        "state 'open' can't be reached from 'lost' by a file; record what happened as an event"
    ]


def test_accounts_are_renamed_elevated_and_merged(ledger: RightsLedger, tmp_path: Path) -> None:
    """A merger may name an account that comes only later in the file; what the opening said is not changed."""
    record(ledger, PARTY, ACCOUNT)
    export(ledger, tmp_path)
    change(tmp_path, "accounts", 0, name="Acme Holding", merged_into="zeta", major_since="2026-02-01")
    with (tmp_path / "accounts.csv").open("a") as file:
        file.write("zeta,Zeta,alpha,,2026-03-01,,,,,\r\nalpha,Alpha,,,2026-03-02,,,,,\r\n")
    summary = imported(ledger, tmp_path)
    assert summary.rejected == 0
    assert summary.events == {"account_opened": 2, "account_identity_changed": 2, "account_elevated": 1}
    assert imported(ledger, tmp_path).recorded == 0
    rows = read_csv_plain(export_of(ledger, tmp_path, "accounts"))
    assert [(one["account_id"], one["name"], one["parent_account_id"], one["merged_into"]) for one in rows] == [
        ("acme", "Acme Holding", "", "zeta"),
        ("alpha", "Alpha", "", ""),
        ("zeta", "Zeta", "alpha", ""),
    ]
    change(tmp_path, "accounts", 0, opened_on="2026-01-02")
    assert imported(ledger, tmp_path).recorded == 0
    assert reasons(tmp_path) == ["opened_on can't be changed by a file: it is said by its opening"]


def test_a_contact_alone_registers_its_party(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """On two accounts once; an employee can't be renamed by a list of contacts, nor be a contact."""
    record(sqlite_ledger, PARTY, ACCOUNT, {**ACCOUNT, "account_id": "beta"})
    (tmp_path / "contacts.csv").write_text(
        "account_id,party_id,name,role\nacme,nora,Nora,decides\nbeta,nora,Nora,uses\nacme,jane,Janet,\nbeta,jane,Jane,\n"
    )
    summary = imported(sqlite_ledger, tmp_path)
    assert summary.events == {"party_registered": 1, "contact_recorded": 2}
    renamed, employee = reasons(tmp_path)
    assert renamed == "name can't be changed by a file: it is that of a party registered as employee"
    assert employee.startswith("contact_recorded/data/party_id: VIEWS: is registered as employee")
    (tmp_path / "contacts.csv").write_text("account_id,party_id,name,role\nacme,nora,Nora Verne,decides\n")
    assert imported(sqlite_ledger, tmp_path).events == {"party_registered": 1}


def test_parties_are_described_anew_and_come_after_their_organisation(
    sqlite_ledger: RightsLedger, tmp_path: Path
) -> None:
    """In whatever order they stand; a circle is nobody's."""
    (tmp_path / "parties.csv").write_text(
        "party_id,name,kind,tier,member_of\nsven,Sven,employee,,south\nsouth,South,partner,co_sell,\n"
        "x,X,employee,,y\ny,Y,employee,,x\n"
    )
    summary = imported(sqlite_ledger, tmp_path)
    assert summary.events == {"party_registered": 2}
    assert sorted(reasons(tmp_path)) == ["the rows above 'x' go in a circle", "the rows above 'y' go in a circle"]
    (tmp_path / "parties.csv").write_text("party_id,tier\nsouth,reseller\n")
    assert imported(sqlite_ledger, tmp_path).events == {"party_registered": 1}
    fact = sqlite_ledger.read.history(None)[-1]
    assert fact.event.data.model_dump(exclude_none=True) == {
        "party_id": "south",
        "name": "South",
        "kind": "partner",
        "tier": "reseller",
    }


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("others.csv", "a\n", "has none of parties.csv, accounts.csv, contacts.csv, leads.csv, opportunities.csv"),
        ("accounts.csv", "account_id,colour\n", "has a column 'colour'"),
        ("contacts.csv", "account_id\n", "has no column 'party_id', which tells its lines apart"),
        ("accounts.csv", "", "is empty"),
    ],
)
def test_files_that_are_not_lists_are_refused(tmp_path: Path, file: str, text: str, message: str) -> None:
    """Before anything is recorded."""
    (tmp_path / file).write_text(text)
    with pytest.raises(ExportError, match=message):
        ListImport(tmp_path, on=ON)


def test_rejects_are_not_written_over_what_is_read(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """Whatever it is called."""
    (tmp_path / "accounts.csv").write_text("account_id\n")
    with pytest.raises(ExportError, match="name another file"):
        ListImport(tmp_path, on=ON).run(sqlite_ledger.read, sqlite_ledger.recorder, tmp_path / "accounts.csv")


def test_every_file_has_columns_of_its_own_names() -> None:
    """And none that is called like what it was read from."""
    for columns in COLUMNS.values():
        names = [column.name for column in columns]
        assert len({*names, "on", "position", "read_at"}) == len(names) + 3


def export_of(ledger: RightsLedger, folder: Path, of: str) -> Path:
    """One list written."""
    export(ledger, folder)
    return folder / f"{of}.csv"


def read_csv_plain(path: Path) -> list[dict[str, str]]:
    """The lines of a file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_lead_is_said_anew_judged_and_converted(ledger: RightsLedger, tmp_path: Path) -> None:
    """From a file: more is known of it, it is qualified, and the opportunity it became stands in another file."""
    captured = {"lead_id": "l-1", "name": "Ada", "attributes": {"size": 5}}
    record(ledger, PARTY, ACCOUNT, {"type": "lead_captured", "effective_on": "2026-02-01", "data": captured})
    export(ledger, tmp_path)
    change(tmp_path, "leads", 0, email="ada@acme.example", responsible="jane", state="qualified", criteria='["budget"]')
    summary = imported(ledger, tmp_path)
    assert summary.events == {"lead_captured": 1, "lead_assigned": 1, "lead_qualified": 1}
    export(ledger, tmp_path)
    change(tmp_path, "leads", 0, state="converted", opportunity_id="o-1", account_id="acme", state_since="")
    (tmp_path / "opportunities.csv").write_text("opportunity_id,account_id,name,lead_id\no-1,acme,Deal,l-1\n")
    summary = imported(ledger, tmp_path)
    assert (summary.events, summary.rejected) == ({"opportunity_opened": 1, "lead_converted": 1}, 0)
    assert imported(ledger, tmp_path).recorded == 0
    export(ledger, tmp_path)
    change(tmp_path, "leads", 0, account_id="beta")
    assert imported(ledger, tmp_path).recorded == 0
    assert reasons(tmp_path) == ["account_id can't be changed by a file: it is said by what made the lead known"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": ""}, "name can't be changed by a file: it was said of the lead, and a lead forgets nothing"),
        ({"attributes": "{}"}, "attributes can't be changed by a file: it holds more than the file says"),
        ({"began_on": "2026-01-31"}, "began_on can't be changed by a file"),
        ({"state": "worked"}, "state 'worked' can't be reached from 'captured' by a file"),
        ({"state": "disqualified"}, "lead_disqualified/data/reason: LEAD: a lead is disqualified for a reason"),
        ({"state": "converted"}, "no opportunity_id"),
        ({"responsible": "omar"}, "lead_assigned/data/party_id: the ledger knows no party 'omar'"),
    ],
)
def test_what_a_file_can_not_say_of_a_lead_is_rejected(
    sqlite_ledger: RightsLedger, tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    """And nothing of it is recorded."""
    captured = {"lead_id": "l-1", "name": "Ada", "attributes": {"size": 5}}
    record(sqlite_ledger, PARTY, ACCOUNT, {"type": "lead_captured", "effective_on": "2026-02-01", "data": captured})
    export(sqlite_ledger, tmp_path)
    change(tmp_path, "leads", 0, **cells)
    summary = imported(sqlite_ledger, tmp_path)
    (told,) = reasons(tmp_path)
    assert told.startswith(reason)
    assert (summary.recorded, summary.rejected) == (0, 1)
