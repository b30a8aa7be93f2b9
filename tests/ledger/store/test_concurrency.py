"""Eight processes write, readers follow: nothing lost, nothing twice, no hole, nothing skipped; writers die."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ledger.events.base import Event
from ledger.store import Store, open_store
from ledger.store.errors import LedgerBusy, Overtaken
from ledger.store.schema import accounts, known_ids
from tests.ledger.store.conftest import QUICK
from tests.ledger.store.facts import drafts, elevated, fact, opened, party, positions, record
from tests.ledger.store.writer_process import WRITERS

ROOT = Path(__file__).parents[3]


@contextmanager
def writer(url: str, mode: str, number: int = 0, count: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A writer process that is ready to begin; killed at the end if it still runs."""
    command = [sys.executable, "-m", "tests.ledger.store.writer_process", url, mode, str(number), str(count)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def hear(process: subprocess.Popen[str]) -> str:
    """The next line the process prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell_to_begin(process: subprocess.Popen[str]) -> None:
    """Lets a ready process begin."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@dataclass
class Tail:
    """A reader that follows the feed as fast as it can, until it is told that nothing more comes."""

    store: Store
    account_id: str | None = None
    seen: list[int] = field(default_factory=list)
    finished: threading.Event = field(default_factory=threading.Event)

    def follow(self) -> None:
        """Asks for what comes after the last position it saw."""
        while True:
            last_round = self.finished.is_set()
            page = self.store.read.page(after=self.seen[-1] if self.seen else 0, limit=50, account_id=self.account_id)
            self.seen.extend(stored.position for stored in page)
            if last_round and not page:
                return


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("mode", "count"), [("same", 40), ("mixed", 40)])
def test_eight_writers_and_readers_that_follow(database_url: str, mode: str, count: int) -> None:
    """On one account, and on the same and different accounts, with units that are given up and changes of the world."""
    with ExitStack() as stack:
        store = stack.enter_context(open_store(database_url))
        writers = [stack.enter_context(writer(database_url, mode, number, count)) for number in range(WRITERS)]
        assert [hear(each) for each in writers] == ["ready"] * WRITERS
        tails = [Tail(store), Tail(store, "shared"), Tail(stack.enter_context(open_store(database_url)))]
        followers = [threading.Thread(target=tail.follow) for tail in tails]
        for thread in followers:
            thread.start()
        for each in writers:
            tell_to_begin(each)
        written = [json.loads(line) for each in writers for line in each.communicate()[0].splitlines()]
        for tail in tails:
            tail.finished.set()
        for thread in followers:
            thread.join()

        assert [each.returncode for each in writers] == [0] * WRITERS
        assert len(written) == WRITERS * count
        acknowledged = [(event_id, position) for unit in written for event_id, position in unit]
        assert_whole(store)
        stored = [(entry.event_id, entry.position) for page in store.read.entries() for entry in page]
        assert Counter(acknowledged) == Counter(stored), "an acknowledged event is lost, or one is there twice"
        everything = list(range(1, len(stored) + 1))
        shared = [stored.position for stored in store.read.page(account_id="shared", limit=100_000)]
        assert [tail.seen for tail in tails] == [everything, shared, everything]


def assert_whole(store: Store) -> None:
    """Positions without a hole, instants that never go back, and everything beside the log as the log has it."""
    entries = [entry for page in store.read.entries() for entry in page]
    head = store.read.head()
    assert [entry.position for entry in entries] == list(range(1, head.position + 1))
    instants = [entry.recorded_at for entry in entries]
    assert instants == sorted(instants)
    assert not instants or head.recorded_at >= instants[-1]
    with store.read.connection() as connection:
        last = {row.account_id: row.last_position for row in connection.execute(accounts.select())}
        introduced = [row.position for row in connection.execute(known_ids.select())]
    assert last == {entry.account_id: entry.position for entry in entries if entry.account_id}
    assert Counter(introduced) == Counter(
        entry.position for entry in entries if entry.type in {"account_opened", "party_registered"}
    )


def test_a_writer_killed_in_the_middle_leaves_nothing(database_url: str) -> None:
    """Nothing of its unit is there, and its locks are free at once."""
    with open_store(database_url) as store, writer(database_url, "hang") as process:
        record(store, opened("zenith"))
        assert hear(process) == "ready"
        tell_to_begin(process)
        assert hear(process) == "appended"
        assert positions(store) == [1]

        process.kill()
        process.wait()
        began = time.monotonic()
        assert [one.position for one in record(store, opened("shared"))] == [2]
        assert time.monotonic() - began < 3
        assert store.read.known("party", "nobody") is None
        assert_whole(store)


