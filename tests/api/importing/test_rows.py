"""From rows to events: what values and conditions say, which ids come out, and why a row is turned away."""

from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest

from api.importing.crm import CrmImport
from api.importing.drafting import NAMESPACE, Drafted, Rejected, imported_id
from tests.api.importing.exports import DEALS, HEADER, PRODUCTS, write_csv, write_deals

DEAL = ("d-1", "Acme", "Lumen One", "Won", "2026-02-01")


def drafted(folder: Path, *rows: tuple[str, ...], mapping: str = DEALS, **more: Any) -> list[Drafted | Rejected]:
    """What becomes of each row."""
    planned = CrmImport(*write_deals(folder, *rows, mapping=mapping, **more))
    (prepared,) = planned._files
    return [prepared.drafter.draft(line) for line in prepared.file.lines()]


def events(row: Drafted | Rejected) -> list[dict[str, Any]]:
    """The events of a row that was taken."""
    assert isinstance(row, Drafted), row
    return list(row.events.values())


def reasons(row: Drafted | Rejected) -> list[str]:
    """Why a row was turned away."""
    assert isinstance(row, Rejected), row
    return [reason.text for reason in row.reasons]


def test_a_row_becomes_its_events(tmp_path: Path) -> None:
    """Templates, lookups, conditions, and what the file says for all of them."""
    (row,) = drafted(tmp_path, DEAL)
    account, opened, awarded = events(row)
    assert account | {"event_id": ""} == {
        "type": "account_opened",
        "event_id": "",
        "account_id": "acme",
        "effective_on": "2026-01-01",
        "source": "deals/deals.csv#Acme",
        "data": {"name": "Acme"},
    }
    assert opened["data"] == {"opportunity_id": "d-1", "name": "Lumen One for Acme (d-1)"}
    assert opened["source"] == "deals/deals.csv#d-1"
    assert awarded["data"] == {
        "opportunity_id": "d-1",
        "contract_id": "contract-d-1",
        "currency": "USD",
        "lines": [{"line": "lumen", "amount": "450"}],
    }


def test_ids_are_made_of_names_and_keys(tmp_path: Path) -> None:
    """UUIDv5 of mapping, file, event and key: the same for the same row, another for any other."""
    first, second = drafted(tmp_path, DEAL, ("d-2", *DEAL[1:]))
    account, opened, _ = events(first)
    assert opened["event_id"] == str(uuid5(NAMESPACE, "deals\x1fdeals\x1fopportunity_opened\x1fd-1"))
    assert account["event_id"] == events(second)[0]["event_id"]
    assert opened["event_id"] != events(second)[1]["event_id"]


@pytest.mark.parametrize("name", ["", "a", "é\x1f東京", "x" * 500])
def test_ids_are_those_of_the_standard(name: str) -> None:
    """The quick way gives what the library gives."""
    assert imported_id(name) == str(uuid5(NAMESPACE, name))


def test_what_a_row_could_become_is_remembered(tmp_path: Path) -> None:
    """So that a deal that was won once, and isn't any more, is noticed."""
    won, engaged = drafted(tmp_path, DEAL, (*DEAL[:3], "Engaging", DEAL[4]))
    assert isinstance(engaged, Drafted)
    assert engaged.absent == (events(won)[2]["event_id"],)


def test_a_spelling_is_mapped_and_noted(tmp_path: Path) -> None:
    """Only what the mapping lists is taken as the same."""
    spelled, unknown = drafted(
        tmp_path, ("d-1", "Acme", "LumenPro", "Won", "2026-02-01"), ("d-2", "A", "lumen pro", "", "")
    )
    assert events(spelled)[2]["data"]["lines"] == [{"line": "lumen", "amount": "4200.50"}]
    assert spelled.spellings == (("LumenPro", "Lumen Pro"),)
    assert "product 'lumen pro' is not in products.csv" in reasons(unknown)


def test_everything_that_speaks_against_a_row_is_told(tmp_path: Path) -> None:
    """In one go, each reason once."""
    (row,) = drafted(tmp_path, ("d-1", "", "Lumen One", "Won", ""))
    assert sorted(reasons(row)) == ["no account", "no date"]


def test_values_are_read_only_for_events_that_use_them(tmp_path: Path) -> None:
    """An open deal needs no close date."""
    mapping = DEALS.replace('"contract-{deal}"', '"contract-{due}"').replace(
        'due = { from = "date"', 'due = { from = "stage"'
    )
    (row,) = drafted(tmp_path, (*DEAL[:3], "Engaging", DEAL[4]), mapping=mapping)
    assert [event["type"] for event in events(row)] == ["account_opened", "opportunity_opened"]


