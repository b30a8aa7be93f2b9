"""Figures: what a benchmark found, kept as JSON in benchmarks/measured, beside the others, for the report."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from ledger.store.engines import sqlite_driver

KEPT = Path(__file__).with_name("measured")


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured. `met` tells whether the aim of the issues was reached (None: there is none)."""

    what: str
    value: float
    unit: str
    database: str = ""
    aim: str = ""
    met: bool | None = None


def at_least(what: str, value: float, unit: str, aim: float, database: str = "") -> Figure:
    """A figure that should be no smaller than its aim."""
    return Figure(what, value, unit, database, f"≥ {aim:,g}", value >= aim)


def at_most(what: str, value: float, unit: str, aim: float, database: str = "") -> Figure:
    """A figure that should be no larger than its aim."""
    return Figure(what, value, unit, database, f"≤ {aim:,g}", value <= aim)


def keep(name: str, command: str, figures: Iterable[Figure]) -> None:
    """Keeps what a benchmark found, and how much the machine had to do before and after; and shows it."""
    before = os.getloadavg()[1]
    found = list(figures)
    KEPT.mkdir(parents=True, exist_ok=True)
    load = sorted(round(one, 1) for one in (before, os.getloadavg()[1]))
    kept = {"command": command, "load": load, "figures": [asdict(one) for one in found]}
    (KEPT / f"{name}.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    for one in found:
        aim = f"   aim {one.aim}: {'met' if one.met else 'missed'}" if one.aim else ""
        print(f"{one.database:>10}  {one.what}: {number(one.value)} {one.unit}{aim}", flush=True)


def number(value: float) -> str:
    """A number as people read it: three significant digits, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def median(values: Sequence[float]) -> float:
    """The median; one odd round changes nothing."""
    return statistics.median(values)


def machine() -> dict[str, Any]:
    """What the figures were measured on: cores, memory and versions; nothing that names the machine."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory": f"{round(pages * size / 2**30)} GiB",
        "system": f"{platform.system()} on {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite_driver.sqlite_version + (" (Python's own)" if sqlite_driver is sqlite3 else ""),
        "packages": {name: version(name) for name in ("fastapi", "uvicorn", "pydantic", "sqlalchemy", "psycopg")},
    }
