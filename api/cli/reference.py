"""The reference page of the command line, written from the app: `python -m api.cli.reference > FILE`."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from api.cli.main import app

WIDTH = 100

_HEAD = """\
# The command line

Written from the code by `python -m api.cli.reference`: don't edit, write it again.

`ledger COMMAND --help` prints what stands here. Every command opens the ledger by itself: no server has to run, and
one may. Questions take `--on` (the business day they are about, default today) and `--known-at` (what the ledger knew
then: a position or an instant, default now), and answer with `--json` as the HTTP API does.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | the answer is "no", or a check failed |
| 2 | wrong usage or input |
| 3 | the ledger could not be reached or opened |
| 70 | something went wrong that should not have: report it |
| 130 | interrupted |
"""


def page() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    sections = [f"\n## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(root, "ledger", None)]
    return _HEAD + "".join(sections)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    """Every command with its help, groups before what is in them."""
    words = name.rpartition(" ")[2]
    context = command.make_context(words, [], parent=parent, resilient_parsing=True)
    context.terminal_width = context.max_content_width = WIDTH
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield name, text.strip()
    for each, one in getattr(command, "commands", {}).items():
        yield from _helps(one, f"{name} {each}", context)


if __name__ == "__main__":
    sys.stdout.write(page())
