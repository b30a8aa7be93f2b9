"""Importing the small export: what is recorded, what is rejected, and what happens when it is run again."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.importing.crm import CrmImport, Step
from api.importing.summary import Summary
from api.wiring import RightsLedger
from projections.recording import Receipt, Submission
from tests.api.importing.exports import DEALS, HEADER, SMALL, read_csv, write_csv, write_deals

MORE_EVENTS = """
[[files.events]]
type = "opportunity_manager_appointed"
when = { from = "stage", is = ["Led", "Bad"] }

[files.events.data]
opportunity_id = "{deal}"
party_id = "{led_by}"
authorized_by = "sales management"
skills = ["{skills}"]
resources = true

[[files.events]]
type = "party_registered"
key = "stage"
when = { from = "stage", is = "Ann" }
data = { party_id = "ann", name = "Ann", kind = "employee" }

[[files.events]]
type = "business_lost"
when = { from = "stage", is = "Lost" }
data = { opportunity_id = "{deal}", reason = "{product}", winner = "{id}\\u0007" }
"""
"""Events that a row should not become: led by nobody, led without skills, lost to somebody who can't be written."""

DEAL = ("d-1", "Acme", "Lumen One", "Engaging", "2026-02-01")
WON = (*DEAL[:3], "Won", DEAL[4])


def imported(ledger: RightsLedger, mapping: Path, folder: Path, **options: Any) -> Summary:
    """The summary of an import; rejects go beside the mapping's export."""
    return CrmImport(mapping, folder).run(ledger.read, ledger.recorder, rejects_of(ledger), **options)


def rejects_of(ledger: RightsLedger) -> Path:
    """Where the rejects of a test go."""
    return Path(f"{ledger.settings.database_url.rpartition('/')[2].partition('?')[0]}-rejects.csv")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def log(ledger: RightsLedger) -> Iterator[dict[str, Any]]:
    """Every event recorded, in order."""
    after = 0
    while found := ledger.read.page(after=after, limit=1_000):
        yield from (json.loads(one.body) for one in found)
        after = found[-1].position


def rejects(ledger: RightsLedger) -> list[tuple[str, str]]:
    """Line and reason of each rejected row."""
    return [(row["line"], row["reason"]) for row in read_csv(rejects_of(ledger))]


def test_the_small_export(ledger: RightsLedger) -> None:
    """Every row recorded or rejected, counted here from the files by other means."""
    deals, accounts = (
        read_csv(SMALL / "sales_pipeline.csv"),
        {row["account"] for row in read_csv(SMALL / "accounts.csv")},
    )
    bad = {"SC-901", "SC-902", "SC-903", "SC-904", "SC-905", "SC-906", "SC-907", "SC-908"}
    good = [row for row in deals[:-1] if row["opportunity_id"] not in bad]
    summary = imported(ledger, SMALL / "mapping.toml", SMALL)
    people = {row[column] for row in read_csv(SMALL / "sales_teams.csv") for column in ("sales_agent", "manager")}
    stages = Counter(row["deal_stage"] for row in good)
    each = dict.fromkeys(
        ("opportunity_opened", "opportunity_manager_appointed", "engagement_recorded", "opportunity_plan_adopted",
         "coordination_recorded", "forecast_recorded"), len(good))  # fmt: skip
    expected = each | {
        "party_registered": len(people),
        "account_opened": len(accounts),
        "business_awarded": stages["Won"],
        "business_lost": stages["Lost"],
    }
    assert dict(summary.events) == expected
    assert Counter(event["type"] for event in log(ledger)) == expected
    assert summary.position == ledger.read.head().position == sum(expected.values())
    assert dict(summary.variants) == {("LumenPro", "Lumen Pro"): sum(row["product"] == "LumenPro" for row in deals)}
    assert [(one.rows, one.recorded, one.rejected) for one in summary.files] == [
        (6, 6, 0), (10, 10, 0), (60, len(good), 9)
    ]  # fmt: skip


