"""One of each fault under load, on both databases: nothing acknowledged is lost, nothing stands twice, all is whole."""

import os
from dataclasses import replace

import pytest

from api.settings import Settings
from tests.api.http.server import serving
from tests.faults.breaking import FAULTS, run
from tests.faults.claims import broken
from tests.faults.cutting import Cable
from tests.faults.load import Load, encoded
from tests.projections.facts import party

TIMES = 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in FAULTS])
def test_a_broken_ledger_comes_back_whole(kind: str) -> None:
    """Killed, stopped and cut off, once in each way; `python -m tests.faults` does it fifty times."""
    outcome = run(kind, TIMES)
    assert outcome.broken == []
    assert {name: len(seconds) for name, seconds in outcome.seconds.items()} == dict.fromkeys(FAULTS[kind], TIMES)
    assert outcome.again >= TIMES


def test_what_would_be_found(sqlite_url: str) -> None:
    """A claim that doesn't hold is told: recorded twice, lost, answered otherwise, a ledger that isn't whole."""
    with serving(Settings(database_url=sqlite_url)) as api:
        store, load = api.access.ledger.store, Load(api.url, api.headers())
        with load.client() as client:
            one = load.record(client, "one", encoded("one", [party("jane")]))
            load.note(one)
            assert broken(store, load) == []
            load.record(client, "again", one.body)
        assert [told.partition(":")[0] for told in broken(store, load)] == ["one"]
        load.acknowledged[:] = [replace(one, answer=one.answer + b" ")]
        assert ["answered" in told for told in broken(store, load)] == [False, True]
        load.acknowledged[:] = [replace(one, key="lost", body=encoded("lost", [party("omar")]))]
        assert [told.partition(":")[0] for told in broken(store, load)][:2] == ["lost", "one"]
        load.acknowledged[:] = []
        with store.transaction() as connection:
            connection.exec_driver_sql("UPDATE kept_parties SET kind = 'partner'")
        assert "not whole" in broken(store, load)[-1]


@pytest.mark.skipif("LEDGER_TEST_DATABASE_URL" in os.environ, reason="the line leads to a socket of our own server")
def test_a_commit_that_nobody_hears_of_is_told_as_such(postgresql_url: str) -> None:
    """Not as a refusal: sent again under the same key it is answered, and recorded once."""
    cable = Cable(postgresql_url)
    with serving(Settings(database_url=cable.url)) as api:
        key = {"Idempotency-Key": "once"}
        api.record(party("omar"))
        cable.arm()
        told = api.send(party("jane"), headers=key)
        assert (told.status_code, told.json()["type"]) == (503, "/problems/outcome-unknown")
        again = api.send(party("jane"), headers=key)
        assert (again.status_code, again.json()["position"], api.position()) == (201, 2, 2)
    cable.close()
