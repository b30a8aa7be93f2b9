"""What a client sends comes back as it was sent, from the event and from its canonical bytes."""

import json
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.events.base import Event
from ledger.events.catalogue import EVENT_TYPES, example_of, parse
from ledger.recorded import Recorded
from tests.strategies.events import json_events

TODAY = date(2026, 1, 10)
NOW = datetime(2026, 1, 10, 12, 30, 0, 125, tzinfo=UTC)
EVENT_ID = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"


def recorded(event: Event) -> Recorded:
    """The event as the ledger would hold it."""
    return Recorded(7, NOW, "jane", event.event_id or EVENT_ID, event, 1)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
@given(data=st.data())
def test_every_type_comes_back_as_it_was_sent(event_type: str, data: st.DataObject) -> None:
    """Amounts, aliases and absent fields included, before and after the canonical bytes."""
    sent = data.draw(json_events(event_type))
    event = parse(sent, today=TODAY)
    assert type(event) is EVENT_TYPES[event_type]
    assert canonical.stated(event) == sent
    written = canonical.encode(recorded(event))
    assert orjson.loads(written)["data"] == sent["data"]
    read = canonical.decode(written)
    assert read.event.data == event.data
    assert canonical.encode(read) == written


@given(sent=json_events())
def test_the_canonical_bytes_are_those_of_another_writer(sent: dict[str, Any]) -> None:
    """Python's own JSON writer, told to sort and to leave out spaces, writes the same."""
    written = canonical.encode(recorded(parse(sent, today=TODAY)))
    other = json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert written == other.encode()


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_every_type_has_an_example_that_is_taken(event_type: str) -> None:
    """The example is shown to users of the API: it must be right."""
    sent = example_of(event_type)
    assert canonical.stated(parse(sent, today=TODAY)) == sent


def test_an_event_without_a_date_takes_effect_today() -> None:
    """`effective_on` is the one field that the door fills in; the object sent is left alone."""
    sent = {"type": "period_closed", "data": {"period": "2025-12"}}
    event = parse(sent, today=TODAY)
    assert event.effective_on == TODAY
    assert "effective_on" not in sent


def test_events_are_frozen() -> None:
    """Neither an event nor what it says can be changed."""
    event = parse(example_of("forecast_recorded"), today=TODAY)
    for place, name in ((event, "account_id"), (event.data, "opportunity_id")):
        with pytest.raises(ValueError, match="frozen"):
            setattr(place, name, "other")


def test_a_uuid_is_one_id_however_it_is_written() -> None:
    """RFC 9562 asks to read capitals as well: they would else name another event."""
    sent = {**example_of("period_closed"), "event_id": EVENT_ID.upper(), "corrects": EVENT_ID.upper()}
    event = parse(sent, today=TODAY)
    assert (event.event_id, event.corrects) == (EVENT_ID, EVENT_ID)