def test_the_rejects_of_the_small_export(ledger: RightsLedger) -> None:
    """Each with its line, the reason, and the row as it stands in the export."""
    imported(ledger, SMALL / "mapping.toml", SMALL)
    with (SMALL / "sales_pipeline.csv").open(newline="") as file:
        lines = {number: row for number, row in enumerate(csv.reader(file), start=1)}  # noqa: C416 - reads as it is meant
    told = {}
    for row in read_csv(rejects_of(ledger)):
        cells = lines[int(row["line"])]
        assert row["file"] == "sales_pipeline.csv"
        assert [row[name] for name in lines[1]][: len(cells)] == cells
        told.setdefault(row["opportunity_id"], row["reason"])
    assert told == {
        "SC-901": "no account",
        "SC-902": "no engage_date; no account",
        "SC-903": "no engage_date",
        "SC-904": "account 'Iron Bridge' is not in accounts.csv",
        "SC-905": "engage_date '2026-02-30' is not a date of the form YYYY-MM-DD",
        "SC-906": "business_awarded/data/lines/0/amount: must not be negative",
        "SC-907": "deal_stage 'Engaged' is none of those that the mapping allows",
        "SC-908": "the row has 7 cells, the header 8",
        "BW-1": "another row with the same key says otherwise: opportunity_manager_appointed; "
        "another row with the same key says otherwise: engagement_recorded",
    }


def test_rows_are_recorded_in_order_of_their_date(ledger: RightsLedger) -> None:
    """Whatever their order in the file; parents before those below them; attested events say so."""
    imported(ledger, SMALL / "mapping.toml", SMALL)
    events = list(log(ledger))
    opened = [event["effective_on"] for event in events if event["type"] == "opportunity_opened"]
    assert opened == sorted(opened)
    assert len(opened) > 1
    seen = set()
    for event in events:
        if event["type"] == "account_opened":
            assert event["data"].get("parent_account_id", event["account_id"]) in {*seen, event["account_id"]}
            seen.add(event["account_id"])
        attested = {
            "opportunity_manager_appointed",
            "engagement_recorded",
            "opportunity_plan_adopted",
            "coordination_recorded",
        }
        assert (event["type"] in attested) == event["source"].endswith(", attested by the import")
        assert event["actor"] == "import:small-crm"


def test_again_records_nothing(ledger: RightsLedger) -> None:
    """The same export once more, in batches of another size: nothing new, the same rejects."""
    first = imported(ledger, SMALL / "mapping.toml", SMALL)
    rejected = rejects(ledger)
    again = imported(ledger, SMALL / "mapping.toml", SMALL, batch_size=50)
    assert (again.recorded, again.position, again.rejected) == (0, first.position, first.rejected)
    assert again.events_before == first.recorded
    assert [one.recorded_before for one in again.files] == [one.recorded for one in first.files]
    assert sorted(line for line, _ in rejects(ledger)) == sorted(line for line, _ in rejected)


@pytest.mark.parametrize("batch_size", [1, 7, 10_000])
def test_batches_make_no_difference(batch_size: int, sqlite_ledger: RightsLedger) -> None:
    """A row stays whole however small the batch."""
    summary = imported(sqlite_ledger, SMALL / "mapping.toml", SMALL, batch_size=batch_size)
    assert summary.recorded == 362
    assert len({event["event_id"] for event in log(sqlite_ledger)}) == 362


