"""The command line of finance: statements, closings, streams, impact, and payments held against what is owed."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.files import write_parts
from api.cli.payments import read_payments
from policies.reconciling import PaymentKey, reconcile
from tests.api.cli.conftest import Ledger, Said, recorded
from tests.api.http.story import beginning, claim, event, party
from tests.api.http.test_residuals import award, closing, reassignment, renewal


def squeezed(said: Said) -> list[str]:
    """The lines that a command printed, their blanks squeezed."""
    return [" ".join(line.split()) for line in said.out.splitlines()]


def story(ledger: Ledger) -> list[str]:
    """Jane wins a contract, renewed in January, February and March; January is closed, then all goes to Omar."""
    recorded(ledger, *beginning(), party("omar"), *claim(), award(), *map(renewal, (1, 2, 3)))
    recorded(ledger, closing("2026-01"))
    return recorded(ledger, reassignment("2026-01-16"))


def test_a_month_is_read_as_a_table(ledger: Ledger) -> None:
    """Lines, adjustments of closed months, subtotals and totals; and whether the month is closed."""
    story(ledger)
    lines = squeezed(ledger("statement", "2026-02"))
    assert lines[:2] == [
        "Statement from 2026-02-01 until 2026-03-01, open",
        "as known at position 16; months are closed through 2026-01",
    ]
    assert "c-1 2026-02-20 omar 100 % 100.00 100.00 USD" in lines
    assert "c-1 2026-01 jane 100.00 0.00 -100.00 USD 2026-02" in lines
    assert lines[-4:-1] == [
        "party lines adjustments total",
        "jane 0.00 -100.00 -100.00 USD",
        "omar 100.00 100.00 200.00 USD",
    ]
    assert squeezed(ledger("statement", "2026-01"))[0].endswith(", closed")
    assert "Nothing was earned." in ledger("statement", "2026-01", "--party", "omar").out


def test_a_range_in_json_is_what_the_http_api_answers(ledger: Ledger) -> None:
    """With a cursor for what follows."""
    story(ledger)
    asked = ("statement", "--from", "2026-01-01", "--until", "2026-04-01", "--json")
    whole, first = ledger(*asked).json, ledger(*asked, "--limit", "2").json
    assert [one["party_id"] for one in whole["lines"]] == ["jane", "omar", "omar"]
    assert (whole["from"], whole["until"], whole["closed_through"]) == ("2026-01-01", "2026-04-01", "2026-01")
    assert first["lines"] == whole["lines"][:2]
    assert ledger(*asked, "--after", first["next"]).json["lines"] == whole["lines"][2:]


@pytest.mark.parametrize(
    "wrong",
    [("2026-13",), ("march",), ("2026-01", "--from", "2026-01-01"), ("--from", "2026-02-01", "--until", "2026-02-01")],
)
def test_a_statement_of_no_days_is_refused(sqlite_ledger: Ledger, wrong: tuple[str, ...]) -> None:
    """With exit code 2 and a sentence."""
    said = sqlite_ledger("statement", *wrong)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_a_month_is_closed_after_a_look(ledger: Ledger) -> None:
    """The look closes nothing; out of order is refused with the rule; what is closed is told with its totals."""
    story(ledger)
    tried = ledger("close", "2026-02", "--dry-run")
    assert squeezed(tried)[:5] == [
        "2026-02 would be closed as it stands now.",
        "",
        "Adjustments of closed months, taken over",
        "contract month party before after difference booked in",
        "c-1 2026-01 jane 100.00 0.00 -100.00 USD 2026-02",
    ]
    refused = ledger("close", "2026-03")
    assert refused.code == 1
    assert "2026-02 is next" in refused.err
    closed = ledger("close", "2026-02", "--json").json
    assert (closed["recorded"], [one["amount"] for one in closed["totals"]]) == (True, ["-100.00", "200.00"])
    assert closed["adjustments"] == ledger("statement", "2026-02", "--json").json["adjustments"]
    assert [(one["party_id"], one["difference"]) for one in closed["adjustments"]] == [
        ("jane", "-100.00"),
        ("omar", "100.00"),
    ]
    assert ledger("close", "2026-02").code == 1
    assert "2026-02 is closed" not in ledger("close", "2026-04").out


def test_streams_and_what_they_should_bring(ledger: Ledger) -> None:
    """Who holds which contract's stream; and by month and party what is expected, which nobody is owed."""
    story(ledger)
    assert "c-1 acme omar 2026-01-15 running 2026-04-20 100.00 USD" in squeezed(
        ledger("residuals", "--on", "2026-03-21")
    )
    said = ledger("residuals", "--on", "2026-03-21", "--expected-until", "2026-06-01")
    assert squeezed(said)[0].startswith("Expected, not owed: renewals from 2026-03-21 until 2026-06-01")
    assert "2026-04 omar 1 100.00 USD" in squeezed(said)
    assert "No renewal is expected" in ledger("residuals", "--on", "2026-03-21", "--expected-until", "2026-03-22").out
    some = ledger("residuals", "--on", "2026-03-21", "--expected-until", "2026-09-01", "--limit", "2")
    assert [line for line in squeezed(some) if " omar " in line] == [
        "2026-04 omar 1 100.00 USD",
        "2026-05 omar 1 100.00 USD",
    ]
    assert "… and 3 more" in some.err
    assert "No residual stream" in ledger("residuals", "--party", "north").out
    credited = {"shares": [{"party_id": "omar", "percent": "100"}], "overlays": [{"party_id": "north", "percent": "5"}]}
    said_of = {"opportunity_id": "opp-1", "agreement_id": "s-1", "proposed_by": "omar", "from": "2026-03-21"}
    recorded(ledger, event("revenue_share_proposed", on="2026-03-21", **said_of, **credited))
    (line,) = squeezed(ledger("residuals", "--party", "north", "--on", "2026-03-21"))[1:]
    assert line.startswith("c-1 acme omar + north 5 % ")
    assert ledger("residuals", "--on", "2026-03-21", "--expected-until", "2026-03-21").code == 2


