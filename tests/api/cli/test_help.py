"""Help: every command teaches, and the reference page is what the commands say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.reference import page
from tests.api.cli.conftest import Ledger

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"
COMMANDS = re.findall(r"^## ledger ?(.*)$", page(), re.MULTILINE)


def test_the_reference_page_is_current() -> None:
    """Write it again: `python -m api.cli.reference > docs/reference/command-line.md`."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, typed: Ledger) -> None:
    """With -h as with --help, and with examples that begin with its own name."""
    said = typed(*command.split(), "--help")
    assert (said.code, said.err) == (0, "")
    assert typed(*command.split(), "-h").out == said.out
    if "COMMAND [ARGS]" not in said.out:
        assert re.search(rf"^  Examples:\n(    \S.*\n)*    .*ledger {command}", said.out, re.MULTILINE)


def test_all_commands_of_the_contract_are_there() -> None:
    """And no more than the page tells."""
    assert {*COMMANDS} == {
        "", "serve", "scheduler", "migrate", "who-may-call", "account", "timeline", "rights", "deadlines",
        "obligations", "what-if", "reassign", "rules", "figures", "rebuild", "verify", "import", "import crm", "events",
        "events list", "events show", "events record", "disputes", "dispute", "stages", "opportunity",
        "opportunity list", "opportunity show", "opportunity history", "dispute show", "dispute open",
        "dispute evidence", "dispute answer", "dispute rule", "dispute withdraw",
        "leads", "leads list", "leads show", "leads figures", "leads capture", "leads convert",
        "review", "actions", "action", "action agree", "action done", "action drop", "assessment", "key-players",
        "closing-plan", "selection-criteria", "ranking",
        "residuals", "statement", "close", "impact", "reconcile", "token", "key", "key create", "key list",
        "key rotate", "key revoke", "webhooks", "webhooks run", "webhooks list", "webhooks add",
        "funnel", "attention", "exceptions",
        "backup",
        "webhooks remove", "webhooks deliveries", "webhooks replay", "views", "views list", "views show", "views run",
        "home", "export", "import csv",
    }  # fmt: skip


def test_help_comes_at_once() -> None:
    """What takes long to load is loaded by the commands that need it, once they run."""
    looks = "import sys, api.cli.main; print({'sqlalchemy', 'pydantic', 'fastapi', 'msgspec'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", looks], check=True, capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize("arguments", [(), ("events",), ("import",), ("dispute",), ("views",), ("leads",)])
def test_a_group_alone_shows_what_is_in_it(arguments: tuple[str, ...], typed: Ledger) -> None:
    """Exit code 2: nothing was asked."""
    said = typed(*arguments)
    assert said.code == 2
    assert "Commands:" in said.out + said.err


def test_the_program_is_installed(tmp_path: Path) -> None:
    """`ledger` stands beside the Python it belongs to; its exit code is that of the command."""
    program = Path(sys.executable).with_name("ledger")
    told = subprocess.run([program, "rights", "acme"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (3, "")
    assert subprocess.run([program, "rules"], check=False, capture_output=True).returncode == 0


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """`ledger rules --json | head -1` ends quietly."""
    program = Path(sys.executable).with_name("ledger")
    for options, first in (("--json", "{\n"), ("", "\n")):
        command = ["bash", "-c", f"set -o pipefail; {program} rules {options} | head -1"]
        told = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (told.returncode, told.stdout, told.stderr) == (0, first, "")
