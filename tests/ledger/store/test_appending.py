"""Appending: whole batches or nothing, positions without a hole, and what goes with the events."""

from contextlib import suppress

import pytest

from ledger import canonical
from ledger.store import Draft, Store
from ledger.store.errors import Overtaken
from tests.ledger.store.facts import DAY, drafts, elevated, fact, opened, party, positions, record, retracted


def test_a_batch_gets_the_next_positions_in_its_order(store: Store) -> None:
    """Positions run 1, 2, 3, … over all accounts, and what is answered is what is read."""
    first = record(store, party(), opened("acme"), opened("zenith"))
    second = record(store, elevated("zenith"), elevated("acme"))

    assert [one.position for one in first + second] == [1, 2, 3, 4, 5]
    assert [canonical.encode(one).decode() for one in first + second] == [one.body for one in store.read.page()]


@pytest.mark.parametrize("size", [1, 39, 40, 2_000], ids=lambda size: f"{size}-events")
def test_every_size_of_batch_is_kept_the_same_way(store: Store, size: int) -> None:
    """Whichever way the rows take into the database: columns, bodies, hashes and account positions are right."""
    record(store, party())
    events = [opened(f"account-{number}") for number in range(size)]

    recorded = record(store, *events)

    entries = [entry for page in store.read.entries() for entry in page][1:]
    assert [(entry.position, entry.event_id, entry.account_id) for entry in entries] == [
        (number + 2, one.event_id, f"account-{number}") for number, one in enumerate(recorded)
    ]
    for entry, one in zip(entries, recorded, strict=True):
        assert canonical.decode(entry.body).event.data == one.data
        assert entry.leaf_hash == canonical.leaf_hash(entry.body.encode())
        assert (entry.type, entry.schema_version, entry.effective_on) == ("account_opened", 1, DAY)
        assert (entry.recorded_at, entry.actor) == (one.recorded_at, "tester")
    with store.write() as unit:
        assert unit.account_positions(["account-0", "nobody"]) == {"account-0": 2, "nobody": 0}
        assert len(unit.known(("account", f"account-{number}") for number in range(size))) == size


def test_text_of_every_kind_comes_back_as_it_was(store: Store) -> None:
    """Quotes, backslashes, line breaks, other scripts and signs outside the basic plane survive both ways in."""
    strange = 'O\'Brien said "100 %s \\ \\x41 {a} :b %(c)s"\n\tΔ 商談 🤝 \u2028 \\u0000'
    few, many = [elevated(reason=strange)], [elevated(reason=strange)] * 50

    record(store, *few)
    record(store, *many)

    assert [one.data.model_dump()["reason"] for one in store.read.history("acme")] == [strange] * 51


def test_a_failure_leaves_nothing_behind(store: Store) -> None:
    """When anything goes wrong after an append, the whole unit is gone, and no position with it."""
    record(store, opened())

    def fail() -> None:
        with store.write(["acme", "zenith"]) as unit:
            unit.append(drafts(elevated(), opened("zenith")))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert positions(store) == [1]
    assert store.read.known("account", "zenith") is None
    assert [one.position for one in record(store, elevated())] == [2]


def test_a_discarded_unit_leaves_nothing_behind(store: Store) -> None:
    """A dry run goes all the way and keeps nothing."""
    with store.write(["acme"]) as unit:
        assert [one.position for one in unit.append(drafts(opened()))] == [1]
        unit.discard()

    assert (positions(store), store.read.head().position) == ([], 0)
    assert [one.position for one in record(store, opened())] == [1]


def test_a_failed_statement_that_was_overlooked_keeps_nothing(store: Store) -> None:
    """A unit that swallows an error of its database can't commit half of its work."""
    first = record(store, opened())

    def carry_on() -> None:
        with store.write(["acme"]) as unit:
            unit.append(drafts(elevated()))
            with suppress(Exception):
                unit.append([*drafts(elevated()), Draft(elevated(), "tester", first[0].event_id)])

    with pytest.raises(RuntimeError, match="nothing of it was kept"):
        carry_on()

    assert positions(store) == [1]
    assert [one.position for one in record(store, elevated())] == [2]


def test_several_appends_of_a_unit_follow_each_other(store: Store) -> None:
    """A unit may append more than once; it sees its own events, and later ones can take back earlier ones."""
    with store.write(["acme"]) as unit:
        first = unit.append(drafts(opened()))
        second = unit.append(drafts(elevated(), retracted(first[0].event_id)))
        assert unit.account_positions(["acme"]) == {"acme": 3}
        assert unit.known([("account", "acme")]) == {}

    assert [one.position for one in first + second] == [1, 2, 3]
    assert first[0].recorded_at < second[0].recorded_at == second[1].recorded_at


def test_provisional_positions_are_those_of_the_append(store: Store) -> None:
    """What is derived before the append is derived from the same positions, ids and events."""
    record(store, opened())
    with store.write(["acme"]) as unit:
        coming = drafts(elevated(), elevated())
        provisional = unit.provisional(coming)
        recorded = unit.append(coming)

    assert [(one.position, one.event_id, one.event) for one in provisional] == [
        (one.position, one.event_id, one.event) for one in recorded
    ]


def test_an_empty_append_moves_nothing(store: Store) -> None:
    """No events: no position, no lock on the head."""
    with store.write(["acme"]) as unit:
        assert unit.append([]) == []

    assert store.read.head().position == 0


def test_only_accounts_named_at_the_beginning_may_get_events(store: Store) -> None:
    """A unit that forgot to lock an account is stopped, on both databases."""
    with pytest.raises(ValueError, match="zenith"), store.write(["acme"]) as unit:
        unit.append(drafts(opened("acme"), opened("zenith")))

    assert positions(store) == []


def test_the_same_event_id_is_never_recorded_twice(store: Store) -> None:
    """A second event under an id that is taken is refused by the database itself."""
    first = record(store, opened())
    with pytest.raises(Overtaken), store.write(["acme"]) as unit:
        unit.append([Draft(elevated(), "tester", first[0].event_id)])

    assert positions(store) == [1]


def test_the_event_keeps_the_id_its_sender_gave(store: Store) -> None:
    """A client's UUID is the event's id."""
    own = "0e3f0a52-7c51-4a35-9d6b-3f2b1a0c9d8e"
    event = elevated().model_copy(update={"event_id": own})

    assert record(store, event)[0].event_id == own
    assert (store.read.event(own) or (0,))[0] == 1


def test_the_world_moves_only_when_somebody_says_so(store: Store) -> None:
    """Its number goes up with the append, by one, and only in a unit that is alone."""
    with store.write(world="exclusive") as unit:
        unit.bump_world()
        unit.append(drafts(fact("policy_figure_set", None, figure="grace_days", value=60, reason="A pilot.")))
        unit.append(drafts(party()))
    assert store.read.head().world == 1

    with pytest.raises(ValueError, match="exclusive"), store.write(["acme"]) as unit:
        unit.bump_world()
    assert store.read.head().world == 1
