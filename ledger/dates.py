"""Business dates: calendar dates, without time and without zone, and months.

Only the form `YYYY-MM-DD` is taken: a date-time or a number is refused, for it would be rounded to a date
in somebody's time zone.
"""

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

FIRST_DATE = date(1900, 1, 1)
LAST_DATE = date(9999, 12, 30)
"""One day before `date.max`, which stands for "no end known" in the kept intervals."""

PERIOD_PATTERN = r"^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])$"


def _not_a_date() -> PydanticCustomError:
    return PydanticCustomError("date", "must be a date of the calendar, of the form YYYY-MM-DD")


def read_date(value: Any) -> date:
    """The calendar date that a `YYYY-MM-DD` string (or a `date`) says; raises PydanticCustomError."""
    if type(value) is date:
        day = value
    else:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _not_a_date() from None
        if day.isoformat() != value:  # the other forms of ISO 8601, such as 2026-W01-1
            raise _not_a_date()
    if day < FIRST_DATE or day > LAST_DATE:
        raise PydanticCustomError("date", "must lie between 1900-01-01 and 9999-12-30")
    return day


BusinessDate = Annotated[date, BeforeValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar date in the ledger's business time zone, 1900-01-01 to 9999-12-30."""

Period = Annotated[str, StringConstraints(pattern=PERIOD_PATTERN)]
"""A calendar month, `YYYY-MM`."""
