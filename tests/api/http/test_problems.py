"""Problems through HTTP: nothing is answered but JSON or problem details, whatever happens."""

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event as listen
from sqlalchemy import make_url

from api.http.problem_kinds import KINDS
from api.http.problems import TABLE, problem_of
from api.scheduling.announcing import Announcer
from api.scheduling.health import note_run
from api.scheduling.leading import leadership
from api.settings import Settings
from ledger.store import errors as store
from ledger.store.engines import sqlite_driver
from projections import problems as found
from tests.api.http.server import TODAY, Api, serving
from tests.api.http.story import beginning, claim, party


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Somebody else holds the ledger's lock."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite_driver.connect(str(url.database), isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as holder:
        holder.execute("SELECT * FROM head FOR UPDATE")
        yield


def test_a_locked_database_says_try_again(database_url: str) -> None:
    """503 with Retry-After, questions are answered meanwhile, and the same request succeeds afterwards."""
    with serving(Settings(database_url=database_url, lock_seconds=0.3)) as api:
        api.record(*beginning())
        with locked(database_url):
            answer = api.send(*claim())
            assert answer.status_code == 503
            assert answer.json()["type"] == "/problems/ledger-busy"
            assert int(answer.headers["retry-after"]) >= 1
            assert api.position() == 3
        assert api.send(*claim()).status_code == 201


