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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from api.http.serving import CannotListen, address_of, first_question, listening
from api.settings import Settings
from tests.api.http.story import beginning, claim

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


def run(command: str) -> str:
    """What a command prints that a person would paste into a shell."""
    return subprocess.run(shlex.split(command), check=True, capture_output=True, text=True).stdout


def test_it_makes_the_ledger_and_says_what_to_try(tmp_path: Path) -> None:
    """From an empty folder to an answer: the commands it prints work as they stand."""
    with program(database_url=f"sqlite:///{tmp_path}/ledger.db") as (running, address):
        assert running.stdout is not None
        told = "".join(running.stdout.readline() for _ in range(3))
        recording, asking = told.removeprefix("Try    ").splitlines()[:2]
        assert '"position":2' in run(recording)
        answer = run(asking)
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


@pytest.mark.slow
def test_several_workers_see_each_others_writes(postgresql_url: str) -> None:
    """A write's answer is visible to every later question, from any worker."""
    with program(database_url=postgresql_url, workers="2") as (running, address):
        with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
            client.post("/v1/events", json={"events": [*beginning(), *claim()]})
        failures: list[str] = []

        def write_then_ask(number: int) -> None:
            for turn in range(15):
                party_id = f"p-{number}-{turn}"
                sent = {"type": "party_registered", "data": {"party_id": party_id, "name": "P", "kind": "employee"}}
                with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
                    told = client.post("/v1/events", json={"events": [sent]})
                with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
                    asked = client.get("/v1/accounts/acme/calling-rights", params={"party_id": party_id})
                if told.status_code != 201 or asked.status_code != 200:
                    failures.append(f"{told.status_code} {asked.status_code} {asked.text}")

        threads = [threading.Thread(target=write_then_ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        log = httpx.get(f"{address}/v1/events", params={"limit": 1_000}, trust_env=False).json()
        assert [one["position"] for one in log["items"]] == list(range(1, 70))
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) in {0, -signal.SIGTERM}


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
