"""The picture of a timeline: each status where it holds, readable without colours, on any terminal."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from api.cli.axis import Axis
from api.cli.picture import Look, draw, rows_of
from policies.days import FOREVER
from policies.kept import Right
from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import beginning, claim, event, forecast, party

DAY = date(2026, 4, 2)


def right(since: str, until: str | None, status: str = "active", **more: str) -> Right:
    """A right of Jane's on gtx-pro."""
    stated = {"kind": "opportunity_manager", "holder": "jane", "line": "gtx-pro", "opportunity_id": "opp-1", **more}
    end = FOREVER if until is None else date.fromisoformat(until)
    return Right(account_id="acme", status=status, valid_from=date.fromisoformat(since), valid_until=end, **stated)


CLAIM = [
    right("2026-01-10", "2026-04-01"),
    right("2026-04-01", "2026-06-30", "in_grace"),
    right("2026-06-30", None, "lapsed"),
]


def drawn(*rights: Right, on: date = DAY, width: int = 80, ascii_only: bool = False) -> list[str]:
    """The picture without its colours."""
    return [line.plain for line in draw(rows_of(rights), on, Look(width, ascii_only))]


def test_a_claim_from_beginning_to_end() -> None:
    """Active, in grace, lapsed; today's mark above; a legend of what is there."""
    above, ruler, _, group, row, _, legend = drawn(*CLAIM)
    assert group == "gtx-pro"
    assert re.fullmatch(r"  jane  opp-1 +█+▒+×", row.rstrip())
    assert above.strip() == "2026-04-02 ▼"
    assert row[above.index("▼")] == "▒"
    assert ruler.split() == ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    assert legend == "█ active   ▒ in grace   × lapsed   ┆ the day asked about"


def test_without_unicode_every_status_has_its_own_character() -> None:
    """For terminals and files that can't show more."""
    statuses = ["incomplete", "queued", "active", "in_grace", "won"]
    rights = [
        right(f"2026-0{month}-01", f"2026-0{month + 1}-01", status) for month, status in enumerate(statuses, start=1)
    ]
    lines = drawn(*rights, right("2026-06-01", None, "ended"), ascii_only=True, on=date(2026, 2, 15))
    assert all(line.isascii() for line in lines)
    assert re.search(r"\.+-+#+\++=+\]", lines[4])


def test_colours_say_the_same_again() -> None:
    """Each status has one; the day asked about is marked inside a bar too."""
    row = draw(rows_of(CLAIM), DAY, Look(80))[4]
    styles = {str(span.style) for span in row.spans}
    assert styles >= {"green", "yellow", "red", "yellow reverse"}


def test_what_goes_on_ends_in_an_arrow() -> None:
    """No end is known."""
    won = right("2026-03-01", None, "won", contract_id="c-1")
    assert drawn(right("2026-01-10", "2026-03-01"), won)[4].endswith("═→")
    assert "→ goes on" in drawn(won)[-1]


def test_rows_stand_by_line_in_the_order_they_begin() -> None:
    """Claims on a line together, so that a queue can be seen; what concerns the account last."""
    rows = rows_of(
        [
            right("2026-02-01", None, holder="bob", opportunity_id="opp-2"),
            right("2026-01-05", None, "active", kind="major_account_manager", holder="mary", line=None),  # type: ignore[arg-type]
            right("2026-01-10", None),
            right("2026-01-01", None, line="zeta", opportunity_id="opp-3"),
        ]
    )
    assert [(row.group, row.label.split()[0]) for row in rows] == [
        ("gtx-pro", "jane"), ("gtx-pro", "bob"), ("zeta", "jane"), ("the account", "mary")
    ]  # fmt: skip


def test_a_handover_shows_both_holders() -> None:
    """One claim, one row."""
    (row,) = rows_of([right("2026-01-10", "2026-02-01"), right("2026-02-01", "2026-04-01", holder="bob")])
    assert row.label == "jane > bob  opp-1"


def test_on_a_narrow_terminal_there_is_a_list() -> None:
    """Every interval, those of the day marked."""
    assert drawn(*CLAIM, width=36) == [
        "gtx-pro: jane  opp-1",
        "  2026-01-10 2026-04-01 active",
        " *2026-04-01 2026-06-30 in_grace",
        "  2026-06-30 ...        lapsed",
        "* holds on 2026-04-02",
    ]


