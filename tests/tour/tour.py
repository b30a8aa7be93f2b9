"""The tour in README.md, and other pages to follow: their commands, run one after the other, and what they print.

`python -m tests.tour.tour` runs them and writes what they print into the pages.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = (
    README,
    ROOT / "docs" / "explanation" / "residual-revenue.md",
    ROOT / "docs" / "how-to" / "back-up-and-restore.md",
    ROOT / "docs" / "how-to" / "reconcile-payments.md",
    ROOT / "docs" / "how-to" / "keep-a-sheet.md",
    ROOT / "docs" / "how-to" / "lists-and-files.md",
)
"""The pages whose commands are run."""

BLOCK = re.compile(r"```sh\n(?P<commands>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.DOTALL)
ELLIPSIS = "...\n"
"""Stands for any lines."""


class Block(NamedTuple):
    """Commands, what they print according to the page, and what they really print."""

    commands: str
    promised: str | None
    printed: str


def walk(folder: Path, page: Path = README) -> Iterator[Block]:
    """Runs every block of the tour, or of another page, in the folder."""
    (folder / "examples").symlink_to(ROOT / "examples")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": programs, "LANG": "C.UTF-8", "COLUMNS": "100", "PYTHONUTF8": "1"}
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        script = f"set -euo pipefail\n{block['commands']}"
        told = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=environment, check=False, capture_output=True, text=True
        )
        assert (told.returncode, told.stderr) == (0, ""), f"{block['commands']}\n{told.stdout}{told.stderr}"
        yield Block(block["commands"], block["printed"], told.stdout)


def agrees(promised: str, printed: str) -> bool:
    """Whether the page shows what is printed, blanks at line ends aside."""
    pattern = ".*".join(re.escape(_trimmed(part)) for part in promised.split(ELLIPSIS))
    return re.fullmatch(pattern, _trimmed(printed), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


def write(path: Path) -> None:
    """Writes what the commands print into the page, where it doesn't leave out lines on purpose."""
    page = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for commands, promised, printed in walk(Path(folder), path):
            if promised is not None and ELLIPSIS not in promised:
                before, found, after = page.partition(f"```sh\n{commands}```\n\n```text\n")
                page = before + found + _trimmed(printed) + after.removeprefix(promised)
    path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    for each in PAGES:
        write(each)
