"""Bodies: only strict JSON, no larger than the limit, whatever the way it is sent."""

import http.client
from collections.abc import Iterator

import orjson
import pytest

from api.http.bodies import loads
from api.http.problems import Problem
from api.settings import Settings
from tests.api.http.server import Api, serving
from tests.api.http.story import party

LIMIT = 4_096


@pytest.fixture
def small_api(sqlite_url: str) -> Iterator[Api]:
    """A ledger that reads bodies of 4 KiB at most."""
    with serving(Settings(database_url=sqlite_url, max_body_bytes=LIMIT)) as served:
        yield served


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "line 1"),
        (b"{", "line 1"),
        (b'{"a": 1,}', "line 1"),
        (b'{"a": 1}\n{}', "line 2"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'{"a": "\x01"}', "line 1"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"1" * 5_000, "digits"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(body: bytes, says: str) -> None:
    """The problem says what is wrong, and where."""
    with pytest.raises(Problem) as refused:
        loads(body)
    assert says in refused.value.detail


def test_a_repeated_name_is_refused_with_its_place() -> None:
    """RFC 8259 leaves open which of two equal names counts; a ledger must not guess."""
    with pytest.raises(Problem) as refused:
        loads(b'{"events": [{"data": {"x": 1}}, {"data": {"amount": "1", "y": [], "amount": "2"}}]}')
    assert refused.value.errors[0]["pointer"] == "/events/1/data/amount"


def test_a_body_that_announces_too_much_is_refused_unread(small_api: Api) -> None:
    """Content-Length alone is enough to refuse: nothing of the body is waited for."""
    connection = http.client.HTTPConnection(small_api.url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(10**12))
    connection.putheader("Authorization", small_api.headers()["Authorization"])
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert b"body-too-large" in answer.read()
    connection.close()


def test_a_body_in_pieces_is_refused_as_soon_as_it_is_too_large(small_api: Api) -> None:
    """Without a Content-Length the limit holds while the body comes in."""

    def pieces() -> Iterator[bytes]:
        yield b'{"events": ['
        for _ in range(200):
            yield b" " * 1_000

    answer = small_api.client.post("/v1/events", content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["max_bytes"] == LIMIT
    assert small_api.position() == 0


def test_a_body_as_large_as_the_limit_is_taken(small_api: Api) -> None:
    """The limit is the largest size, not the first refused."""
    body = orjson.dumps({"events": [party("jane")]}).ljust(LIMIT)
    json = {"Content-Type": "application/json"}
    assert small_api.client.post("/v1/events", content=body, headers=json).status_code == 201
    assert small_api.client.post("/v1/events", content=body + b" ", headers=json).status_code == 413


def test_a_body_in_pieces_within_the_limit_is_taken(small_api: Api) -> None:
    """A client may stream what it sends."""

    def pieces() -> Iterator[bytes]:
        yield b'{"events": [{"type": "party_registered", '
        yield b'"data": {"party_id": "jane", "name": "J\xc3'
        yield b'\xa4ne", "kind": "employee"}}]}'

    answer = small_api.client.post("/v1/events", content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert answer.json()["events"][0]["data"]["name"] == "Jäne"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/calling-rights"])
def test_another_content_type_is_refused(sqlite_api: Api, path: str, headers: dict[str, str]) -> None:
    """415, and what is taken instead."""
    answer = sqlite_api.client.post(path, content=b'{"events": []}', headers=headers)
    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_spelling_is_taken(sqlite_api: Api, media_type: str) -> None:
    """Media types know no case, and may name the one charset that JSON has."""
    body = b'{"events": [{"type": "party_registered", "data": {"party_id": "j", "name": "J", "kind": "employee"}}]}'
    answer = sqlite_api.client.post("/v1/events", content=body, headers={"Content-Type": media_type})
    assert answer.status_code == 201


def test_a_body_that_is_not_json_is_a_problem(sqlite_api: Api) -> None:
    """Through HTTP: 422 with the place, and nothing recorded."""
    answer = sqlite_api.client.post("/v1/events", content=b'{"events": [', headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "line 1, column 13" in answer.json()["detail"]


def test_a_sender_that_goes_away_leaves_nothing(sqlite_api: Api) -> None:
    """A request cut off in its body records nothing, and the server goes on."""
    connection = http.client.HTTPConnection(sqlite_api.url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b'{"events": [')
    connection.close()
    assert sqlite_api.position() == 0
