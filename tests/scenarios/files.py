"""The scenario files: what each scenario is called, which rules and figures it shows, and its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
FIELDS = frozenset({"scenario", "rules", "figures", "why", "given", "before", "when", "then"})


@dataclass(frozen=True)
class Scenario:
    """One scenario. `before` are answers as known before the facts under `when` were recorded."""

    file: str
    name: str
    rules: tuple[str, ...]
    figures: tuple[str, ...]
    given: tuple[str, ...]
    before: tuple[str, ...]
    when: tuple[str, ...]
    then: tuple[str, ...]


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario in the order of the files."""
    return tuple(_scenarios())


def _scenarios() -> Iterator[Scenario]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield _scenario(path.stem, raw)


def _scenario(file: str, raw: dict[str, Any]) -> Scenario:
    unknown = raw.keys() - FIELDS
    if unknown:
        raise ValueError(f"{file}: {raw.get('scenario')!r} has unknown fields {sorted(unknown)}")
    lists = {name: tuple(raw.get(name, ())) for name in FIELDS - {"scenario", "why"}}
    return Scenario(file, raw["scenario"], **lists)
