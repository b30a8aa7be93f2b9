"""Exports: a statement of 200,000 lines as a file of each kind, how long that takes, and how much memory.

The lines are put where the rules would have put them, by plain SQL. Each file is written by a process of its own, so
that the peak of its memory is that of writing it; what a process has that writes a statement of no line is taken off.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import orjson
from sqlalchemy import insert

from api.exporting.statements import csv_rows, write_parquet, write_xlsx
from api.wiring import RightsLedger
from benchmarks.databases import database, ledger
from benchmarks.figures import Figure
from benchmarks.histories import PEOPLE, account, fill, opportunity, people
from benchmarks.options import Options
from ledger.store import open_store
from policies.kept import Entitlement
from projections.schema import OPEN_POSITION, kept_entitlements
from projections.statements import Statement

LINES, LINES_EACH, AT_ONCE = 200_000, 40, 5_000
YEAR = date(2026, 1, 1), date(2027, 1, 1)
NAME = "acme"


def measure(options: Options) -> Iterator[Figure]:
    """Seconds, size and memory of each format."""
    lines = options.size(LINES, 200)
    for kind in options.databases:
        with database(kind) as url:
            with ledger(url) as opened:
                fill(opened, [*people(), account(NAME), *opportunity(NAME, 1, date(2025, 1, 1))])
                _put(opened, lines)
            for form in WRITERS:
                _, least, _ = _written(url, form, whole=False)
                seconds, peak, size = _written(url, form, whole=True)
                what = f"a statement of {lines:,} lines as {form}"
                yield Figure(what, seconds, "s", kind)
                yield Figure(f"{what}, size", size / 1e6, "MB", kind)
                yield Figure(f"{what}, memory beyond that of one of no line", peak - least, "MB", kind)


def _csv(statement: Statement, path: Path) -> None:
    with path.open("wb") as out:
        out.writelines(csv_rows(statement))


WRITERS: dict[str, Callable[[Statement, Path], None]] = {"csv": _csv, "xlsx": write_xlsx, "parquet": write_parquet}


def _written(url: str, form: str, *, whole: bool) -> tuple[float, float, int]:
    """Seconds, peak of memory in MB, and size of a file that a process of its own writes."""
    command = [sys.executable, "-m", "benchmarks.exporting", url, form, "whole" if whole else "nothing"]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    seconds, peak, size = orjson.loads(told)
    return seconds, peak, size


def main(url: str, form: str, how_much: str) -> None:
    """Writes one file, and tells what it took."""
    since, until = YEAR
    with open_store(url) as store, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement"
        statement = Statement(store.read, since, until if how_much == "whole" else since, store.read.head().position)
        began = time.perf_counter()
        WRITERS[form](statement, path)
        seconds = time.perf_counter() - began
        peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1_000  # Linux
        sys.stdout.buffer.write(orjson.dumps([seconds, peak, path.stat().st_size]))


def _put(opened: RightsLedger, lines: int) -> None:
    for start in range(0, lines, AT_ONCE):
        rows = [_row(number, lines) for number in range(start, min(lines, start + AT_ONCE))]
        with opened.store.transaction() as connection:
            connection.execute(insert(kept_entitlements), rows)


def _row(number: int, lines: int) -> dict[str, object]:
    day = YEAR[0] + timedelta(days=number * 365 // lines)
    contract = number % max(1, lines // LINES_EACH)
    line = Entitlement(
        "share",
        NAME,
        f"c-{contract:06}",
        day,
        day + timedelta(days=30),
        f"018f3c1e-7b0a-4c55-9d5e-{number:012}",
        "USD",
        48_210,
        48_210,
        48_210,
        f"opportunity-{contract // 3:06}",
        PEOPLE[contract % len(PEOPLE)],
        "100",
    )
    columns = (
        "account_id",
        "valid_from",
        "valid_until",
        "kind",
        "party_id",
        "contract_id",
        "opportunity_id",
        "currency",
    )
    return {
        **{name: getattr(line, name) for name in (*columns, "amount", "counted")},
        "known_from": 1,
        "known_until": OPEN_POSITION,
        "ordinal": number,
        "body": msgspec.json.encode(line).decode(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