@pytest.mark.parametrize(
    ("value", "cell", "expected"),
    [
        ('{ from = "stage" }', "Won", "Won"),
        ('{ from = "stage", prefix = "s-" }', "Won", "s-Won"),
        ('{ from = "stage", as = "integer" }', "12", 12),
        ('{ from = "stage", as = "amount", decimal_mark = ",", thousands_mark = "." }', "1.234,50", "1234.50"),
        ('{ from = "stage", as = "date", date_format = "%d.%m.%Y" }', "31.12.2026", "2026-12-31"),
        ('{ from = "stage", as = "date", plus_days = 31 }', "2026-01-01", "2026-02-01"),
        ('{ from = "stage", as = "date", plus_days = "expected_award_after_days" }', "2026-01-01", "2026-03-02"),
        ('{ from = "stage", as = "date", plus_months = 1 }', "2024-01-31", "2024-02-29"),
        ('{ from = "stage", as = "date", plus_months = 12, plus_days = 1 }', "2024-02-29", "2025-03-01"),
        ('{ from = "stage", optional = true }', "", None),
        ('{ from = "stage", default = "none" }', "", "none"),
        ('{ from = "deal", as = "code", prefix = "x-" }', "", "x-d-1"),
    ],
)
def test_values(value: str, cell: str, expected: str | int | None, tmp_path: Path) -> None:
    """Each way to read a cell; what is optional and absent leaves its field out."""
    mapping = DEALS.replace("\n[files.defaults]", f"\nx = {value}\n\n[files.defaults]").replace(
        'data = { opportunity_id = "{deal}"', 'data = { attributes = { x = "{x}" }, opportunity_id = "{deal}"'
    )
    (row,) = drafted(tmp_path, ("d-1", "Acme", "Lumen One", cell, "2026-02-01"), mapping=mapping)
    assert events(row)[1]["data"]["attributes"] == ({} if expected is None else {"x": expected})


@pytest.mark.parametrize(
    ("value", "cell", "told"),
    [
        ('{ from = "stage" }', "", "no stage"),
        ('{ from = "stage", as = "integer" }', "x", "stage 'x' is not a whole number"),
        ('{ from = "stage", as = "code" }', "a b", "stage 'a b' is not an identifier"),
        ('{ from = "stage", one_of = ["Won"] }', "Wno", "stage 'Wno' is none of those that the mapping allows"),
        (
            '{ from = "stage", as = "date", plus_days = 9999999 }',
            "2026-01-01",
            "stage '2026-01-01' is too far from today",
        ),
        ('{ from = "stage", lookup = "products", take = "price" }', "Lumen", "stage 'Lumen' is not in products.csv"),
        (
            '{ from = "stage", lookup = "products", take = "price" }',
            "Twice",
            "stage 'Twice' stands in products.csv more",
        ),
        ('{ from = "stage", lookup = "products", take = "price" }', "Free", "no price of stage"),
    ],
)
def test_values_that_cant_be_had(value: str, cell: str, told: str, tmp_path: Path) -> None:
    """The column, what it says, and what is wrong with it."""
    mapping = DEALS.replace("\n[files.defaults]", f"\nx = {value}\n\n[files.defaults]").replace(
        "{product} for {account}", "{x}"
    )
    products = [*PRODUCTS, ("Twice", "1"), ("Twice", "2"), ("Free", "")]
    (row,) = drafted(tmp_path, ("d-1", "Acme", "Lumen One", cell, "2026-02-01"), mapping=mapping, products=products)
    (reason,) = reasons(row)
    assert reason.startswith(told)


RENEWALS = """
[[files.events]]
type = "contract_renewed"
when = { from = "stage", is = "Won" }
repeat = { from = "due", every_months = 12, until = "2029-01-01" }
effective_on = "{@period_from}"

[files.events.data]
contract_id = "contract-{deal}"
period_from = "{@period_from}"
period_until = "{@period_until}"
currency = "{@currency}"
lines = [{ line = "lumen", amount = "{price}" }]
"""


def test_an_event_for_each_period(tmp_path: Path) -> None:
    """From the first day on, each a year, as long as they begin before the end; each under an id of its own."""
    (row,) = drafted(tmp_path, ("d-1", "Acme", "Lumen One", "Won", "2026-01-01"), mapping=DEALS + RENEWALS)
    renewals = [event for event in events(row) if event["type"] == "contract_renewed"]
    assert [(one["effective_on"], one["data"]["period_from"], one["data"]["period_until"]) for one in renewals] == [
        ("2026-03-02", "2026-03-02", "2027-03-02"),
        ("2027-03-02", "2027-03-02", "2028-03-02"),
        ("2028-03-02", "2028-03-02", "2029-03-02"),
    ]
    assert len({one["event_id"] for one in renewals}) == 3
    (lost,) = drafted(tmp_path, ("d-1", "Acme", "Lumen One", "Lost", "2026-01-01"), mapping=DEALS + RENEWALS)
    assert "contract_renewed" not in {event["type"] for event in events(lost)}


