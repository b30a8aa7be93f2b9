"""What is written from the catalogue: the reference page and the JSON Schema."""

from pathlib import Path
from typing import Any

import pytest

from ledger.events.catalogue import EVENT_TYPES, example_of
from ledger.events.reference import page
from ledger.events.schema import json_schema

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "events.md"


def test_the_reference_page_is_current() -> None:
    """Write it again: `python -m ledger.events.reference > docs/reference/events.md`."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_page_shows_every_type(event_type: str) -> None:
    """A heading each."""
    assert f"\n### {event_type}\n" in page()


def test_the_schema_says_what_a_client_may_send() -> None:
    """`type` must be given, the date need not, and unknown fields are refused in every definition."""
    schema = json_schema()
    assert schema["discriminator"]["mapping"].keys() == EVENT_TYPES.keys()
    for event_type, event_class in EVENT_TYPES.items():
        event = schema["$defs"][event_class.__name__]
        assert {"type", "data"} <= set(event["required"])
        assert "effective_on" not in event["required"]
        assert event["examples"] == [example_of(event_type)]
        assert event["properties"]["data"] == {"$ref": f"#/$defs/{event_class.__name__}Data"}
    assert all(one["additionalProperties"] is False for one in schema["$defs"].values())


def test_names_and_places_of_definitions() -> None:
    """Short names, which generated clients use as class names; they may stand elsewhere."""
    schema = json_schema("#/components/schemas/{model}")
    assert all(name.isidentifier() and "__" not in name for name in schema["$defs"])
    assert _first_ref(schema["oneOf"][0]) == "#/components/schemas/PartyRegistered"


def _first_ref(branch: dict[str, Any]) -> str:
    return str(branch["$ref"])
