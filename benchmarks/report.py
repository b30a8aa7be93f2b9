"""The report: benchmarks/RESULTS.md, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks.figures import KEPT, machine, number

RESULTS = Path(__file__).with_name("RESULTS.md")
NOTES = Path(__file__).with_name("NOTES.md")

HEAD = """\
# What the ledger reaches

Written by `python -m benchmarks report` from what the commands below measured; `python -m benchmarks --help` tells how
to measure again. Each figure is the median of several rounds, and a ratio compares rounds that took turns in one run.
"""


def write(kept: Path = KEPT, results: Path = RESULTS) -> None:
    """Writes the report of what is kept in a folder. Raises FileNotFoundError if nothing was measured."""
    found = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(kept.glob("*.json"))}
    if not found:
        raise FileNotFoundError(f"nothing was measured yet: {kept} is empty")
    sections = [HEAD, _machine(), _aims(found)]
    sections += [_section(name, measured) for name, measured in found.items()]
    if NOTES.exists():
        sections.append(NOTES.read_text(encoding="utf-8").strip() + "\n")
    results.write_text("\n".join(sections), encoding="utf-8")
    print(f"{results.name} is written.")


def _machine() -> str:
    on = machine()
    packages = ", ".join(f"{name} {version}" for name, version in on["packages"].items())
    return f"""\
## Where

{on["cores"]} cores, {on["memory"]} of memory, {on["system"]}; Python {on["python"]}, SQLite {on["sqlite"]}, {packages}.
With each command stands the load average of the machine (everything on it, the benchmark included) before and after.
With more load than cores, times by the clock are those of a machine that others use too.
"""


def _aims(found: dict[str, Any]) -> str:
    rows = [
        (one["what"], one["database"], one["aim"], f"{number(one['value'])} {one['unit']}", _met(one["met"]))
        for measured in found.values()
        for one in measured["figures"]
        if one["aim"]
    ]
    return "## Aims\n\n" + "\n".join(_table(("what", "database", "aim", "reached", ""), rows)) + "\n"


def _met(met: bool) -> str:
    return "met" if met else "**missed**"


def _section(name: str, measured: dict[str, Any]) -> str:
    rows = [(one["what"], one["database"], f"{number(one['value'])} {one['unit']}") for one in measured["figures"]]
    table = "\n".join(_table(("what", "database", "found"), rows))
    load = " to ".join(f"{one:g}" for one in dict.fromkeys(measured["load"]))
    return f"## {name.capitalize()}\n\n`{measured['command']}`, at a load of {load}\n\n{table}\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
