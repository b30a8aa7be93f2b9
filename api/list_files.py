"""Files of lists: which columns each has, and how a value stands in a cell; what is written can be read back.

The last three columns of every file say what it was read from: the day, the position, the instant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, get_args

import orjson

from api.exporting.csv import safe, unsafe
from ledger.identifiers import is_identifier
from ledger.money import AMOUNT_PATTERN

FileName = Literal["parties", "accounts", "contacts", "leads", "opportunities"]

FILES: tuple[FileName, ...] = get_args(FileName)
"""In the order in which they have to be imported: what is named comes before what names it."""

CellKind = Literal["id", "text", "date", "amount", "number", "flag", "json"]


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a file, and what stands in its cells; an empty cell says that there is nothing."""

    name: str
    kind: CellKind


def _columns(**kinds: CellKind) -> tuple[FileColumn, ...]:
    return tuple(FileColumn(name, kind) for name, kind in kinds.items())


COLUMNS: Mapping[FileName, tuple[FileColumn, ...]] = MappingProxyType(
    {
        "parties": _columns(party_id="id", name="text", kind="id", tier="id", member_of="id", since="date"),
        "accounts": _columns(
            account_id="id",
            name="text",
            parent_account_id="id",
            merged_into="id",
            opened_on="date",
            major_since="date",
            attributes="json",
        ),
        "contacts": _columns(
            account_id="id",
            party_id="id",
            name="text",
            title="text",
            email="text",
            phone="text",
            role="text",
            since="date",
            attributes="json",
        ),
        "leads": _columns(
            lead_id="id",
            account_id="id",
            name="text",
            organisation="text",
            contact="text",
            email="text",
            phone="text",
            region="text",
            source="text",
            target_list="text",
            campaign="text",
            lines="json",
            interest="text",
            amount="amount",
            currency="id",
            expected_close_on="date",
            began_on="date",
            responsible="id",
            state="id",
            state_since="date",
            worked_by="id",
            activity="text",
            judged_on="date",
            judged_because="text",
            criteria="json",
            opportunity_id="id",
            attributes="json",
        ),
        "opportunities": _columns(
            opportunity_id="id",
            account_id="id",
            name="text",
            lead_id="id",
            opened_on="date",
            state="id",
            closed_on="date",
            closed_because="text",
            awards="json",
            manager="id",
            stage="text",
            stage_since="date",
            amount="amount",
            currency="id",
            probability="number",
            expected_close_on="date",
            next_milestone="text",
            strategic="flag",
            region="text",
            problem="text",
            pain="text",
            reasons="text",
            impacts="text",
            capability_1="text",
            capability_2="text",
            capability_3="text",
            attributes="json",
        ),
    }
)

READ_AT = ("on", "position", "read_at")

_AMOUNT = re.compile(AMOUNT_PATTERN)
_NUMBER = re.compile(r"[0-9]{1,15}")


def write_cell(value: Any, kind: CellKind) -> str:
    """The value as it stands in a cell, safe for spreadsheets."""
    if value is None:
        return ""
    if kind == "json":
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if kind == "flag":
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else safe(str(value))


def read_cell(cell: str, kind: CellKind) -> Any:
    """The value that stands in a cell, None for an empty one.

    Raises ValueError, in words that follow the name of the column: "is not a date of the form YYYY-MM-DD".
    """
    if cell == "":
        return None
    if kind == "text":
        return unsafe(cell)
    return _READ[kind](unsafe(cell).strip())


def _id(text: str) -> str:
    if not is_identifier(text):
        raise ValueError("is not an identifier: 1 to 128 characters of letters, digits and -_.:@+")
    return text


def _date(text: str) -> date:
    try:
        if len(text) == len("YYYY-MM-DD"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("is not a date of the form YYYY-MM-DD")


def _amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise ValueError("is not an amount such as 48210.00")
    return Decimal(text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError("is not a whole number")
    return int(text)


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("is neither true nor false")
    return text.lower() == "true"


def _json(text: str) -> Any:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValueError("is not JSON") from None
    if not isinstance(found, dict | list):
        raise ValueError('is neither a JSON object such as {"sector": "retail"} nor a list')  # noqa: TRY004 - it is what a cell says
    return found


_READ = {"id": _id, "date": _date, "amount": _amount, "number": _number, "flag": _flag, "json": _json}
