"""Looking up under a unit's locks: events, accounts, identifiers, answers given before."""

from hashlib import sha256

import pytest

from ledger.store import Draft, KeptAnswer, Known, Store
from ledger.store.errors import Overtaken
from tests.ledger.store.facts import drafts, elevated, fact, opened, party, record, retracted


def test_events_by_id(store: Store) -> None:
    """Those that are there, by id; nothing for the others; a thousand at once."""
    recorded = record(store, *[elevated() for _ in range(1_000)])
    ids = [one.event_id for one in recorded]

    with store.write() as unit:
        found = unit.events_by_id([*ids, "00000000-0000-0000-0000-000000000000"])
        assert unit.events_by_id([]) == {}

    assert [found[event_id].position for event_id in ids] == list(range(1, 1_001))
    assert store.read.events_by_id(ids) == found


def test_account_positions_serve_the_expected_position(store: Store) -> None:
    """Each account's last position, read under its lock."""
    record(store, opened("acme"), opened("zenith"), elevated("acme"), party())

    with store.write(["acme", "zenith"]) as unit:
        assert unit.account_positions(["acme", "zenith", "new"]) == {"acme": 3, "zenith": 2, "new": 0}


def test_account_events_are_its_history(store: Store) -> None:
    """All of them in the order of their positions, or those after a position; None is what belongs to no account."""
    record(store, opened("acme"), party(), elevated("acme"), opened("zenith"), elevated("acme"))

    with store.write(["acme"]) as unit:
        unit.append(drafts(elevated("acme")))
        assert [one.position for one in unit.account_events("acme")] == [1, 3, 5, 6]
        assert [one.position for one in unit.account_events("acme", after=3)] == [5, 6]
        assert [one.position for one in unit.account_events(None)] == [2]
        histories = unit.histories(["acme", "zenith", "new"])

    assert {name: [one.position for one in events] for name, events in histories.items()} == {
        "acme": [1, 3, 5, 6],
        "zenith": [4],
        "new": [],
    }


def test_what_is_known(store: Store) -> None:
    """What an event introduced is known with its account and position; the same id may name things of two kinds."""
    record(store, opened("acme"), party("acme"))

    with store.write() as unit:
        assert unit.known([("account", "acme"), ("party", "acme"), ("lead", "acme"), ("account", "x")]) == {
            ("account", "acme"): Known("account", "acme", "acme", 1),
            ("party", "acme"): Known("party", "acme", None, 2),
        }
        assert unit.known([]) == {}


def test_what_is_retracted_is_known_no_more(store: Store) -> None:
    """From the retraction on; before it, it was."""
    first = record(store, party("jane"), opened("acme"))
    record(store, retracted(first[0].event_id, None))

    assert store.read.known("party", "jane") is None
    assert store.read.known("party", "jane", at=2) == Known("party", "jane", None, 1)
    assert store.read.known("account", "acme") == Known("account", "acme", "acme", 2)


def test_what_two_events_introduced_survives_the_loss_of_one(store: Store) -> None:
    """A party registered twice is still known when one of the registrations is taken back."""
    first = record(store, party("jane", "Jane"), party("jane", "Jane Doe"))

    record(store, retracted(first[0].event_id, None))
    assert store.read.known("party", "jane") == Known("party", "jane", None, 2)

    record(store, retracted(first[1].event_id, None))
    assert store.read.known("party", "jane") is None


def test_a_correction_introduces_anew(store: Store) -> None:
    """What corrects an introduction takes its place."""
    first = record(store, party("jaen"))
    correction = fact(
        "party_registered", None, corrects=first[0].event_id, party_id="jane", name="Jane", kind="employee"
    )
    record(store, correction)

    assert store.read.known("party", "jaen") is None
    assert store.read.known("party", "jane") == Known("party", "jane", None, 2)


def test_introduced_and_taken_back_in_one_batch(store: Store) -> None:
    """A batch that takes back its own introduction leaves it unknown."""
    introduction = Draft.of(opened("acme"), "tester")
    with store.write(["acme"]) as unit:
        unit.append([introduction, *drafts(retracted(introduction.event_id))])

    assert store.read.known("account", "acme") is None
    assert store.read.known("account", "acme", at=1) == Known("account", "acme", "acme", 1)


def answer(key: str, body: bytes = b"{}") -> KeptAnswer:
    """An answer given to a request."""
    return KeptAnswer(key, sha256(body).digest(), 201, '{"position":1}')


def test_answers_are_kept_with_what_they_answer(store: Store) -> None:
    """They are there if and only if the events are."""
    with store.write(["acme"]) as unit:
        assert unit.answers_by_key(["first"]) == {}
        unit.append(drafts(opened()))
        unit.keep_answers([answer("first"), answer("second", b"{ }")])

    def fail() -> None:
        with store.write(["acme"]) as unit:
            unit.append(drafts(elevated()))
            unit.keep_answers([answer("third")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with store.write() as unit:
        assert unit.answers_by_key(["first", "second", "third"]) == {
            "first": answer("first"),
            "second": answer("second", b"{ }"),
        }


def test_an_answer_may_be_kept_without_an_event(store: Store) -> None:
    """All events of a request were there already: the answer is kept nevertheless."""
    with store.write() as unit:
        unit.keep_answers([answer("only")])
        unit.keep_answers([])
    with store.write() as unit:
        assert unit.answers_by_key(["only"]) == {"only": answer("only")}


def test_a_key_is_used_once(store: Store) -> None:
    """The database itself refuses a second answer under a key."""

    def use() -> None:
        with store.write(["acme"]) as unit:
            unit.append(drafts(elevated()))
            unit.keep_answers([answer("once")])

    use()
    with pytest.raises(Overtaken):
        use()

    assert store.read.head().position == 1
