"""Questions: what the path and the query of a request ask. One model per question reads it and documents it.

Every parameter is named by the model; an unknown or repeated one is refused, because a mistyped `known_at` would
silently be answered for another moment. `+` stands for itself, as in identifiers; a space is written `%20`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from api.http.problems import malformed, malformed_parameters
from ledger.dates import BusinessDate
from ledger.events.problems import FieldProblem, explain
from ledger.identifiers import Identifier

MOST_ITEMS = 1_000
MOST_POSITION = 2**63 - 1
MOST_QUERY_BYTES = 8_192

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)


def read_known_at(value: Any) -> int | datetime:
    """The position or the instant (RFC 3339) that `known_at` says; raises PydanticCustomError."""
    if type(value) is int and 0 <= value <= MOST_POSITION:
        return value
    if type(value) is str and _NUMBER.fullmatch(value) and int(value) <= MOST_POSITION:
        return int(value)
    if type(value) is str and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise PydanticCustomError(
        "known_at", "must be a position such as 57, or an instant such as 2026-04-02T09:30:00Z with its offset"
    )


def _read_limit(value: Any) -> int:
    number = int(value) if type(value) is str and _NUMBER.fullmatch(value) else value
    if type(number) is not int or not 1 <= number <= MOST_ITEMS:
        raise PydanticCustomError("limit", "must be a whole number from 1 to 1000")
    return number


def _read_flag(value: Any) -> bool:
    if value not in {"true", "false"}:
        raise PydanticCustomError("flag", "must be true or false")
    return bool(value == "true")


Flag = Annotated[bool, BeforeValidator(_read_flag), WithJsonSchema({"type": "boolean"})]
Instant = Annotated[
    int | datetime,
    BeforeValidator(read_known_at),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MOST_POSITION},
                {"type": "string", "format": "date-time"},
            ],
        }
    ),
]
On = Annotated[
    BusinessDate | None,
    Field(description="The business day the question is about (default: today).", examples=["2026-04-02"]),
]
KnownAt = Annotated[
    Instant | None,
    Field(
        description="Answer from what the ledger knew then: a position, or an instant with its offset (default: now).",
        examples=[57, "2026-04-02T09:30:00Z"],
    ),
]
Limit = Annotated[
    int,
    BeforeValidator(_read_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_ITEMS}),
    Field(description="How many items at most.", examples=[100]),
]
Cursor = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.:@+=-]{1,1024}$"),
    Field(description="Continue after a page: its `next`.", examples=[None]),
]
AccountId = Annotated[Identifier, Field(description="An account.", examples=["acme"])]
PartyId = Annotated[Identifier, Field(description="A party.", examples=["north"])]
LineId = Annotated[Identifier, Field(description="A business line.", examples=["gtx-pro"])]
ContractId = Annotated[Identifier, Field(description="A contract.", examples=["contract-9"])]


class Asked(BaseModel):
    """What the path and the query say."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(Asked):
    """Every question is about a business day, and about what was known at a moment."""

    on: On = None
    known_at: KnownAt = None


class Listing(Question):
    """A question that is answered in pages."""

    limit: Limit = 100
    after: Cursor | None = None


AnyAsked = TypeVar("AnyAsked", bound=Asked)
AnyModel = TypeVar("AnyModel", bound=BaseModel)

NOT_A_FIELD = "is not a field of this event"


def read(model: type[AnyAsked], request: Request) -> AnyAsked:
    """What the request asks; raises Problem with every parameter that is wrong."""
    query: bytes = request.scope["query_string"]
    values: dict[str, str] = dict(request.path_params)
    wrong = _read_query(query, values, _parameters(model)) if query else None
    if not wrong:
        try:
            return model.__pydantic_validator__.validate_python(values)  # type: ignore[no-any-return]
        except ValidationError as error:
            wrong = {one.pointer[1:]: one.message for one in explain(error)}
    raise malformed_parameters(wrong)


@cache
def _parameters(model: type[Asked]) -> Sequence[str]:
    """The names of a question's parameters, as requests give them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _read_query(query: bytes, values: dict[str, str], known: Sequence[str]) -> dict[str, str]:
    """Puts the query's parameters beside those of the path, and tells what is wrong with them."""
    if len(query) > MOST_QUERY_BYTES:
        return {"query": f"must have at most {MOST_QUERY_BYTES} bytes"}
    wrong = {}
    for pair in query.decode("latin-1").split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        try:
            name, value = _plain(name), _plain(value)
        except UnicodeDecodeError:
            return {"query": "must be percent-encoded UTF-8"}
        if name not in known:
            wrong[name[:100]] = f"is not a parameter of this question; it takes {', '.join(known)}"
        elif name in values:
            wrong[name] = "is given twice"
        else:
            values[name] = value
    return wrong


def _plain(text: str) -> str:
    return unquote(text, errors="strict") if "%" in text else text


def read_value(model: type[AnyModel], value: Any) -> AnyModel:
    """The model of a body's JSON value; raises Problem with each place that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise malformed([_in_a_request(one) for one in explain(error)]) from None


def _in_a_request(one: FieldProblem) -> FieldProblem:
    """The same where what was read is not an event."""
    return replace(one, message="is not a field of this request") if one.message == NOT_A_FIELD else one
