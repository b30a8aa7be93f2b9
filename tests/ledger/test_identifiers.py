"""Identifiers, event ids, texts and instants: what they may be."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ledger.identifiers import is_event_id, is_identifier, new_event_id
from ledger.instants import read_instant, write_instant
from ledger.text import Text, is_text

_TEXT: TypeAdapter[str] = TypeAdapter(Text)


@pytest.mark.parametrize(
    ("value", "may_be"),
    [
        ("acme", True),
        ("a-b_c.d:e@f+g", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_identifiers(value: str, may_be: bool) -> None:
    """1 to 128 letters, digits and -_.:@+, of ASCII."""
    assert is_identifier(value) == may_be


def test_fresh_event_ids() -> None:
    """Each is a new one, in the form that is taken back."""
    first, second = new_event_id(), new_event_id()
    assert first != second
    assert is_event_id(first)
    assert not is_event_id("acme")


def test_texts() -> None:
    """Line breaks are text, escapes and blanks are not."""
    assert is_text("two\nlines")
    assert not any(map(is_text, ["", " \n", "\x1b[0m", "x" * 4_001]))


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t\n\x00\x1c\x85\u2028"), max_size=4)
)
def test_both_checks_of_text_agree(value: str) -> None:
    """The one in Python and the one that the models compile."""
    assert is_text(value) == _is_model_text(value)


def _is_model_text(value: str) -> bool:
    try:
        _TEXT.validate_python(value)
    except ValidationError:
        return False
    return True


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_instants_sort_as_texts(one: datetime, other: datetime) -> None:
    """The text says the instant exactly, and the order of texts is the order of time."""
    assert read_instant(write_instant(one)) == one
    assert (write_instant(one) < write_instant(other)) == (one < other)


@pytest.mark.parametrize(
    "text", ["2026-01-10", "2026-01-10T12:30:00Z", "2026-01-10T12:30:00.000000+00:00", "x" * 26 + "Z"]
)
def test_other_forms_of_instants_are_not_read(text: str) -> None:
    """The ledger writes one form, and reads that one."""
    with pytest.raises(ValueError, match=r"instant|Invalid"):
        read_instant(text)
