"""The instant of recording, and the position that an instant means: exact, and the same for ever."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from ledger.store import Store
from ledger.store.errors import InstantAhead, LedgerBusy, PositionAhead
from ledger.store.schema import head
from tests.ledger.store.facts import drafts, elevated, opened, record

TICK = timedelta(microseconds=1)


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def test_a_batch_is_recorded_at_one_instant_and_the_next_later(store: Store) -> None:
    """By the present time, in UTC."""
    before = now() - timedelta(seconds=5)
    first = record(store, opened(), elevated())
    second = record(store, elevated())

    assert first[0].recorded_at == first[1].recorded_at < second[0].recorded_at
    assert before < first[0].recorded_at < now() + timedelta(seconds=5)
    assert first[0].recorded_at.tzinfo is UTC


def test_a_clock_that_goes_back_does_not_take_the_ledger_with_it(store: Store) -> None:
    """The next event is recorded just after the last one, whatever the clock says."""
    ahead = now().replace(microsecond=0) + timedelta(days=1)
    with store.transaction() as connection:
        connection.execute(update(head).values(recorded_at=ahead))

    assert record(store, opened())[0].recorded_at == ahead + TICK
    assert record(store, elevated())[0].recorded_at == ahead + 2 * TICK
    assert store.read.resolve(ahead + TICK) == 1


def test_positions_resolve_to_themselves(store: Store) -> None:
    """From 0 to the head; nothing means the head."""
    record(store, opened(), elevated())

    assert [store.read.resolve(each) for each in (0, 1, 2, None)] == [0, 1, 2, 2]
    for beyond in (3, -1, 2**70):
        with pytest.raises(PositionAhead, match="0 to 2"):
            store.read.resolve(beyond)


def test_instants_resolve_to_the_last_event_recorded_by_then(store: Store) -> None:
    """At the instant of a recording itself the event counts, a microsecond before it doesn't; in any time zone."""
    first, second = record(store, opened())[0], record(store, elevated(), elevated())[0]

    assert store.read.resolve(first.recorded_at - TICK) == 0
    assert store.read.resolve(first.recorded_at) == 1
    assert store.read.resolve(second.recorded_at - TICK) == 1
    assert store.read.resolve(second.recorded_at) == 3
    assert store.read.resolve(first.recorded_at.astimezone(timezone(timedelta(hours=-9)))) == 1
    assert store.read.resolve(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))) == 0


def test_the_future_is_not_known(store: Store) -> None:
    """An instant to come is refused, also one that no clock will reach."""
    record(store, opened())
    for ahead in (now() + timedelta(minutes=5), datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))):
        with pytest.raises(InstantAhead, match="in the future"):
            store.read.resolve(ahead)
    with pytest.raises(ValueError, match="time zone"):
        store.read.resolve(datetime(2026, 1, 1))  # noqa: DTZ001


def test_an_answer_for_the_present_stays_the_answer(store: Store) -> None:
    """Once an instant has been asked about, nothing more is recorded at or before it: even if the clock goes back."""
    record(store, opened())
    asked = store.read.head().recorded_at + timedelta(microseconds=500)
    while now() <= asked:
        pass
    answered = store.read.resolve(asked)
    later = record(store, elevated())[0]

    assert answered == 1 == store.read.resolve(asked)
    assert later.recorded_at > asked


def test_an_empty_ledger_answers_too(store: Store) -> None:
    """Nothing was known before now."""
    asked = now() - timedelta(milliseconds=50)

    assert (store.read.resolve(None), store.read.resolve(asked)) == (0, 0)
    assert record(store, opened())[0].recorded_at > asked


def test_the_present_waits_for_a_writer_in_flight(store: Store, impatient: Store) -> None:
    """Its event may have an instant that is past already. What is asked about earlier times needs no waiting."""
    first = record(store, opened())[0]
    with store.write(["acme"]) as unit:
        second = unit.append(drafts(elevated()))[0]
        while now() <= second.recorded_at:
            pass
        assert impatient.read.resolve(first.recorded_at) == 1
        assert impatient.read.settled(second.recorded_at) is None
        with pytest.raises(LedgerBusy):
            impatient.read.resolve(second.recorded_at)

    assert impatient.read.resolve(second.recorded_at) == 2
