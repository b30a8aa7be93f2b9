"""Bodies written under an older schema are read in today's."""

from datetime import UTC, date, datetime

import pytest

from ledger import canonical
from ledger.events.awards import BusinessLost
from ledger.events.catalogue import EVENT_TYPES, example_of, parse
from ledger.recorded import Recorded
from ledger.upcasting import SCHEMA_VERSIONS, Body, UnknownVersionError, Upcasting


@pytest.fixture
def upcasting() -> Upcasting:
    """A made-up past: losses gave a `cause`, then a `why`, today a `reason`."""
    made_up = Upcasting({"business_lost": 3})

    def renamed(body: Body, old: str, new: str) -> Body:
        data = {(new if name == old else name): value for name, value in body["data"].items()}
        return {**body, "data": data}

    @made_up.step("business_lost", 1)
    def cause_to_why(body: Body) -> Body:
        return renamed(body, "cause", "why")

    @made_up.step("business_lost", 2)
    def why_to_reason(body: Body) -> Body:
        return renamed(body, "why", "reason")

    return made_up


@pytest.mark.parametrize(("version", "word"), [(1, "cause"), (2, "why"), (3, "reason")])
def test_steps_are_taken_in_turn(upcasting: Upcasting, version: int, word: str) -> None:
    """From any older version to today's, each step once; the body given is left alone."""
    body = {"data": {"opportunity_id": "opp-1", word: "Price."}}
    read = upcasting.upcast("business_lost", version, body)
    assert read["data"]["reason"] == "Price."
    assert body == {"data": {"opportunity_id": "opp-1", word: "Price."}}


def test_decoding_goes_through_the_steps(upcasting: Upcasting) -> None:
    """The event is today's, the recorded version stays the one it was written in."""
    event = parse(example_of("business_lost"), today=date(2026, 1, 1))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    written = canonical.encode(Recorded(1, now, "jane", "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11", event, 1))
    read = canonical.decode(written.replace(b'"reason"', b'"cause"'), upcasting)
    assert isinstance(read.event, BusinessLost)
    assert read.event.data.reason == "Price."
    assert read.schema_version == 1


@pytest.mark.parametrize(("event_type", "version"), [("business_lost", 4), ("business_lost", 0), ("never_heard_of", 1)])
def test_no_way_to_read(upcasting: Upcasting, event_type: str, version: int) -> None:
    """A body of a newer program, of an unknown version or type, is refused by name."""
    with pytest.raises(UnknownVersionError, match=f"{event_type} of schema version {version}"):
        upcasting.upcast(event_type, version, {})


def test_every_type_has_a_version() -> None:
    """All of them begin at 1."""
    assert SCHEMA_VERSIONS == dict.fromkeys(EVENT_TYPES, 1)
