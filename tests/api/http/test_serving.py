"""`serve`, as a program: it migrates, says what to open, ends what is under way, and starts several workers."""

import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from api.http.serving import CannotListen, address_of, first_question, listening
from api.metrics import is_alive
from api.settings import Settings
from ledger.store import open_store
from tests.api.http.server import allowing
from tests.api.http.story import appointment, beginning, claim, forecast, opportunity

PROGRAM = "from api.settings import Settings; from api.http.serving import serve; serve(Settings())"


@contextmanager
def program(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running program and its address, once it has said what to open."""
    environment = {
        **os.environ,
        "LEDGER_PORT": "0",
        **{f"LEDGER_{name.upper()}": said for name, said in settings.items()},
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running, _address(running)
        finally:
            running.kill()


def _address(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("Open"):
            return line.split()[1].removesuffix("/docs")
    raise AssertionError(running.stderr.read() if running.stderr else "it said nothing")


def run(command: str, token: str) -> str:
    """What a command prints that a person would paste into a shell, once the token is exported."""
    typed = shlex.split(command.replace("$LEDGER_TOKEN", token))
    return subprocess.run(typed, check=True, capture_output=True, text=True).stdout


def admin_of(database_url: str) -> dict[str, str]:
    """The header of an admin, made beside the running server."""
    with open_store(database_url) as store:
        return allowing(store)


def test_it_makes_the_ledger_and_says_what_to_try(tmp_path: Path) -> None:
    """From an empty folder to an answer: the commands it prints work as they stand."""
    with program(database_url=f"sqlite:///{tmp_path}/ledger.db") as (running, address):
        assert running.stdout is not None
        told = "".join(running.stdout.readline() for _ in range(4))
        admitting, recording, asking = told.splitlines()[:3]
        assert admitting.endswith("$(ledger token --role admin)")
        token = admin_of(f"sqlite:///{tmp_path}/ledger.db")["Authorization"].removeprefix("Bearer ")
        assert '"position":2' in run(recording.removeprefix("Try    "), token)
        answer = run(asking, token)
        assert '"verdict":"allowed"' in answer
        assert httpx.get(f"{address}/docs", trust_env=False).status_code == 200


def test_a_request_under_way_is_ended_before_it_stops(tmp_path: Path) -> None:
    """SIGTERM in the middle of a request: the request is recorded and answered, then the server leaves."""
    with program(database_url=f"sqlite:///{tmp_path}/ledger.db") as (running, address):
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
        body = httpx.Request("POST", "http://x", json={"events": [*beginning(), *claim()]}).content
        connection.putrequest("POST", "/v1/events")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Authorization", admin_of(f"sqlite:///{tmp_path}/ledger.db")["Authorization"])
        connection.endheaders(body[:10])
        time.sleep(0.3)
        running.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.send(body[10:])
        assert connection.getresponse().status == 201
        connection.close()
        assert running.wait(timeout=20) in {0, -signal.SIGTERM}


def test_a_keyboard_interrupt_ends_it_quietly(tmp_path: Path) -> None:
    """Ctrl-C is how a person stops it: no traceback."""
    with program(database_url=f"sqlite:///{tmp_path}/ledger.db") as (running, _):
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)
        assert running.returncode == 0
        assert "Traceback" not in errors


def test_an_sqlite_ledger_is_scheduled_by_its_server(sqlite_url: str) -> None:
    """Nothing else has to run: what lapsed long ago is announced by itself, and readiness says who does it."""
    with program(database_url=sqlite_url, scheduler_seconds="1") as (running, address):
        allowed = admin_of(sqlite_url)
        with httpx.Client(base_url=address, timeout=20, trust_env=False, headers=allowed) as client:
            over = forecast(expected_award_on="2020-01-31")
            client.post("/v1/events", json={"events": [*beginning(), opportunity(), appointment(), over]})
            deadline = time.monotonic() + 30
            while not (told := client.get("/v1/events", params={"type": "rights_lapsed"}).json()["items"]):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert [(one["actor"], one["effective_on"]) for one in told] == [("system:scheduler", "2026-01-10")]
            assert client.get("/readyz").json()["scheduler"]["state"] == "alive"
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) in {0, -signal.SIGTERM}


@pytest.mark.parametrize(
    ("settings", "schedules"),
    [
        ({}, True),
        ({"serve_scheduler": "off"}, False),
        ({"database_url": "postgresql+psycopg://host/ledger"}, False),
        ({"database_url": "postgresql+psycopg://host/ledger", "serve_scheduler": "on"}, True),
    ],
)
def test_which_server_has_a_scheduler_inside(settings: dict[str, str], schedules: bool) -> None:
    """The embedded default, unless it is switched off; on PostgreSQL it has a process of its own."""
    assert Settings(**settings).schedules == schedules  # type: ignore[arg-type]


@pytest.mark.slow
def test_several_workers_see_each_others_writes(postgresql_url: str) -> None:
    """A write's answer is visible to every later question, from any worker."""
    with program(database_url=postgresql_url, workers="2") as (running, address):
        allowed = admin_of(postgresql_url)
        with httpx.Client(base_url=address, timeout=20, trust_env=False, headers=allowed) as client:
            client.post("/v1/events", json={"events": [*beginning(), *claim()]})
        failures: list[str] = []

        def write_then_ask(number: int) -> None:
            for turn in range(15):
                party_id = f"p-{number}-{turn}"
                sent = {"type": "party_registered", "data": {"party_id": party_id, "name": "P", "kind": "employee"}}
                with httpx.Client(base_url=address, timeout=20, trust_env=False, headers=allowed) as client:
                    told = client.post("/v1/events", json={"events": [sent]})
                with httpx.Client(base_url=address, timeout=20, trust_env=False, headers=allowed) as client:
                    asked = client.get("/v1/accounts/acme/calling-rights", params={"party_id": party_id})
                if told.status_code != 201 or asked.status_code != 200:
                    failures.append(f"{told.status_code} {asked.status_code} {asked.text}")

        threads = [threading.Thread(target=write_then_ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        log = httpx.get(f"{address}/v1/events", params={"limit": 1_000}, headers=allowed, trust_env=False).json()
        assert [one["position"] for one in log["items"]] == list(range(1, 70))
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) in {0, -signal.SIGTERM}


def workers_of(running: subprocess.Popen[str]) -> list[int]:
    """The processes of a running program that answer requests."""
    command = ["ps", "-ww", "--no-headers", "-o", "pid,args", "--ppid", str(running.pid)]
    told = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in told.splitlines() if "spawn_main" in line]


def until(done: Callable[[], object]) -> None:
    """Waits until something has come about."""
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def answers(address: str, path: str, allowed: dict[str, str]) -> httpx.Response | None:
    """What is answered on a connection of its own, which any worker may take; None if nobody listens."""
    try:
        return httpx.get(f"{address}{path}", headers=allowed, timeout=20, trust_env=False)
    except httpx.TransportError:
        return None


def counted(address: str, name: str, allowed: dict[str, str]) -> set[float]:
    """What workers tell of a metric, asked often enough that each of two was."""
    told = [answers(address, "/metrics", allowed) for _ in range(12)]
    lines = [line for one in told if one is not None for line in one.text.splitlines()]
    return {float(line.split()[1]) for line in lines if line.startswith(f"{name} ")}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks ps which processes there are")
def test_workers_count_together_and_a_killed_one_is_replaced(postgresql_url: str) -> None:
    """Any worker tells the sum of all; one that is killed leaves its counts behind, and another takes its place."""
    with program(database_url=postgresql_url, workers="2") as (running, address):
        allowed = admin_of(postgresql_url)
        for number in range(12):
            sent = {"type": "party_registered", "data": {"party_id": f"p-{number}", "name": "P", "kind": "employee"}}
            httpx.post(f"{address}/v1/events", json={"events": [sent]}, headers=allowed, trust_env=False)
        assert counted(address, "ledger_events_recorded_total", allowed) == {12.0}
        first = workers_of(running)
        with httpx.stream("GET", f"{address}/v1/events/stream", headers=allowed, trust_env=False) as stream:
            told = stream.iter_raw()
            assert next(told) == b"retry: 2000\n\n"
            assert counted(address, "ledger_streams", allowed) == {1.0}
            assert len(first) == 2
            for worker in first:
                os.kill(worker, signal.SIGKILL)
                until(lambda gone=worker: gone not in workers_of(running) and len(workers_of(running)) == 2)
        until(lambda: answers(address, "/livez", allowed))
        assert not {*first} & {*workers_of(running)}
        assert counted(address, "ledger_events_recorded_total", allowed) == {12.0}
        assert counted(address, "ledger_streams", allowed) == {0.0}
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) in {0, -signal.SIGTERM}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks ps which processes there are")
def test_workers_leave_when_the_one_who_started_them_is_killed(postgresql_url: str) -> None:
    """Nobody would stop them, and they would keep the port from the next server."""
    with program(database_url=postgresql_url, workers="2") as (running, address):
        workers = workers_of(running)
        assert len(workers) == 2
        running.kill()
        until(lambda: answers(address, "/livez", {}) is None)
        until(lambda: not any(is_alive(worker) for worker in workers))
        port = int(address.rpartition(":")[2])
        listening("127.0.0.1", port).close()