def test_an_impact_is_told_when_it_happens_and_ever_after(ledger: Ledger) -> None:
    """After recording, in what is tried, and by the event's id."""
    (event_id,) = story(ledger)
    said = ledger("impact", event_id)
    assert "c-1 2026-01 closed jane 100.00 0.00 -100.00 USD" in squeezed(said)
    assert "c-1 opp-1 jane from 2026-01-15 jane from 2026-01-15, omar from 2026-01-16" in squeezed(said)
    back = reassignment("2026-02-01")
    back["data"]["to_party_id"] = "jane"
    tried = ledger("events", "record", "-", "--dry-run", typed=json.dumps(back))
    done = ledger("events", "record", "-", typed=json.dumps(back))
    assert "c-1 2026-02 open jane 0.00 100.00 100.00 USD" in squeezed(tried)
    assert "c-1 2026-02 open jane 0.00 100.00 100.00 USD" in squeezed(done)
    first = ledger("events", "list", "--json", "--limit", "1").json["items"][0]["event_id"]
    assert "moved no residual revenue" in ledger("impact", first).out
    assert ledger("impact", event_id.upper(), "--known-at", "16").out == said.out
    for unknown in (("018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",), (event_id, "--known-at", "15")):
        refused = ledger("impact", *unknown)
        assert (refused.code, "There is no event" in refused.err) == (2, True)


PAID = """\
contract,period,party,amount,currency
c-1,2026-01,jane,100.00,USD
c-1,2026-02,jane,-100.00,USD
c-1,2026-02,omar,200.00,USD
c-1,2026-03-20,omar,100.00,USD
"""


def test_payments_that_agree(ledger: Ledger, tmp_path: Path) -> None:
    """What each month pays is its lines and the adjustments that it takes over."""
    story(ledger)
    (tmp_path / "paid.csv").write_text(PAID)
    said = ledger("reconcile", "paid.csv")
    assert (said.code, said.out) == (0, "All agrees from 2026-01 to 2026-03: 5 lines are paid as they are owed.\n")


