"""The ten-minute tour: every command runs, and prints what README.md shows."""

import re
from pathlib import Path

import pytest

from api.settings import Settings
from tests.tour.tour import PAGES, README, agrees, walk


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tour(tmp_path: Path, page: Path) -> None:
    """From an empty folder to the last command; `python -m tests.tour.tour` writes what they print into the page."""
    blocks = list(walk(tmp_path, page))
    assert len(blocks) == page.read_text(encoding="utf-8").count("```sh\n") >= 2
    for block in blocks:
        assert block.promised is not None
        assert agrees(block.promised, block.printed), f"{block.commands}\nprints\n{block.printed}"


def test_every_setting_is_in_the_table() -> None:
    """With its default, in words where it is none."""
    page = README.read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        (row,) = [line for line in page.splitlines() if line.startswith("|") and f"`LEDGER_{name.upper()}`" in line]
        default = ",".join(map(str, field.default)) if isinstance(field.default, tuple) else field.default
        assert default in {None, ""} or f"`{default}`" in row, name


def test_every_link_leads_somewhere() -> None:
    """Within the repository."""
    page = README.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", page)
    assert len(links) > 10
    assert [link for link in links if "//" not in link and not (README.parent / link).exists()] == []
