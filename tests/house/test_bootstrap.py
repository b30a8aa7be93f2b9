"""bootstrap.py: says what is in the way, and installs again only when what is locked has changed."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

PROGRAM = Path(bootstrap.__file__)

A_SERVER = f"""#!{sys.executable}
import http.server, sys
class Alive(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/livez" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
arguments = dict(zip(sys.argv[2::2], sys.argv[3::2]))
print("served with", sys.argv[1:], flush=True)
try:
    http.server.HTTPServer((arguments["--host"], int(arguments["--port"])), Alive).serve_forever()
except KeyboardInterrupt:
    sys.exit(7)
"""
SERVE_IT = """
import sys, bootstrap
from pathlib import Path
bootstrap.environment = lambda purpose: Path(sys.argv[1])
sys.exit(bootstrap.main(["serve", *sys.argv[2:]]))
"""


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """bootstrap.py as its user starts it."""
    command = [sys.executable, PROGRAM, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **variables})


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a lock of its own, an environment that is made in no time, and a note of each installation."""
    (tmp_path / "requirements").mkdir()
    for name in ("pyproject.toml", "requirements/build.txt", "requirements/run.txt", "requirements/dev.txt"):
        (tmp_path / name).write_text(name)

    def install(venv: Path, purpose: str) -> None:
        venv.mkdir(exist_ok=True)
        with (tmp_path / "installed").open("a") as note:
            note.write(f"{purpose} ")

    monkeypatch.setattr(bootstrap, "HERE", tmp_path)
    monkeypatch.setattr(bootstrap, "_is_of_this_python", lambda _venv: True)
    monkeypatch.setattr(bootstrap, "_install", install)
    monkeypatch.delenv("LEDGER_VENV", raising=False)
    return tmp_path


def test_the_help_teaches() -> None:
    """Each command shows how it is used, with what may follow it."""
    for command in ("serve", "test"):
        told = run(command, "--help")
        assert (0, True) == (told.returncode, f"python3 bootstrap.py {command}" in told.stdout)


def test_a_place_that_cant_be_written_is_named_with_the_way_out() -> None:
    """A read-only disk ends the command at once, with the variable that names another place."""
    told = run("serve", LEDGER_VENV=f"{os.devnull}/venv")

    assert told.returncode == 3
    assert "can't be written" in told.stderr
    assert "LEDGER_VENV" in told.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's Python comes without ensurepip: the message names the package that brings it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())

    with pytest.raises(bootstrap.CannotGoOn, match="apt install python3-venv"):
        bootstrap._make(tmp_path / "venv")


def test_an_environment_is_installed_again_only_when_the_lock_changed(locked: Path) -> None:
    """The second time nothing is done; after a change of the lock it is done again."""
    bootstrap.environment("run")
    bootstrap.environment("run")
    (locked / "requirements/run.txt").write_text("another version")
    bootstrap.environment("run")

    assert (locked / "installed").read_text() == "run run "


def test_an_environment_for_the_tests_serves_too(locked: Path) -> None:
    """What the tests need holds what the ledger needs: serving after testing installs nothing."""
    bootstrap.environment("dev")
    bootstrap.environment("run")

    assert (locked / "installed").read_text() == "dev "


def test_an_interrupted_installation_is_begun_again(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stamp says that an environment is good before it is."""

    def interrupted(_venv: Path, _purpose: str) -> None:
        raise KeyboardInterrupt

    bootstrap.environment("run")
    (locked / "requirements/run.txt").write_text("another version")
    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "_install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.environment("run")
    bootstrap.environment("run")

    assert (locked / "installed").read_text() == "run run "
    assert json.loads((locked / ".venv/bootstrap.json").read_text())["purpose"] == "run"


@pytest.mark.parametrize(
    ("arguments", "spread"), [((), True), (("-k", "calling"), True), (("-n0",), False), (("-x", "--pdb"), False)]
)
def test_tests_are_spread_unless_asked_otherwise(
    arguments: tuple[str, ...], spread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after `test` goes to pytest, which gets a worker more than cores unless the arguments forbid it."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    _, command = bootstrap._checks(arguments)[-1]

    assert command == ["pytest", *(["-n", "3", "--dist", "worksteal"] if spread else []), *arguments]


def test_serve_becomes_the_server_and_says_what_to_try_once_it_answers(tmp_path: Path) -> None:
    """The last lines come after the server's own; a signal reaches the server, whose exit code is the command's."""
    program = tmp_path / "bin" / "ledger"
    program.parent.mkdir()
    program.write_text(A_SERVER)
    program.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    arguments = [tmp_path, "--port", port, "--database-url", "sqlite:///some.db", "--workers", "1"]
    command = [sys.executable, "-c", SERVE_IT, *arguments]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROGRAM.parent) as process:
        assert process.stdout is not None
        told = ""
        while "--help" not in told:
            told += process.stdout.readline()
        process.send_signal(signal.SIGINT)

    assert process.returncode == 7
    assert told.startswith("served with ['serve', '--host', '127.0.0.1'")
    assert f"open       http://127.0.0.1:{port}/docs" in told


def test_the_welcome_shows_no_password() -> None:
    """The last lines name the database, without the secret in its URL."""
    told = bootstrap._welcome("http://127.0.0.1:8000", "postgresql+psycopg://me:secret@host/ledger", Path("bin"))

    assert "secret" not in told
    assert "http://127.0.0.1:8000/docs" in told
