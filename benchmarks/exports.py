"""A CRM export to import: the one given, or a generated one of the same shape and size."""

from __future__ import annotations

import csv
import importlib.util
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.options import Options

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DEALS, ACCOUNTS, AGENTS = 8_800, 85, 35


@contextmanager
def export(options: Options) -> Iterator[tuple[Path, Path]]:
    """The mapping and the folder of an export."""
    if options.folder is not None:
        yield options.mapping or EXAMPLES / "maven-crm.toml", options.folder
        return
    with TemporaryDirectory(prefix="ledger-export-") as folder:
        generate(Path(folder), options.size(DEALS, 60))
        yield EXAMPLES / "small-crm" / "mapping.toml", Path(folder)


def rejects_beside(url: str) -> Path:
    """Where the rejected rows go: beside the database file, or nowhere."""
    if url.startswith("sqlite"):
        return Path(url.removeprefix("sqlite:///")).with_name("rejects.csv")
    return Path(os.devnull)


def generate(folder: Path, deals: int) -> None:
    """Writes an export in the shape of examples/small-crm: as many deals, 85 accounts and 35 people."""
    small = _small_crm()
    small.ACCOUNTS[1:] = [
        (f"Account {number}", "retail", "1990", "100.00", "100", "Norway", "") for number in range(ACCOUNTS)
    ]
    small.TEAMS[1:] = [(f"Agent {number}", f"Manager {number % 6}", "North") for number in range(AGENTS)]
    rows = small.drawn(deals, random.Random(2026))
    pipeline = {"sales_pipeline.csv": [small.HEADER, *rows]}
    files = {"accounts.csv": small.ACCOUNTS, "products.csv": small.PRODUCTS, "sales_teams.csv": small.TEAMS, **pipeline}
    for name, lines in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)


def _small_crm() -> Any:
    """The module that writes the small export, a fresh copy of it."""
    spec = importlib.util.spec_from_file_location("small_crm", EXAMPLES / "small-crm" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