@pytest.mark.timeout(120)
def test_writers_killed_at_any_moment_keep_what_they_acknowledged(database_url: str) -> None:
    """However often: all that was acknowledged is there, at most one unit more per killed writer, and all is whole."""
    chance = random.Random(7)  # noqa: S311 - when to kill
    acknowledged: set[tuple[str, int]] = set()
    with open_store(database_url) as store:
        for _ in range(4):
            with writer(database_url, "mixed", 0, 10_000) as first, writer(database_url, "mixed", 1, 10_000) as second:
                assert [hear(each) for each in (first, second)] == ["ready"] * 2
                for each in (first, second):
                    tell_to_begin(each)
                time.sleep(chance.uniform(0.3, 0.8))
                for each in (first, second):
                    each.kill()
                lines = [line for each in (first, second) for line in each.communicate()[0].splitlines()]
                acknowledged.update((*pair,) for line in lines if line.endswith("]") for pair in json.loads(line))
            assert_whole(store)
        stored = {(entry.event_id, entry.position) for page in store.read.entries() for entry in page}

    assert acknowledged <= stored
    assert len(stored - acknowledged) <= 4 * 2 * 50
    assert len(acknowledged) > 20


def test_other_accounts_need_not_wait(postgresql_url: str) -> None:
    """On PostgreSQL two units of different accounts run side by side until one of them appends."""
    with open_store(postgresql_url) as store, store.write(["acme"]) as first, store.write(["zenith"]) as second:
        first.account_events("acme")
        recorded = second.append(drafts(opened("zenith")))
        assert recorded[0].position == 1
        assert first.head.position == 0


def test_provisional_positions_may_shift_together(postgresql_url: str) -> None:
    """Another account's writer was quicker: the positions that the append answers are all later by the same number."""
    with open_store(postgresql_url) as store, store.write(["acme"]) as unit:
        coming = drafts(opened(), elevated())
        provisional = unit.provisional(coming)
        record(store, opened("zenith"), elevated("zenith"), elevated("zenith"))
        recorded = unit.append(coming)

    assert [one.position for one in provisional] == [1, 2]
    assert [one.position for one in recorded] == [4, 5]


@pytest.mark.parametrize("quicker", ["the same id", "the same event id"])
def test_who_is_overtaken_is_told(postgresql_url: str, quicker: str) -> None:
    """Two units of different accounts that introduce the same thing: the second must look again."""
    mine = drafts(_awarded("acme"))
    theirs = drafts(_awarded("zenith") if quicker == "the same id" else elevated("zenith"))
    if quicker == "the same event id":
        theirs = [type(theirs[0])(theirs[0].event, "tester", mine[0].event_id)]
    with open_store(postgresql_url) as store:

        def be_overtaken() -> None:
            with store.write(["acme"]) as unit:
                assert unit.known([("contract", "c-1")]) == {}
                assert unit.events_by_id([mine[0].event_id]) == {}
                with store.write(["zenith"]) as other:
                    other.append(theirs)
                unit.append(mine)

        with pytest.raises(Overtaken, match="Try again"):
            be_overtaken()
        assert positions(store) == [1]
        assert store.read.history("acme") == []


def test_two_first_registrations_of_a_party(postgresql_url: str) -> None:
    """Only one of them is the first."""
    with open_store(postgresql_url) as store:

        def register() -> None:
            with store.write() as unit:
                unit.known([("party", "jane")])
                record(store, party("jane"))
                unit.append(drafts(party("jane")))

        with pytest.raises(Overtaken):
            register()
        assert positions(store) == [1]


def test_whoever_changes_the_world_is_alone(postgresql_url: str) -> None:
    """It waits for all others, and all others wait for it; so does a unit of very many accounts."""
    many = [f"account-{number}" for number in range(1_000)]
    with open_store(postgresql_url) as store, open_store(postgresql_url, QUICK) as impatient:
        for alone in (store.write(world="exclusive"), store.write(many)):
            with alone, pytest.raises(LedgerBusy):
                record(impatient, opened("acme"))
        with store.write(["acme"]), pytest.raises(LedgerBusy), impatient.write(many):
            pass
        assert len(record(store, *[opened(account_id) for account_id in many])) == 1_000


def _awarded(account_id: str) -> Event:
    line = {"line": "gtx-pro", "amount": "100.00"}
    return fact("business_awarded", account_id, opportunity_id="o", contract_id="c-1", currency="USD", lines=[line])