def test_a_full_disk_is_told_and_leaves_nothing(sqlite_url: str) -> None:
    """507; what was recorded can be read, and recording goes on once there is room."""
    with serving(Settings(database_url=sqlite_url)) as api:
        room = {"pages": 200}

        def limit(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {room['pages']}")

        engine = api.access.ledger.store._writing  # type: ignore[attr-defined]  # no other way to make it full
        listen.listen(engine, "connect", limit)
        engine.dispose()
        api.record(*beginning())
        answer = api.send(*[party(f"p-{number}") for number in range(5_000)])
        assert answer.status_code == 507
        assert answer.json()["type"] == "/problems/ledger-full"
        assert api.position() == 3
        room["pages"] = 1_000_000
        engine.dispose()
        assert api.send(*[party(f"p-{number}") for number in range(5_000)]).status_code == 201


def test_a_database_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    """503 without a word of where the database is; the process lives, and is not ready."""
    with serving(Settings(database_url=f"sqlite:///{tmp_path}/nowhere/ledger.db")) as api:
        assert api.get("/livez").status_code == 200
        for answer in (api.get("/readyz"), api.get("/v1/accounts"), api.send(party("jane"))):
            assert answer.status_code == 503
            assert str(tmp_path) not in answer.text


def test_a_database_without_a_ledger_is_not_ready(empty_database_url: str) -> None:
    """A database that was never migrated is told as such."""
    if empty_database_url.startswith("sqlite"):
        Path(str(make_url(empty_database_url).database)).touch()
    with serving(Settings(database_url=empty_database_url)) as api:
        answer = api.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/ledger-not-ready"


def test_readiness_tells_the_revision_and_nothing_of_the_facts(api: Api) -> None:
    """Ready means: the database answers, and is of this version."""
    api.record(*beginning())
    told = api.ask("/readyz")
    assert told.pop("scheduler")["state"] == "missing"
    assert told == {"status": "ready", "revision": api.access.revision}


def test_readiness_tells_whether_a_scheduler_is_at_work(api: Api) -> None:
    """It is ready without one, as every answer is right without one; and it says when one last ran."""
    assert api.ask("/readyz")["scheduler"] == {"state": "missing", "ran_at": None, "ran_on": None}
    ledger = api.access.ledger
    note_run(ledger.store, Announcer(ledger).run(TODAY))
    one, other = leadership(ledger.store), leadership(ledger.store)
    assert (one.take(), other.take()) == (True, False)
    told = api.ask("/readyz")["scheduler"]
    assert (told["state"], told["ran_on"]) == ("alive", TODAY.isoformat())
    one.release()
    assert api.ask("/readyz")["scheduler"]["state"] == "missing"


def test_readiness_may_ask_for_a_scheduler(database_url: str) -> None:
    """By a setting, for who wants to be told by it."""
    with serving(Settings(database_url=database_url, ready_needs_scheduler=True)) as api:
        answer = api.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-scheduler")
        lead = leadership(api.access.ledger.store)
        assert lead.take()
        assert api.ask("/readyz")["scheduler"]["state"] == "alive"
        lead.release()


def test_what_nobody_expected_is_a_problem_without_its_trace(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """500 with a request id and nothing of the inside; the log has the trace under the same id."""

    def burst(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("projections.rights.rights_of_account", burst)
    answer = sqlite_api.client.get("/v1/accounts/acme/rights", headers={"X-Request-Id": "trace-me"})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == "trace-me"
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text
    logged = capsys.readouterr()
    assert "secret inside" in logged.out + logged.err
    assert sqlite_api.get("/livez").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/events/", 404),
        ("GET", "/v1/accounts/a/b/c", 404),
        ("GET", "/%00", 404),
        ("POST", "/v1/nothing", 404),
        ("PUT", "/v1/events", 405),
        ("DELETE", "/v1/events/018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11", 405),
        ("POST", "/v1/accounts/acme/rights", 405),
        ("GET", "/v1/calling-rights", 405),
        ("OPTIONS", "/v1/events", 405),
        ("PATCH", "/livez", 405),
    ],
)
def test_unknown_paths_and_methods_are_problems(sqlite_api: Api, method: str, path: str, status: int) -> None:
    """Problem details like everything else; 405 lists what the path takes."""
    answer = sqlite_api.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    if status == 405:
        assert answer.headers["allow"]


def test_a_405_lists_all_methods_of_the_path(sqlite_api: Api) -> None:
    """Also where two routes share it."""
    assert sqlite_api.client.put("/v1/events").headers["allow"] == "GET, HEAD, POST"


def test_head_is_answered_like_get_without_the_body(sqlite_api: Api) -> None:
    """For load balancers and curious clients."""
    answer = sqlite_api.client.head("/v1/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize("given", ["abc-123", "x" * 64])
def test_a_harmless_request_id_is_kept(sqlite_api: Api, given: str) -> None:
    """A caller can follow its request through the log."""
    assert sqlite_api.client.get("/livez", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, 'a"b', "a b"])
def test_another_request_id_is_replaced(sqlite_api: Api, given: str) -> None:
    """Nobody writes into the log what they like."""
    answer = sqlite_api.client.get("/livez", headers={"X-Request-Id": given})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


def test_answers_about_rights_are_not_cached(sqlite_api: Api) -> None:
    """No proxy may answer for the ledger."""
    assert sqlite_api.get("/v1/accounts").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_of_problem_has_a_page(sqlite_api: Api, kind: object) -> None:
    """The type of a problem leads to what it means."""
    type_ = kind.type  # type: ignore[attr-defined]
    told = sqlite_api.ask(type_)
    assert told["type"] == type_
    assert told["says"]


def test_every_error_of_the_rooms_below_is_told_on_purpose() -> None:
    """A new error class has to be given a status, or it would be answered as a fault of the ledger."""
    ours = [*vars(store).values(), *vars(found).values()]
    told = {
        store.StoreError,
        found.RecordingError,
        found.AskingError,
        store.FactsAreImmutable,
        store.UnsupportedDatabase,
    }
    for one in ours:
        if isinstance(one, type) and issubclass(one, Exception) and one.__module__ in {store.__name__, found.__name__}:
            assert one in told or any(base in TABLE for base in one.__mro__), one


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (store.LedgerBusy(1.0), 503),
        (store.Overtaken(), 503),
        (store.LedgerFull(), 507),
        (store.LedgerReadOnly(), 503),
        (store.LedgerUnavailable("place", "why"), 503),
        (store.LedgerNotReady("place"), 503),
        (store.LedgerDamaged("place", "why"), 500),
        (store.PositionAhead(9, 3), 422),
        (store.FactsAreImmutable(), 500),
        (found.RecorderClosed(), 503),
        (found.UnknownSubject("party", "x"), 404),
        (found.InvalidCursor("x"), 422),
        (found.NotAllowed("rights_lapsed", "a", "/events/0/type"), 403),
        (ValueError("?"), 500),
    ],
)
def test_an_errors_status(error: Exception, status: int) -> None:
    """One table, one status for each class."""
    problem = problem_of(error)
    assert problem.kind.status == status
    assert "place" not in problem.detail


def test_requests_go_on_while_a_write_waits(database_url: str) -> None:
    """A write that waits for a lock holds up no question."""
    with serving(Settings(database_url=database_url, lock_seconds=5)) as api:
        api.record(*beginning())
        answers: list[int] = []
        with locked(database_url):
            writer = threading.Thread(target=lambda: answers.append(api.send(*claim()).status_code))
            writer.start()
            for _ in range(20):
                assert api.ask("/v1/accounts/acme/calling-rights", party_id="jane")["verdict"] == "allowed"
        writer.join()
        assert answers == [201]
