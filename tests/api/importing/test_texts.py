"""From a cell's text to an event's value: nothing is guessed, nothing is rounded."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.importing import texts
from ledger.identifiers import is_identifier


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Acme Corporation", "acme-corporation"),
        ("Gekko & Co", "gekko-co"),
        ("  J-Texon ", "j-texon"),
        ("GTX Plus Pro", "gtx-plus-pro"),
        ("Müller", "muller"),
        ("straße", "strasse"),
    ],
)
def test_a_name_becomes_an_identifier(name: str, identifier: str) -> None:
    """Lower case, ASCII, hyphens for everything else."""
    assert texts.slug(name) == identifier


def test_names_that_lose_letters_stay_apart() -> None:
    """What ASCII can't say is told apart by the name's hash."""
    assert texts.slug("東京") != texts.slug("大阪")
    assert texts.slug("Łódź") != texts.slug("ódź")


@given(st.text(min_size=1).filter(str.strip))
def test_every_name_becomes_an_identifier(name: str) -> None:
    """Whatever it is made of, and however long."""
    assert is_identifier("contract-" + texts.slug(name))


@pytest.mark.parametrize("text", ["", "a b", "é", "x" * 129])
def test_a_code_must_be_an_identifier_already(text: str) -> None:
    """It is taken as it stands or not at all."""
    with pytest.raises(ValueError, match="is not an identifier"):
        texts.code(text)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2026-01-31", None, date(2026, 1, 31)),
        ("31.01.2026", "%d.%m.%Y", date(2026, 1, 31)),
        ("1/31/26", "%m/%d/%y", date(2026, 1, 31)),
    ],
)
def test_dates_are_read_in_their_form(text: str, form: str | None, day: date) -> None:
    """YYYY-MM-DD unless another form is named."""
    assert texts.day(text, form) == day


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-02-30", None),
        ("20260131", None),
        ("2026-1-1", None),
        ("2026-01-31T00:00", None),
        ("31.13.2026", "%d.%m.%Y"),
    ],
)
def test_what_is_no_date_is_refused(text: str, form: str | None) -> None:
    """Days that don't exist, and other forms."""
    with pytest.raises(ValueError, match="is not a date of the form"):
        texts.day(text, form)


@pytest.mark.parametrize(
    ("text", "marks", "amount"),
    [
        ("4821", (".", ""), "4821"),
        ("4,821.50", (".", ","), "4821.50"),
        ("1.234.567,8", (",", "."), "1234567.8"),
        ("0042.00", (".", ""), "42.00"),
        ("-12", (".", ""), "-12"),
        ("0", (".", ""), "0"),
    ],
)
def test_amounts_keep_every_decimal(text: str, marks: tuple[str, str], amount: str) -> None:
    """Marks go, decimals stay, also the zeros."""
    assert texts.amount(text, *marks) == amount


@pytest.mark.parametrize("text", ["", "1e3", "1,5", "$5", "1.2.3", "NaN", "٣", "+1", "1."])
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="is not an amount"):
        texts.amount(text, ".", "")


def test_a_point_where_the_comma_is_for_decimals_is_refused() -> None:
    """`1.234` may mean a thousand or not much more than one: without a word in the mapping it means nothing."""
    with pytest.raises(ValueError, match="is not an amount"):
        texts.amount("1.234", ",", "")


@pytest.mark.parametrize("text", ["1.0", "", "x", "1" * 19])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    """Digits only, no more than fit."""
    with pytest.raises(ValueError, match="is not a whole number"):
        texts.integer(text)
