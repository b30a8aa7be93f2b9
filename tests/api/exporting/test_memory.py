"""Memory: a statement four times as long takes no more of it, in any format."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from api.exporting import parquet
from api.exporting.statements import csv_rows, write_parquet, write_xlsx
from policies.kept import Entitlement
from projections.schema import OPEN_POSITION, kept_entitlements
from projections.statements import Statement
from tests.api.exporting.revenue import YEAR
from tests.projections.ledgers import Ledger
from tests.projections.revenue import won

FEW, MANY = 3_000, 12_000
"""Lines of two statements, that of the first half of the year and that of the second."""

HALVES = ((YEAR[0], FEW), (YEAR[0] + timedelta(days=180), MANY))


def _line(number: int, half: int) -> dict[str, object]:
    since, lines = HALVES[half]
    day = since + timedelta(days=number * 180 // lines)
    line = Entitlement(
        "share",
        "acme",
        f"c-{number // 3}",
        day,
        day + timedelta(days=30),
        f"event-{half}-{number}",
        "USD",
        10_000,
        10_000,
        10_000,
        f"opp-{number // 7}",
        "jane",
        "100",
    )
    return {
        "account_id": line.account_id,
        "known_from": 1,
        "ordinal": half * MANY + number,
        "known_until": OPEN_POSITION,
        "valid_from": line.valid_from,
        "valid_until": line.valid_until,
        "kind": line.kind,
        "party_id": line.party_id,
        "contract_id": line.contract_id,
        "opportunity_id": line.opportunity_id,
        "currency": line.currency,
        "amount": line.amount,
        "counted": line.counted,
        "body": msgspec.json.encode(line).decode(),
    }


@pytest.fixture
def statements(sqlite_ledger: Ledger) -> tuple[Statement, Statement]:
    """A short statement and a long one, of lines put where the rules would have put them."""
    sqlite_ledger.record(*won())
    with sqlite_ledger.store.transaction() as connection:
        for half, (_, lines) in enumerate(HALVES):
            connection.execute(insert(kept_entitlements), [_line(number, half) for number in range(lines)])
    (first, _), (second, _) = HALVES
    read, position = sqlite_ledger.store.read, sqlite_ledger.position
    return Statement(read, first, second, position), Statement(read, second, YEAR[1], position)


def _csv(statement: Statement, path: Path) -> None:
    with path.open("wb") as out:
        out.writelines(csv_rows(statement))


@pytest.mark.parametrize("write", [_csv, write_xlsx, write_parquet])
def test_memory_does_not_grow_with_the_lines(
    statements: tuple[Statement, Statement],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Statement, Path], None],
) -> None:
    """The peak of the long one is that of the short one, but for what a few rows come to."""
    monkeypatch.setattr(parquet, "ROW_GROUP", 1_000)
    short, long = statements
    write(Statement(short.reader, short.since, short.since, short.position), tmp_path / "warm")
    peaks = []
    for statement, lines in ((short, FEW), (long, MANY)):
        tracemalloc.start()
        write(statement, tmp_path / "written")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sum(1 for _ in statement.items()) == lines
    assert peaks[1] < peaks[0] * 1.25 + 200_000, peaks
