"""Exports shaped like those of Salesforce, HubSpot and vtiger: the examples are imported whole, and say what is so."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.importing.crm import CrmImport
from api.importing.summary import Summary
from api.wiring import RightsLedger
from policies.home import Pending
from projections.asking import Moment
from projections.home import home
from projections.list_details import detailed
from projections.recording import Submission
from tests.api.importing.exports import EXAMPLES

ON = date(2026, 6, 15)


def imported(ledger: RightsLedger, product: str, rejects: Path) -> Summary:
    """The example of a product, its stages configured first if it has its own."""
    folder = EXAMPLES / product
    stages = folder / "stages.json"
    if stages.exists():
        events = json.loads(stages.read_text(encoding="utf-8"))["events"]
        ledger.recorder.record(Submission(events=events, actor="tester"))
    planned = CrmImport(folder / "mapping.toml", folder)
    summary = planned.run(ledger.read, ledger.recorder, rejects)
    again = planned.run(ledger.read, ledger.recorder, rejects)
    assert (summary.rejected, summary.reasons, again.recorded, again.rejected) == (0, {}, 0, 0)
    return summary


def lines(ledger: RightsLedger, of: str, *columns: str) -> list[tuple[Any, ...]]:
    """A list on the day, in these columns."""
    at = Moment(ON, ledger.read.head().position)
    return [tuple(str(one[name] or "") for name in columns) for one in detailed(ledger.read, of, at)]


def waiting(ledger: RightsLedger, party_id: str) -> list[Pending]:
    """The home list of a party on the day."""
    return home(ledger.read, party_id, Moment(ON, ledger.read.head().position))


@pytest.fixture
def rejects(tmp_path: Path) -> Path:
    """Where rejects would go."""
    return tmp_path / "rejects.csv"


def test_salesforce(ledger: RightsLedger, rejects: Path) -> None:
    """A parent after its child in the file; a converted lead leads to its opportunity; stages are the ledger's own."""
    imported(ledger, "salesforce", rejects)
    assert lines(ledger, "accounts", "account_id", "name", "parent_account_id", "opened_on") == [
        ("0015g00000BBB01", "Norrland Timber", "", "2025-11-03"),
        ("0015g00000BBB02", "Norrland Timber - Sawmills", "0015g00000BBB01", "2025-11-03"),
        ("0015g00000BBB03", "Quarry & Sons, Ltd.", "", "2025-12-15"),
    ]
    assert lines(ledger, "contacts", "party_id", "name", "title", "email") == [
        ("0035g00000CCC01", "Signe Lund", "Head of Production", "signe.lund@norrland.example"),
        ("0035g00000CCC02", "Ambrose Quarry", "Owner", ""),
    ]
    assert lines(ledger, "leads", "lead_id", "state", "opportunity_id") == [
        ("00Q5g00000DDD01", "captured", ""),
        ("00Q5g00000DDD02", "converted", "0065g00000EEE03"),
        ("00Q5g00000DDD03", "disqualified", ""),
    ]
    columns = ("opportunity_id", "state", "stage", "amount", "probability", "lead_id", "next_milestone")
    assert sorted(lines(ledger, "opportunities", *columns)) == [
        ("0065g00000EEE01", "open", "Proposing", "48210.00", "75", "", 'Send the "final" quote'),
        ("0065g00000EEE02", "won", "Closing", "7200.00", "100", "", ""),
        ("0065g00000EEE03", "open", "Qualified", "", "10", "00Q5g00000DDD02", ""),
        ("0065g00000EEE04", "lost", "Closing", "3100.50", "", "", ""),
    ]
    assert [one.sheet.name for one in waiting(ledger, "0055g00000AAA01")] == ["Norrland Timber - scanners 2026"]


def test_hubspot(ledger: RightsLedger, rejects: Path) -> None:
    """Contacts with a company are its contacts, those without are leads if they are called so."""
    imported(ledger, "hubspot", rejects)
    assert lines(ledger, "accounts", "account_id", "parent_account_id") == [
        ("9100000001", ""),
        ("9100000002", "9100000001"),
    ]
    assert lines(ledger, "contacts", "party_id", "name", "phone") == [("contact-501", "Maeve Doyle", "+353 1 555 0191")]
    assert lines(ledger, "leads", "lead_id", "organisation", "source") == [
        ("lead-502", "Reyes Canning", "Organic Search")
    ]
    columns = ("opportunity_id", "state", "stage", "amount", "probability", "manager", "next_milestone")
    assert lines(ledger, "opportunities", *columns) == [
        ("deal-7001", "open", "Proposing", "18400.00", "60", "ruth-vance", "Visit the site,\nthen quote"),
        ("deal-7002", "won", "Closing", "2400.00", "100", "ruth-vance", ""),
        ("deal-7003", "lost", "Closing", "", "", "emil-sand", ""),
    ]
    assert [one.is_overdue for one in waiting(ledger, "ruth-vance")] == [True]


def test_vtiger(ledger: RightsLedger, rejects: Path) -> None:
    """Organizations are known by their names; the stages keep those that they have in the CRM."""
    imported(ledger, "vtiger", rejects)
    assert lines(ledger, "accounts", "account_id", "parent_account_id") == [
        ("dolina-labels", "dolina-packaging"),
        ("dolina-packaging", ""),
    ]
    assert lines(ledger, "contacts", "account_id", "name") == [
        ("dolina-labels", "Oton Hribar"),
        ("dolina-packaging", "Nika Bregar"),
    ]
    assert lines(ledger, "leads", "lead_id", "state", "responsible", "judged_because") == [
        ("LEA1", "captured", "zala-kren", ""),
        ("LEA2", "disqualified", "zala-kren", "Junk Lead, as the CRM says."),
        ("LEA3", "qualified", "maks-lipar", "Qualified, as the CRM says."),
    ]
    columns = ("opportunity_id", "state", "stage", "amount", "probability", "problem")
    assert lines(ledger, "opportunities", *columns) == [
        ("POT2", "won", "Closed Won", "1250.50", "100", ""),
        ("POT3", "lost", "Closed Lost", "9000.00", "", ""),
        ("POT1", "open", "Proposal or Price Quote", "48210.00", "65", "They need the line\nbefore the season."),
    ]


def test_vtiger_without_its_stages(sqlite_ledger: RightsLedger, rejects: Path) -> None:
    """Every potential is rejected with the reason: its stage is none that is configured."""
    folder = EXAMPLES / "vtiger"
    summary = CrmImport(folder / "mapping.toml", folder).run(sqlite_ledger.read, sqlite_ledger.recorder, rejects)
    assert summary.rejected == 3
    assert "SHEET: there is no stage 'Proposal or Price Quote'" in rejects.read_text(encoding="utf-8-sig")
