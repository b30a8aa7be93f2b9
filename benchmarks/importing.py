"""Import: the whole CRM export into an empty ledger, kept answers included, in a process of its own; then a rebuild."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks.databases import database, ledger
from benchmarks.exports import export, rejects_beside
from benchmarks.figures import Figure, at_least, at_most, median
from benchmarks.options import Options


def measure(options: Options) -> Iterator[Figure]:
    """Events by second of the whole import, as the command does it, and the most memory it held; then a rebuild."""
    for kind in options.databases:
        done: list[dict[str, Any]] = []
        with export(options) as (mapping, folder):
            for _ in range(options.size(min(options.rounds, 3), 1)):
                with database(kind) as url:
                    done.append(in_a_process("import", url, str(mapping), str(folder)))
                    done[-1]["rebuild"] = in_a_process("rebuild", url)
        events = done[0]["events"]
        speed = median([one["events"] / one["seconds"] for one in done])
        busy = median([one["events"] / one["busy"] for one in done])
        memory = max(one["memory"] for one in done)
        what = f"import of {events:,} events"
        if kind == "sqlite":
            yield at_least(what, speed, "events/s", 4_000, kind)
            yield at_most(f"{what}, peak memory", memory, "MB", 300, kind)
        else:
            yield Figure(what, speed, "events/s", kind)
            yield Figure(f"{what}, peak memory", memory, "MB", kind)
        yield Figure(f"{what}, by second of processor time", busy, "events/s", kind)
        rebuilt = [one["rebuild"] for one in done]
        yield Figure("rebuild", median([one["events"] / one["seconds"] for one in rebuilt]), "events/s", kind)
        yield Figure(
            "rebuild, by second of processor time",
            median([one["events"] / one["busy"] for one in rebuilt]),
            "events/s",
            kind,
        )


def in_a_process(*arguments: str) -> dict[str, Any]:
    """What this module, run by itself, tells."""
    run = subprocess.run([sys.executable, "-m", "benchmarks.importing", *arguments], check=True, stdout=subprocess.PIPE)
    told: dict[str, Any] = orjson.loads(run.stdout)
    return told


def _import(url: str, mapping: str, folder: str) -> int:
    from api.importing.crm import CrmImport

    planned = CrmImport(Path(mapping), Path(folder))
    with ledger(url) as opened:
        return planned.run(opened.read, opened.recorder, rejects_beside(url)).recorded


def _rebuild(url: str) -> int:
    from projections.rebuild import rebuild

    with ledger(url) as opened:
        return rebuild(opened.store).events


def main(what: str, *arguments: str) -> None:
    """Does one of the two and tells how long it took, how busy the processor was, and the most memory it held (MB)."""
    began, busy = time.monotonic(), time.process_time()
    events = _import(*arguments) if what == "import" else _rebuild(*arguments)
    told = {
        "events": events,
        "seconds": time.monotonic() - began,
        "busy": time.process_time() - busy,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(orjson.dumps(told).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