def test_a_port_that_is_taken_is_told() -> None:
    """Which address, and what to do."""
    with listening("127.0.0.1", 0) as taken, pytest.raises(CannotListen, match="give another"):
        listening("127.0.0.1", taken.getsockname()[1])


def test_a_host_that_is_none_is_told() -> None:
    """A name that leads nowhere."""
    with pytest.raises(CannotListen):
        listening("no-such-host.invalid", 0)


def test_the_address_is_one_that_can_be_opened() -> None:
    """Listening everywhere is told as this machine; IPv6 in brackets."""
    with listening("0.0.0.0", 0) as everywhere:  # noqa: S104 - that is what is tested
        assert address_of(everywhere) == f"http://127.0.0.1:{everywhere.getsockname()[1]}"
    if socket.has_ipv6:
        try:
            with listening("::1", 0) as sixth:
                assert address_of(sixth).startswith("http://[::1]:")
        except CannotListen:
            pytest.skip("this machine has no IPv6")


def test_a_ledger_with_events_is_shown_its_last_ones() -> None:
    """What to try depends on what is there."""
    assert "after=54" in first_question("http://x", 57)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"workers": 2}, "one process"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
        ({"port": 70_000}, "less than or equal"),
        ({"colour": "red"}, "not permitted"),
    ],
)
def test_settings_that_are_wrong_say_so(wrong: dict[str, object], says: str) -> None:
    """Before anything is opened."""
    with pytest.raises(ValidationError, match=says):
        Settings(**wrong)  # type: ignore[arg-type]


def test_settings_do_not_show_the_databases_password() -> None:
    """Their text is safe to log."""
    assert "secret" not in repr(Settings(database_url="postgresql+psycopg://ledger:secret@host/ledger"))
