"""Streams over real HTTP: nothing missed, nothing twice, in order; ended when the reader or the server leaves."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect

from api.feeds.sse import EventStream, Streams
from tests.api.http.server import Api
from tests.api.http.story import account, beginning, claim, event
from tests.api.http.test_serving import admin_of, program

Message = tuple[str, dict[str, Any]]


@contextmanager
def stream(
    url: str, headers: dict[str, str], path: str = "/v1/events/stream", **asked: str
) -> Iterator[Iterator[Message]]:
    """The messages of a stream as they come: each its id and its data."""
    with (
        httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
        client.stream("GET", path, params=asked, headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield messages(response.iter_lines())


def messages(lines: Iterator[str]) -> Iterator[Message]:
    """What the lines of a stream say."""
    name = ""
    for line in lines:
        if line.startswith("id: "):
            name = line[4:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def take(told: Iterator[Message], number: int) -> list[Message]:
    """The next so many messages."""
    return [next(told) for _ in range(number)]


def test_eight_writers_and_one_reader(api: Api) -> None:
    """The reader is told of every event once, in the order of positions."""
    headers = api.headers()
    with stream(api.url, headers, after="0") as told, ThreadPoolExecutor(8) as writers:

        def write(writer: int) -> None:
            with httpx.Client(base_url=api.url, timeout=30, trust_env=False, headers=headers) as client:
                for number in range(5):
                    sent = [account(f"a-{writer}-{number}-{one}") for one in range(2)]
                    assert client.post("/v1/events", json={"events": sent}).status_code == 201

        for done in [writers.submit(write, number) for number in range(8)]:
            done.result()
        found = take(told, 80)
    assert [name for name, _ in found] == [str(position) for position in range(1, 81)]
    assert [said["position"] for _, said in found] == list(range(1, 81))
    assert [said for _, said in found] == api.walk("/v1/events", limit=1_000)


def test_it_goes_on_after_the_last_event_id(sqlite_api: Api) -> None:
    """The header says where, also of changes, and goes before the parameter."""
    sqlite_api.record(*beginning(), *claim())
    headers = sqlite_api.headers()
    with stream(sqlite_api.url, {**headers, "Last-Event-ID": "2"}, after="0") as told:
        assert [name for name, _ in take(told, 3)] == ["3", "4", "5"]
    with stream(sqlite_api.url, headers, "/v1/changes/stream", after="0") as told:
        first = next(told)
    sqlite_api.record(event("opportunity_abandoned", on="2026-03-01", opportunity_id="opp-1", reason="over"))
    with stream(sqlite_api.url, {**headers, "Last-Event-ID": first[0]}, "/v1/changes/stream") as told:
        following = next(told)
    listed = sqlite_api.walk("/v1/changes")
    place = [one["id"] for one in listed].index(first[0])
    assert listed[place : place + 2] == [first[1], following[1]]


def test_only_one_account_from_now_on(sqlite_api: Api) -> None:
    """`latest` leaves out what was; what is on other accounts does not come."""
    sqlite_api.record(account("one"), account("two"))
    with stream(sqlite_api.url, sqlite_api.headers(), after="latest", account_id="two") as told:
        sqlite_api.record(event("account_elevated", "one"), event("account_elevated", "two"))
        assert next(told)[1]["account_id"] == "two"


def test_cloud_events_have_the_attributes_of_the_specification(sqlite_api: Api) -> None:
    """The required four, the subject, the time, and the event itself as data."""
    sqlite_api.record(account())
    (recorded,) = sqlite_api.walk("/v1/events")
    with stream(sqlite_api.url, sqlite_api.headers(), after="0", format="cloudevents") as told:
        _, said = next(told)
    assert said == {
        "specversion": "1.0",
        "id": recorded["event_id"],
        "source": "urn:rights-ledger",
        "type": "rights-ledger.event.account_opened",
        "time": recorded["recorded_at"],
        "datacontenttype": "application/json",
        "sequence": "0000000000000000001",
        "subject": "acme",
        "data": recorded,
    }


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"Last-Event-ID": "x"}, "", 422),
        ({"Last-Event-ID": "7"}, "", 422),
        ({}, "?after=x", 422),
        ({}, "?account_id=nobody", 404),
        ({}, "?type=nothing", 422),
    ],
)
def test_what_can_not_be_followed(sqlite_api: Api, headers: dict[str, str], query: str, status: int) -> None:
    """Is answered at once, as a problem."""
    answer = sqlite_api.client.get(f"/v1/events/stream{query}", headers=headers)
    assert answer.status_code == status, answer.text


def test_metrics_are_not_for_partners(sqlite_api: Api) -> None:
    """They tell of everybody; a partner's own feeds are in tests/api/identity/test_own_feeds.py."""
    refused = sqlite_api.headers("partner", "north")
    assert httpx.get(f"{sqlite_api.url}/metrics", headers=refused, trust_env=False).status_code == 403


def test_too_many_readers(sqlite_api: Api) -> None:
    """One more than there may be is told to come back."""
    sqlite_api.app.state.streams.most = 0
    answer = sqlite_api.client.get("/v1/events/stream")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def test_a_reader_that_takes_nothing_is_cut_off() -> None:
    """After its patience the stream ends, and its place is free."""
    streams = Streams(1)

    async def content() -> AsyncGenerator[str]:
        with streams.opening(0):
            while True:
                yield "data: {}\n\n"

    async def attempt() -> None:
        never = asyncio.Event()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                await never.wait()

        async def receive() -> Any:
            await never.wait()

        with pytest.raises(ClientDisconnect):
            await EventStream(content(), patience=0.01)({"type": "http", "asgi": {}}, receive, send)

    asyncio.run(attempt())
    assert streams.opened == set()


def test_it_ends_when_the_server_stops(tmp_path: Path) -> None:
    """The stream ends as it should, and holds up no server that wants to leave."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    with program(database_url=url) as (running, address):
        headers = admin_of(url)
        with stream(address, headers) as told:
            httpx.post(f"{address}/v1/events", json={"events": [account()]}, headers=headers, trust_env=False)
            assert next(told)[0] == "1"
            threading.Timer(0.1, running.send_signal, [signal.SIGTERM]).start()
            assert list(told) == []
        assert running.wait(timeout=30) in {0, -signal.SIGTERM}


def test_metrics_tell_what_happened(sqlite_api: Api) -> None:
    """Requests by route, what was recorded, the position and the deadlines."""
    sqlite_api.record(*beginning(), *claim())
    told = sqlite_api.client.get("/metrics").text.splitlines()
    assert 'ledger_request_seconds_count{method="POST",route="/v1/events",status="201"} 1.0' in told
    assert {"ledger_events_recorded_total 9.0", "ledger_submissions_recorded_total 1.0", "ledger_position 9.0"} <= {
        *told
    }
    assert {'ledger_deadlines{within_days="30"} 0.0', "ledger_streams 0.0"} <= {*told}
    sqlite_api.get("/v1/nowhere/acme")
    assert "nowhere" not in sqlite_api.client.get("/metrics").text