@pytest.mark.parametrize(
    ("when", "taken"),
    [
        ('{ from = "stage", is = "Won" }', True),
        ('{ from = "stage", is = ["Lost", "Won"] }', True),
        ('{ from = "stage", is_not = "Won" }', False),
        ('{ from = "stage", filled = true }', True),
        ('[{ from = "stage", is = "Won" }, { from = "date", filled = false }]', False),
    ],
)
def test_conditions(when: str, taken: bool, tmp_path: Path) -> None:
    """An event happens if all of them hold."""
    mapping = DEALS.replace('when = { from = "stage", is = "Won" }', f"when = {when}")
    (row,) = drafted(tmp_path, DEAL, mapping=mapping)
    assert (len(events(row)) == 3) is taken


def test_two_events_under_one_id_need_names(tmp_path: Path) -> None:
    """Without names, the row is turned away; with them, both are made."""
    extra = '\n[[files.events]]\ntype = "business_lost"\ndata = { opportunity_id = "{deal}", reason = "REASON" }\n'
    twice = DEALS + extra.replace("REASON", "Price.") + extra.replace("REASON", "Time.")
    named = twice.replace('type = "business_lost"', 'type = "business_lost"\nname = "second"', 1)
    (row,) = drafted(tmp_path, DEAL, mapping=twice)
    assert reasons(row) == ["the row becomes two events business_lost with one id; give them names in the mapping"]
    (row,) = drafted(tmp_path, DEAL, mapping=named)
    assert len(events(row)) == 5


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """A cell may run over several lines; blank lines count and are passed over."""
    mapping, folder = write_deals(tmp_path)
    text = f'{",".join(HEADER)}\nd-1,"Acme\nInc",Lumen One,Won,2026-02-01\n\nd-2,Acme,Lumen One,Won,2026-02-01\n'
    (folder / "deals.csv").write_text(text)
    (prepared,) = CrmImport(mapping, folder)._files
    assert [(line.number, line.cells[0]) for line in prepared.file.lines()] == [(2, "d-1"), (5, "d-2")]


def test_rows_that_are_no_rows_are_turned_away(tmp_path: Path) -> None:
    """Too few cells, too many, broken quotes, bytes of another encoding: each with its line, and the others stay."""
    mapping, folder = write_deals(tmp_path)
    rows = [
        b"d-1,Acme",
        b"d-2,Acme,Lumen One,Won,2026-02-01,x",
        b'd-3,"Ac"me,Lumen One,Won,2026-02-01',
        b"d-4,\xff,Lumen One,Won,2026-02-01",
        b"d-5,Acme,Lumen One,Won,2026-02-01",
    ]
    (folder / "deals.csv").write_bytes(b"\n".join([",".join(HEADER).encode(), *rows]))
    (prepared,) = CrmImport(mapping, folder)._files
    *bad, good = [prepared.drafter.draft(line) for line in prepared.file.lines()]
    assert [(row.line, reasons(row)[0].partition(":")[0]) for row in bad] == [
        (2, "the row has 2 cells, the header 5"),
        (3, "the row has 6 cells, the header 5"),
        (4, "the row is not CSV"),
        (5, "the row is not text in utf-8-sig"),
    ]
    assert len(events(good)) == 3


def test_parents_come_before_those_below_them(tmp_path: Path) -> None:
    """Whatever the order in the file; rows that go in a circle are turned away."""
    mapping = """
        format = 1
        name = "accounts"
        [[files]]
        file = "accounts.csv"
        key = "name"
        parent = "above"
        [files.values]
        id = { from = "name", as = "identifier" }
        above = { from = "above", as = "identifier", optional = true }
        [[files.events]]
        type = "account_opened"
        account_id = "{id}"
        effective_on = 2026-01-01
        data = { name = "{name}", parent_account_id = "{above}" }
    """
    (tmp_path / "accounts.toml").write_text(mapping)
    rows = [("name", "above"), ("C", "B"), ("B", "A"), ("A", ""), ("X", "Y"), ("Y", "X"), ("Z", "X")]
    write_csv(tmp_path / "accounts.csv", rows)
    (prepared,) = CrmImport(tmp_path / "accounts.toml", tmp_path)._files
    lines = {line.cells[0]: line for line in prepared.file.lines()}
    assert sorted("ABC", key=lambda name: prepared.order(lines[name])) == ["A", "B", "C"]
    for name in "XYZ":
        with pytest.raises(Exception, match="in a circle"):
            prepared.order(lines[name])


def test_other_encodings_and_delimiters(tmp_path: Path) -> None:
    """As spreadsheets of other countries write them."""
    mapping = DEALS.replace("format = 1", 'format = 1\nencoding = "cp1252"\ndelimiter = ";"')
    file, folder = write_deals(tmp_path, mapping=mapping)
    (folder / "deals.csv").write_bytes(
        ";".join(HEADER).encode() + "\nd-1;Müller;Lumen One;Won;2026-02-01\n".encode("cp1252")
    )
    (folder / "products.csv").write_text("product;price\nLumen One;450\n")
    (prepared,) = CrmImport(file, folder)._files
    (row,) = [prepared.drafter.draft(line) for line in prepared.file.lines()]
    assert events(row)[0]["data"]["name"] == "Müller"
