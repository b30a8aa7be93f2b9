"""Putting rows in order without holding them all in memory: sorted runs in temporary files, merged as they are read."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

RUN_BYTES = 4 * 2**20
"""How much is held in memory before it goes to disk."""

_LENGTHS = 3
_LENGTH_BYTES = 8


class Keyed(NamedTuple):
    """Something to be put in order: by its text, then by its line."""

    text: str
    line: int
    payload: bytes


def in_order(rows: Iterable[Keyed], run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """The payloads in their order. At most one run is in memory, and then one row of each run."""
    runs: list[Path] = []
    waiting: list[Keyed] = []
    size = 0
    with tempfile.TemporaryDirectory(prefix="ledger-import-") as folder:
        for row in rows:
            waiting.append(row)
            size += len(row.payload)
            if size >= run_bytes:
                runs.append(_written(Path(folder) / str(len(runs)), waiting))
                waiting, size = [], 0
        waiting.sort()
        for row in heapq.merge(waiting, *map(_read, runs)):
            yield row.payload


def _written(path: Path, rows: list[Keyed]) -> Path:
    rows.sort()
    with path.open("wb") as out:
        for row in rows:
            text = row.text.encode()
            for number in (row.line, len(text), len(row.payload)):
                out.write(number.to_bytes(_LENGTH_BYTES, "big"))
            out.write(text)
            out.write(row.payload)
    return path


def _read(path: Path) -> Iterator[Keyed]:
    with path.open("rb") as stored:
        while head := stored.read(_LENGTHS * _LENGTH_BYTES):
            line, text, payload = (
                int.from_bytes(head[at : at + _LENGTH_BYTES], "big") for at in range(0, len(head), _LENGTH_BYTES)
            )
            yield Keyed(stored.read(text).decode(), line, stored.read(payload))