days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(st.lists(st.tuples(days, st.integers(1, 5_000), st.sampled_from(["active", "won", "lapsed"])), min_size=1,
                max_size=8), days, st.integers(10, 300))  # fmt: skip
def test_every_picture_fits(drawn_rights: list[tuple[date, int, str]], on: date, width: int) -> None:
    """Whatever the rights and the terminal: no line is wider, no interval is lost."""
    rights = [
        right(str(since), str(since + timedelta(days=length)), status, opportunity_id=f"o{number}")
        for number, (since, length, status) in enumerate(drawn_rights)
    ]
    lines = draw(rows_of(rights), on, Look(width))
    assert all(isinstance(line, Text) for line in lines)
    if not lines[-1].plain.startswith("* holds on"):
        assert max(line.cell_len for line in lines) <= max(width, 23)
        bars = [line.plain for line in lines if re.search(r" o\d|~", line.plain)]
        assert all(re.search("[█═×]", bar) for bar in bars)


@given(days, st.integers(0, 80_000), st.integers(24, 200))
def test_every_day_has_a_column_and_labels_dont_touch(first: date, length: int, columns: int) -> None:
    """Columns grow with the days; the ruler is as wide as the axis."""
    axis = Axis.of(first, first + timedelta(days=length), columns)
    places = [axis.column(first + timedelta(days=step)) for step in range(0, length + 1, max(1, length // 50))]
    assert places == sorted(places, key=lambda place: -1 if place is None else place)
    assert places[0] == 0
    assert axis.column(axis.last) == axis.columns - 1
    labels, rule = axis.ruler("─┬")
    assert len(rule) == axis.columns >= len(labels)


def test_the_command(ledger: Ledger) -> None:
    """As it is known now, and as it was; of one line; of a part of time; as JSON."""
    recorded(ledger, *beginning(), party("bob"), *claim(), *claim("bob", "opp-2"))
    said = ledger("timeline", "acme", "--on", "2026-04-02")
    assert said.code == 0
    assert said.out.startswith("acme, as known at position 16\n")
    assert re.search(r"^  jane  opp-1 +█+▒+×$", said.out, re.MULTILINE)
    assert re.search(r"^  bob  opp-2 +┄+×$", said.out, re.MULTILINE)
    assert "bob" not in ledger("timeline", "acme", "--on", "2026-04-02", "--known-at", "10").out
    items = ledger("timeline", "acme", "--json").json["items"]
    assert [(one["holder"], one["status"]) for one in items if one["holder"] == "jane"] == [
        ("jane", "active"), ("jane", "in_grace"), ("jane", "lapsed")
    ]  # fmt: skip
    part = ledger("timeline", "acme", "--from", "2026-05-01", "--until", "2026-05-31", "--json").json["items"]
    assert {one["status"] for one in part} == {"in_grace", "queued"}
    assert ledger("timeline", "acme", "--line", "other").out == (
        "No right on acme was known at position 16 for other.\n"
    )


def test_a_long_history_is_drawn_whole(sqlite_ledger: Ledger) -> None:
    """More intervals than one page of answers holds."""
    lines = [(f"line-{number:03}", "10.00") for number in range(400)]
    recorded(sqlite_ledger, *beginning(), *claim()[:-1], forecast(*lines))
    said = sqlite_ledger("timeline", "acme", "--json").json
    assert (len(said["items"]), said["next"]) == (1_200, None)
    shown = sqlite_ledger("timeline", "acme").out.splitlines()
    assert sum(line.startswith("line-") for line in shown) == 400


@pytest.mark.parametrize("columns", ["20", "40", "60", "250"])
def test_the_command_fits_the_terminal(columns: str, sqlite_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than it, headings aside."""
    recorded(sqlite_ledger, *beginning(), *claim(), event("account_elevated"))
    monkeypatch.setenv("COLUMNS", columns)
    said = sqlite_ledger("timeline", "acme", "--on", "2026-04-02")
    assert said.code == 0
    assert max(len(line) for line in said.out.splitlines()[1:]) <= max(int(columns), 36)
