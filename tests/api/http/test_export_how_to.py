"""The how-to of exports: every command of the page works on a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.exporting.statements import COLUMNS
from tests.api.http.server import Api
from tests.api.http.test_exports import adjusted

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "export-a-statement.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page types curl, which is not here")
def test_the_how_to_can_be_followed(sqlite_api: Api, tmp_path: Path) -> None:
    """Each command ends well and leaves the file that it names, of the form that it asks for."""
    adjusted(sqlite_api)
    page = PAGE.read_text(encoding="utf-8")
    block = "".join(re.findall(r"```console\n(.*?)```", page, re.DOTALL))
    commands = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    token = sqlite_api.headers()["Authorization"].removeprefix("Bearer ")
    environment = {"URL": sqlite_api.url, "TOKEN": token, "PATH": "/usr/bin:/bin", "no_proxy": "*"}
    for command in commands:
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    begins = {one.name: one.read_bytes()[:4] for one in tmp_path.iterdir() if one.suffix != ".db" and one.is_file()}
    assert {name: begins.get(name) for name in ("march.csv", "march.xlsx", "quarter.parquet", "streams.csv")} == {
        "march.csv": b"kind",
        "march.xlsx": b"PK\x03\x04",
        "quarter.parquet": b"PAR1",
        "streams.csv": b"acco",
    }


def test_the_page_tells_of_columns_that_there_are() -> None:
    """What stands in it as a column of the files is one."""
    page = PAGE.read_text(encoding="utf-8").partition("## What the columns say")[2]
    named = {
        "kind",
        "amount",
        "adjusts",
        "base",
        "period",
        "booked_in",
        "closed",
        "event",
        "caused_by",
        "before",
        "after",
    }
    assert named <= set(COLUMNS)
    assert all(f"`{name}`" in page for name in named)
