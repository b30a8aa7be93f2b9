"""Runs one PostgreSQL server for as long as somebody uses it, then removes every trace of it.

Started as a program of its own by tests.support.postgresql: it outlives a test worker that ends early and cleans up
after one that is killed, because what it waits for is a file lock, which the kernel releases with its last holder.

The server comes from the wheel's folder, not through the wheel's own Python code: that code adds a user to the machine
and opens the parent folders of its data when it runs as root. Here a root run copies the programs into the run's folder
and starts them as an existing powerless user.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

READY_SECONDS = 60
CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
QUICK = {  # a test database has nothing to lose in a power cut
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "listen_addresses": "",
}


def keep(wheel: Path, home: Path, announcement: Path, users: Path) -> None:
    """Starts the server in `home`, writes its URL to `announcement`, waits until no process shares the lock `users`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        programs, run_as = programs_of(wheel, home)
        make(programs, home, run_as)
        server = start(programs, home, run_as, QUICK)
        try:
            wait_until_ready(programs, home, server)
            draft = announcement.with_suffix(".draft")
            draft.write_text(f"postgresql+psycopg://postgres@/postgres?host={home}")
            draft.replace(announcement)
            with users.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                announcement.unlink()  # while still locked: nobody may find the address of a server that is going
                _stop(server)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def programs_of(wheel: Path, home: Path) -> tuple[Path, Mapping[str, Any]]:
    """The folder of the server's programs and how to start them: never as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return wheel / "bin", {}
    user = pwd.getpwnam("nobody")
    shared = wheel.parent.with_name(f"{wheel.parent.name}.libs")  # the programs look for it two folders up
    for folder in (wheel, shared):
        copy = home / folder.relative_to(wheel.parent.parent)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("include", "pkgconfig", "*.a"))
    (home / "data").mkdir()
    for folder in (home, home / "data"):
        os.chown(folder, user.pw_uid, user.pw_gid)
    return home / wheel.relative_to(wheel.parent.parent) / "bin", {
        "user": user.pw_uid,
        "group": user.pw_gid,
        "extra_groups": (),
    }


def make(programs: Path, home: Path, run_as: Mapping[str, Any]) -> None:
    """Makes an empty cluster in `home`. Raises RuntimeError, with the log."""
    with (home / "log").open("ab") as log:
        initdb: list[str | Path] = [programs / "initdb", "-D", home / "data", *CLUSTER]
        made = subprocess.run(initdb, check=False, stdout=log, stderr=log, cwd="/", env=_variables(home), **run_as)
    if made.returncode != 0:
        message = f"PostgreSQL could not make its folder:\n{(home / 'log').read_text()}"
        raise RuntimeError(message)


def start(
    programs: Path, home: Path, run_as: Mapping[str, Any], settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Starts the server of the cluster in `home`, where its socket stands too."""
    given = [f"--{name}={value}" for name, value in settings.items()]
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *given],
            stdout=log,
            stderr=log,
            cwd="/",
            env=_variables(home),
            **run_as,
        )


def _variables(home: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TMPDIR": str(home)}


def wait_until_ready(programs: Path, home: Path, server: subprocess.Popen[bytes]) -> None:
    """Returns once the server takes connections. Raises RuntimeError, with the log."""
    deadline = time.monotonic() + READY_SECONDS
    while subprocess.run([programs / "pg_isready", "-q", "-h", home], check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            message = f"PostgreSQL did not start:\n{(home / 'log').read_text()}"
            raise RuntimeError(message)
        time.sleep(0.02)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown: ends sessions, then itself
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait()


def main(wheel: Path, home: Path, announcement: Path, users: Path) -> int:
    """Leaves a keeper behind and returns when its server is ready (0) or can't be had (1)."""
    keeper = os.fork()
    if keeper == 0:
        keep(wheel, home, announcement, users)
        return 0
    while not announcement.exists():
        ended, _ = os.waitpid(keeper, os.WNOHANG)
        if ended:
            return 1
        time.sleep(0.02)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