def test_interrupted_it_goes_on_where_it_was(ledger: RightsLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between two batches, the next run records the rest and nothing twice."""
    batches = 0
    record = ledger.recorder.record

    def stopping(submission: Submission) -> Receipt:
        nonlocal batches
        batches += 1
        if batches == 6:
            raise KeyboardInterrupt
        return record(submission)

    with monkeypatch.context() as patched:
        patched.setattr(ledger.recorder, "record", stopping)
        with pytest.raises(KeyboardInterrupt):
            imported(ledger, SMALL / "mapping.toml", SMALL, batch_size=40)
    before = ledger.read.head().position
    assert 0 < before < 362
    rest = imported(ledger, SMALL / "mapping.toml", SMALL)
    assert (rest.recorded, rest.position) == (362 - before, 362)
    assert len({event["event_id"] for event in log(ledger)}) == 362


def test_a_row_that_went_on_gives_what_is_new(ledger: RightsLedger, tmp_path: Path) -> None:
    """Open last month, won now: the award is recorded, the rest is not recorded again."""
    imported(ledger, *write_deals(tmp_path, DEAL))
    summary = imported(ledger, *write_deals(tmp_path, WON))
    assert dict(summary.events) == {"business_awarded": 1}
    assert (summary.rejected, summary.events_before) == (0, 2)


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (WON, DEAL, "business_awarded {} is recorded, and the row no longer says so"),
        (WON, (*WON[:2], "Lumen Pro", *WON[3:]), "opportunity_opened {} is recorded with other content; "),
        (WON, (*WON[:4], "2026-02-02"), "opportunity_opened {} is recorded with other content; "),
    ],
    ids=["took back", "another product", "another date"],
)
def test_a_changed_row_is_rejected(
    then: tuple[str, ...], now: tuple[str, ...], told: str, ledger: RightsLedger, tmp_path: Path
) -> None:
    """The ledger doesn't forget, and doesn't take a second story under the same key."""
    imported(ledger, *write_deals(tmp_path, then))
    ids = {event["type"]: event["event_id"] for event in log(ledger)}
    summary = imported(ledger, *write_deals(tmp_path, now))
    ((line, reason),) = rejects(ledger)
    assert (summary.recorded, summary.rejected, line) == (0, 1, "2")
    event_type = told.partition(" ")[0]
    assert reason.startswith(f"the row has changed since it was imported: {told.format(ids[event_type])}")
    assert dict(summary.reasons) == {"the row has changed since it was imported": 1}


def test_a_refused_row_does_not_sink_its_batch(ledger: RightsLedger, tmp_path: Path) -> None:
    """By its form, by what it names, by a rule, by what exists: each row is found and put aside, the others stay."""
    values = 'led_by = { from = "stage", variants = "led" }\nskills = { from = "stage", variants = "skills" }\n'
    spelled = '[variants.led]\n"Led" = "nobody"\n"Bad" = "ann"\n\n[variants.skills]\n"Bad" = " "\n\n[lookups'
    mapping = DEALS.replace("\n[files.defaults]", f"{values}\n[files.defaults]").replace("[lookups", spelled, 1)
    mapping += MORE_EVENTS
    rows = [("d-0", "Acme", "Lumen One", "Ann", "2026-02-01")]
    rows += [(f"d-{n}", "Acme", "Lumen One", "Engaging", "2026-02-01") for n in range(1, 20)]
    for number, stage in ((3, "Led"), (7, "Bad"), (11, "Lost"), (12, "Led"), (15, "Bad")):
        rows[number] = (*rows[number][:3], stage, rows[number][4])
    rows.append(("d-20", "A cme", "Lumen One", "Engaging", "2026-02-01"))
    rows.append(("d-21", "A-cme", "Lumen One", "Engaging", "2026-02-01"))
    summary = imported(ledger, *write_deals(tmp_path, *rows, mapping=mapping))
    told = {int(line) - 2: reason for line, reason in rejects(ledger)}
    assert told.keys() == {3, 7, 11, 12, 15, 21}
    assert told[3] == "opportunity_manager_appointed/data/party_id: the ledger knows no party 'nobody'"
    assert told[7].startswith("opportunity_manager_appointed/data/skills: OM-QUALIFIED: ")
    assert told[11].startswith("business_lost/data/winner: must not be blank")
    assert told[21] == "account_opened/account_id: there is already an account 'a-cme'"
    assert summary.events["opportunity_opened"] == len(rows) - 6
    assert summary.files[0].recorded == len(rows) - 6


def test_an_event_that_several_rows_share_survives_the_first_of_them(ledger: RightsLedger, tmp_path: Path) -> None:
    """Where the row that would bring it is refused, the next one that has it brings it."""
    mapping = DEALS.replace('name = "{product} for {account} ({deal})"', 'name = "{stage}"')
    rows = [(*DEAL[:3], "\u0007", DEAL[4]), ("d-2", "Acme", "Lumen One", "Won", "2026-02-01")]
    summary = imported(ledger, *write_deals(tmp_path, *rows, mapping=mapping))
    assert dict(summary.events) == {"account_opened": 1, "opportunity_opened": 1, "business_awarded": 1}
    assert [line for line, _ in rejects(ledger)] == ["2"]


def test_without_rejects_the_file_says_so(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """A header and nothing else, so that no rejects of an earlier run are taken for new ones."""
    rejects_of(sqlite_ledger).write_text("old")
    imported(sqlite_ledger, *write_deals(tmp_path, DEAL))
    assert rejects_of(sqlite_ledger).read_text("utf-8-sig").splitlines() == [
        "file,line,reason,id,account,product,stage,date,further cells"
    ]


def test_columns_called_like_ours_are_told_apart(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """An export may have a column `reason` of its own."""
    mapping, folder = write_deals(tmp_path, mapping=DEALS.replace('from = "stage"', 'from = "reason"'))
    write_csv(folder / "deals.csv", [(*HEADER[:3], "reason", "date"), ("d-1", "", "Lumen One", "Price", "2026-02-01")])
    imported(sqlite_ledger, mapping, folder)
    (row,) = read_csv(rejects_of(sqlite_ledger))
    assert (row["reason"], row["reason (export)"]) == ("no account", "Price")


def test_progress_is_told(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """First how many rows are read, then how many of them are recorded, up to the last."""
    steps: list[Step] = []
    rows = [(f"d-{number}", *DEAL[1:]) for number in range(1_200)]
    imported(sqlite_ledger, *write_deals(tmp_path, *rows), progress=steps.append)
    assert [step.done for step in steps if step.stage == "reading"] == list(range(100, 1_201, 100))
    assert (steps[-1].stage, steps[-1].done, steps[-1].total, steps[-1].events) == ("recording", 1_200, 1_200, 1_201)


def test_the_small_export_is_what_its_generator_writes(tmp_path: Path) -> None:
    """Write it again: `python examples/small-crm/generate.py`."""
    generator: dict[str, Any] = {"__file__": str(tmp_path / "generate.py"), "__name__": "generator"}
    exec(compile((SMALL / "generate.py").read_text(), "generate.py", "exec"), generator)  # noqa: S102 - our own script
    generator["main"](tmp_path)
    for file in SMALL.glob("*.csv"):
        assert (tmp_path / file.name).read_text() == file.read_text(), file.name


def test_rows_that_a_file_is_not_for_are_passed_over(sqlite_ledger: RightsLedger, tmp_path: Path) -> None:
    """Neither counted nor rejected; one of which that can't be told is read, and rejected for it."""
    mapping = DEALS.replace('key = "id"\n', 'key = "id"\nwhen = { from = "product", is_not = "Lumen One" }\n', 1)
    rows = [DEAL, (*WON[:2], "Lumen Pro", *WON[3:]), ("d-3", "Acme", "Lumen Two", "Won", "2026-02-01")]
    rows[1] = ("d-2", *rows[1][1:])
    file, folder = write_deals(tmp_path, *rows, mapping=mapping)
    summary = imported(sqlite_ledger, file, folder)
    (count,) = summary.files
    assert (count.rows, count.recorded, count.rejected) == (2, 1, 1)
    (rejected,) = read_csv(rejects_of(sqlite_ledger))
    assert (rejected["id"], "is not in products.csv" in rejected["reason"]) == ("d-3", True)