def test_payments_that_do_not_agree(ledger: Ledger, tmp_path: Path) -> None:
    """One is missing, one too much, one paid to nobody's due; in another shape of file."""
    story(ledger)
    wrong = PAID.replace("c-1,2026-01,jane,100.00,USD\n", "").replace("omar,200.00", "omar,200.01")
    wrong += "c-7,2026-02,jane,5.00,usd\n"
    (tmp_path / "paid.csv").write_bytes(("\ufeff" + wrong).replace(",", ";").replace("\n", "\r\n").encode())
    said = ledger("reconcile", "paid.csv", "--from", "2026-01")
    assert said.code == 1
    assert squeezed(said)[1:4] == [
        "missing 2026-01 c-1 jane 100.00 0.00 -100.00 USD",
        "different 2026-02 c-1 omar 200.00 200.01 0.01 USD",
        "extra 2026-02 c-7 jane 0.00 5.00 5.00 USD",
    ]
    assert "paid too little: 94.99 USD" in said.out
    told = ledger("reconcile", "paid.csv", "--from", "2026-01", "--json").json
    assert [one["kind"] for one in told["items"]] == ["missing", "different", "extra"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("c-1,2026-02,jane,1.5.0,USD", "amount '1.5.0' is not a number"),
        ("c-1,2026-02,jane,nan,USD", "amount 'nan' is not a number"),
        ("c-1,2026-02,jane,1e400000,USD", "amount '1e400000' is not a number"),
        ("c-1,2026-02,jane,1_0.00,USD", "amount '1_0.00' is not a number"),
        ("c-1,2026-02,jane,\uff11.00,USD", "amount '\uff11.00' is not a number"),
        ("c-1,0226-02,jane,1.00,USD", "period '0226-02' is neither a month"),
        ("c-1,2026-W05,jane,1.00,USD", "period '2026-W05' is neither a month"),
        ("c-1,20260220,jane,1.00,USD", "period '20260220' is neither a month"),
        ("c-1,2026-02-30,jane,1.00,USD", "period '2026-02-30' is no day of the calendar"),
        ("c-1,2026-2,jane,1.00,USD", "period '2026-2' is neither a month"),
        ("c-1,2026-02,,1.00,USD", "no party"),
        ("c-1,2026-02,jane,1.001,USD", "1.001 has more decimals than USD has"),
        ("c-1,2026-02,jane,1.00,XXX", "XXX is not a currency"),
        ("c-1,2026-02,jane,1.00", "the row has 4 cells, the header 5"),
        ('c-1,2026-02,"jane,1.00,USD', "a quote is not closed, or stands where none may"),
        ('c-1,2026-02,"ja"ne,1.00,USD', "a quote is not closed, or stands where none may"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, reason: str, tmp_path: Path) -> None:
    """With its line; the others count."""
    path = tmp_path / "paid.csv"
    path.write_text(f"{PAID}{row}\n\n")
    found = read_payments(path)
    assert len(found.paid) == 4
    ((line, told),) = found.unreadable
    assert line == 6
    assert told.startswith(reason)


@pytest.mark.parametrize(
    ("torn", "below", "unreadable", "read"),
    [
        ('c-1,2026-01,"jane,1.00,USD', "", [2], 4),
        ('c-1,2026-01,"jane,1.00,USD', 'c-1,2026-01,"omar,1.00,USD', [2, 7], 4),
        ('c-1,2026-01,"jane,1.00,USD', 'c-1,2026-01,omar",1.00,USD', [2], 5),
        ('c-1,2026-01,"jane\nand more",1.00,USD', "", [2, 3], 4),
        ('c-1,2026-01,"jane",1.00,USD', "", [], 5),
    ],
)
def test_a_stray_quote_takes_no_row_with_it(
    torn: str, below: str, unreadable: list[int], read: int, tmp_path: Path
) -> None:
    """Above the clean rows, and with another below them: its own line is named, and every clean row is read."""
    header, *clean = PAID.splitlines()
    path = tmp_path / "paid.csv"
    path.write_text("\n".join([header, torn, *clean, below]) + "\n")
    found = read_payments(path)
    assert len(found.paid) == read
    assert [line for line, _ in found.unreadable] == unreadable


def test_a_remark_may_go_on_for_lines(tmp_path: Path) -> None:
    """In a column of its own, quoted, it is nothing to us; lines are still counted as an editor does."""
    header, *clean = PAID.splitlines()
    remarks = [f'{row},"see\nletter ""9""\n"' for row in clean]
    (tmp_path / "paid.csv").write_text("\n".join([f"{header},remark", *remarks, "c-1,2026-01,jane,x,USD,", ""]))
    found = read_payments(tmp_path / "paid.csv")
    assert (len(found.paid), [line for line, _ in found.unreadable]) == (4, [14])


def test_what_disagrees_goes_into_a_file(ledger: Ledger, tmp_path: Path) -> None:
    """As a table of the same columns, safe for spreadsheets; the sums are told all the same, and in JSON of all."""
    story(ledger)
    wrong = PAID.replace("omar,200.00", "omar,200.01") + "=1+1,2026-02,jane,5.00,USD\nc-1,2026-03,omar,7,JPY\n"
    (tmp_path / "paid.csv").write_text(wrong)
    said = ledger("reconcile", "paid.csv", "--csv", "found.csv")
    assert (said.code, "found.csv is written: 3 differences." in said.err) == (1, True)
    assert said.out == "paid too much: 7 JPY\npaid too much: 5.01 USD\n"
    assert (tmp_path / "found.csv").read_text().splitlines() == [
        "kind,period,contract,party,owed,paid,difference,currency",
        "extra,2026-02,'=1+1,jane,0.00,5.00,5.00,USD",
        "different,2026-02,c-1,omar,200.00,200.01,0.01,USD",
        "extra,2026-03,c-1,omar,0,7,7,JPY",
    ]
    assert ledger("reconcile", "paid.csv", "--json").json["sums"] == [
        {"currency": "JPY", "owed": "0", "paid": "7", "difference": "7"},
        {"currency": "USD", "owed": "300.00", "paid": "305.01", "difference": "5.01"},
    ]
    nowhere = ledger("reconcile", "paid.csv", "--csv", "no/such/folder/found.csv")
    assert (nowhere.code, "can't be written" in nowhere.err) == (2, True)


def test_payments_that_are_left_out_are_counted(ledger: Ledger, tmp_path: Path) -> None:
    """Those of other months, and those to others; and what was asked for is compared without them."""
    story(ledger)
    (tmp_path / "paid.csv").write_text(PAID)
    asked = ("reconcile", "paid.csv", "--from", "2026-02", "--until", "2026-02", "--party", "omar")
    said = ledger(*asked)
    assert (said.code, said.out) == (0, "All agrees from 2026-02 to 2026-02: 2 lines are paid as they are owed.\n")
    assert said.err.splitlines() == [
        "2 payments of other months than 2026-02 to 2026-02 left out.",
        "1 payment to other parties than omar left out.",
    ]
    assert ledger(*asked, "--json").json["left_out"] == {"other_months": 2, "other_parties": 1}
    assert ledger("reconcile", "paid.csv").err == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"contract,party\n", "has no column period, amount, currency"),
        (b"contract,period,party,amount,currency,amount\n", "has the column amount more than once"),
        (b"\xff\xfe\x00", "is not a CSV file in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_payments(sqlite_ledger: Ledger, tmp_path: Path, content: bytes, says: str) -> None:
    """Is refused with exit code 2; so is one that is not there."""
    (tmp_path / "paid.csv").write_bytes(content)
    said = sqlite_ledger("reconcile", "paid.csv")
    assert (said.code, says in said.err) == (2, True)
    assert sqlite_ledger("reconcile", "nothing.csv").code == 2


def test_a_statement_that_was_exported_agrees_with_itself(ledger: Ledger, tmp_path: Path) -> None:
    """A month's own file is a list of what it pays, adjustments and all; a cent more in it is found."""
    story(ledger)
    assert ledger("statement", "2026-02", "--csv", "paid.csv").code == 0
    said = ledger("reconcile", "paid.csv", "--from", "2026-02")
    assert (said.code, said.out) == (0, "All agrees from 2026-02 to 2026-02: 3 lines are paid as they are owed.\n")
    text = (tmp_path / "paid.csv").read_bytes()
    (tmp_path / "paid.csv").write_bytes(text.replace(b"omar,100,100.00,100.00", b"omar,100,100.00,100.01", 1))
    said = ledger("reconcile", "paid.csv")
    assert (said.code, "paid too much: 0.01 USD" in said.out) == (1, True)


def test_a_mistyped_year_is_asked_about(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Thousands of months are not read one by one."""
    (tmp_path / "paid.csv").write_text(f"{PAID}c-1,9926-02,jane,1.00,USD\n")
    said = sqlite_ledger("reconcile", "paid.csv")
    assert (said.code, "Is a year in the file mistyped?" in " ".join(said.err.split())) == (2, True)


def test_differences_that_cancel_out_are_told_as_such(ledger: Ledger, tmp_path: Path) -> None:
    """Neither too much nor too little, and still not as it is owed."""
    story(ledger)
    moved = PAID.replace("c-1,2026-01,jane,100.00", "c-9,2026-01,jane,100.00")
    (tmp_path / "paid.csv").write_text(moved)
    said = ledger("reconcile", "paid.csv")
    assert (said.code, "neither too much nor too little in USD" in said.out) == (1, True)


def test_a_file_stays_as_it_was_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """A disk that fills up on the way leaves the old file, and nothing beside it; nor is a bystander touched."""
    path, bystander = tmp_path / "a.csv", tmp_path / "a.csv.part"
    path.write_text("old")
    bystander.write_text("mine")

    def parts() -> Iterator[bytes]:
        yield b"new"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_parts(path, parts())
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"a.csv": "old", "a.csv.part": "mine"}


KEYS = st.builds(
    PaymentKey,
    st.sampled_from(["2026-01", "2026-02"]),
    st.sampled_from(["c-1", "c-2"]),
    st.sampled_from(["ann", "ben"]),
    st.sampled_from(["USD", "JPY"]),
)
AMOUNTS = st.lists(st.tuples(KEYS, st.integers(-1_000, 1_000)), max_size=12)


@given(AMOUNTS, st.randoms(use_true_random=False))
def test_what_is_paid_as_owed_agrees(owed: list[tuple[PaymentKey, int]], random: Any) -> None:
    """In whatever order, and however it is parted."""
    paid = [part for key, amount in owed for part in ((key, amount - 7), (key, 7))]
    random.shuffle(paid)
    assert reconcile(owed, paid) == ()


@given(AMOUNTS, KEYS, st.integers(-50, 50).filter(bool))
def test_every_single_difference_is_found(owed: list[tuple[PaymentKey, int]], key: PaymentKey, by: int) -> None:
    """By its key and to the minor unit."""
    (found,) = reconcile(owed, [*owed, (key, by)])
    assert (found.key, found.difference) == (key, by)


def test_a_statement_goes_into_files(ledger: Ledger, tmp_path: Path) -> None:
    """All of it, in each form, with a word about each; a place that can't be written is told."""
    story(ledger)
    said = ledger("statement", "2026-02", "--csv", "a.csv", "--xlsx", "a.xlsx", "--parquet", "a.parquet")
    assert (said.code, said.out) == (0, "")
    assert said.err.count("is written: 2026-02-01 to 2026-03-01, as known at position 16.") == 3
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == ["share", "adjustment", "adjustment"]
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    assert (tmp_path / "a.parquet").read_bytes()[:4] == b"PAR1"
    nowhere = ledger("statement", "2026-02", "--csv", "no/such/folder/a.csv")
    assert (nowhere.code, "can't be written" in nowhere.err) == (2, True)


def test_streams_go_into_files(ledger: Ledger, tmp_path: Path) -> None:
    """All of them, in each form; what is expected is no stream, and goes into none."""
    story(ledger)
    said = ledger("residuals", "--on", "2026-03-21", "--csv", "a.csv", "--xlsx", "a.xlsx", "--parquet", "a.parquet")
    assert (said.code, said.out) == (0, "")
    assert said.err.count("is written: residual streams on 2026-03-21, as known at position 16.") == 3
    header, row = (tmp_path / "a.csv").read_text().splitlines()
    assert (header.split(",")[:4], row.split(",")[:4]) == (
        ["account", "opportunity", "contract", "holder"],
        ["acme", "opp-1", "c-1", "omar"],
    )
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    assert (tmp_path / "a.parquet").read_bytes()[:4] == b"PAR1"
    assert ledger("residuals", "--expected-until", "2030-01-01", "--csv", "b.csv").code == 2
    assert ledger("residuals", "--party", "nobody", "--csv", "b.csv").code == 2
    assert not (tmp_path / "b.csv").exists()
