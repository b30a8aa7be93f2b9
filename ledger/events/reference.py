"""The reference page of the catalogue, written from the code: `python -m ledger.events.reference > FILE`."""

import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from inspect import cleandoc, getmodule
from itertools import groupby
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import orjson
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, BaseModel, StringConstraints, WithJsonSchema
from pydantic.fields import FieldInfo

from ledger.dates import PERIOD_PATTERN
from ledger.events.base import Asks, Event, Introduces, Names
from ledger.events.catalogue import EVENT_CLASSES, example_of
from ledger.events.disputes import RULE_ID_PATTERN
from ledger.events.figures import FIGURE_NAME_PATTERN
from ledger.events.sharing import PERCENT_PATTERN
from ledger.identifiers import EVENT_ID_PATTERN, IDENTIFIER_PATTERN
from ledger.money import CURRENCY_PATTERN
from ledger.text import NAME_PATTERN, TEXT_LENGTH, TEXT_PATTERN

_HEAD = """\
# Events

Written from the code by `python -m ledger.events.reference`: don't edit, write it again.

Every event is a JSON object with `type`, `account_id` (unless its type says otherwise) and `data`, and may have
`effective_on` (default: today), `event_id` (a UUID of the sender's), `corrects` (the id of the event whose place this
one takes) and `source` (where the fact comes from). Unknown fields are refused; so is a value of another JSON type.

An *identifier* is 1 to 128 letters, digits and `-_.:@+`. An *amount* is a decimal number in a string, with no more
decimals than its currency has. A *date* is `YYYY-MM-DD`. A *text* has at most 4,000 characters, is not blank, and has
no control characters but tab and line breaks.
"""

_WORDS_OF_PATTERN = {
    IDENTIFIER_PATTERN: "identifier",
    EVENT_ID_PATTERN: "UUID",
    NAME_PATTERN: "one line of text",
    TEXT_PATTERN: "text",
    CURRENCY_PATTERN: "ISO 4217 code",
    PERIOD_PATTERN: "month, `YYYY-MM`",
    RULE_ID_PATTERN: "id of a rule",
    FIGURE_NAME_PATTERN: "name of a figure",
}

_WORDS_OF_TYPE = {bool: "true or false", str: "text", date: "date"}


class Row(NamedTuple):
    """A field of the data: its place, whether it must be there, what it holds, the rule that asks for it."""

    place: str
    required: bool
    holds: str
    rule: str


def page() -> str:
    """The whole page, in Markdown."""
    sections = [_HEAD]
    for module, classes in groupby(EVENT_CLASSES, key=getmodule):
        title, _, promise = cleandoc(module.__doc__ or "").partition(": ")
        sections.append(f"## {title}\n\n{promise[:1].upper()}{promise[1:]}\n")
        sections.extend(_section(event_class) for event_class in classes)
    return "\n".join(sections)


def _section(event_class: type[Event]) -> str:
    event_type: str = event_class.model_fields["type"].default
    rules = ", ".join(event_class.rules) or "none"
    rows = [
        f"| `{row.place}` | {'yes' if row.required else ''} | {row.holds} | {row.rule} |" for row in _rows(event_class)
    ]
    example = orjson.dumps(example_of(event_type), option=orjson.OPT_INDENT_2).decode()
    return "\n".join(
        [
            f"### {event_type}\n",
            f"{cleandoc(event_class.__doc__ or '')}\n",
            f"Account: {_account(event_class)}. Rules that read it: {rules}.\n",
            "| data | required | what it holds | asked for by |",
            "|---|---|---|---|",
            *rows,
            f"\n```json\n{example}\n```\n",
        ]
    )


def _account(event_class: type[Event]) -> str:
    field = event_class.model_fields["account_id"]
    if field.annotation is type(None):
        return "none"
    return "required" if field.is_required() else "optional"


def _rows(event_class: type[Event]) -> Iterator[Row]:
    data = event_class.model_fields["data"].annotation
    return _of_model(data, "") if isinstance(data, type) and issubclass(data, BaseModel) else iter(())


def _of_model(model: type[BaseModel], prefix: str) -> Iterator[Row]:
    for attribute, field in sorted(model.model_fields.items(), key=_optional):
        place = prefix + (field.alias or attribute)
        inner = _unwrapped(field.annotation, field.metadata)
        rule = next((one.rule for one in inner.marks if isinstance(one, Asks)), "")
        yield Row(place, field.is_required(), _words(inner) + _default(field), rule)
        yield from _below(inner.annotation, place)


def _optional(named: tuple[str, FieldInfo]) -> bool:
    """What is required comes first."""
    return not named[1].is_required()


def _below(annotation: Any, place: str) -> Iterator[Row]:
    if get_origin(annotation) is tuple:
        yield from _below(get_args(annotation)[0], f"{place}[].")
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _of_model(annotation, place if place.endswith(".") else f"{place}.")


class _Type(NamedTuple):
    annotation: Any
    marks: list[Any]


def _unwrapped(annotation: Any, metadata: list[Any]) -> _Type:
    """The type without `| None` and `Annotated`, and all marks on it."""
    marks = [mark for one in metadata for mark in (one.metadata if isinstance(one, FieldInfo) else [one])]
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        inside = _unwrapped(inner, more)
        return _Type(inside.annotation, [*inside.marks, *marks])
    if get_origin(annotation) in (Union, UnionType):
        some = [one for one in get_args(annotation) if one is not type(None)]
        if len(some) == 1:
            inside = _unwrapped(some[0], [])
            return _Type(inside.annotation, [*inside.marks, *marks])
    return _Type(annotation, marks)


def _words(wanted: _Type) -> str:
    annotation, marks = wanted
    origin, inner = get_origin(annotation), get_args(annotation)
    limits = {type(mark): mark for mark in marks}
    if origin in (Union, UnionType):
        return ", or ".join(_words(_unwrapped(one, [])) for one in inner)
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        least, most = limits.get(MinLen), limits.get(MaxLen)
        bounds = f" ({least.min_length if least else 0} to {most.max_length})" if most else ""
        return f"list{bounds} of {_words(_unwrapped(inner[0], []))}"
    if origin is dict:
        return f"flat object of {_words(_unwrapped(inner[1], []))}"
    if annotation is str:
        return _text_words(marks)
    if annotation is Decimal:
        return _number_words(marks)
    if annotation is int:
        return "whole number" + (f", {limits[Ge].ge} to {limits[Le].le}" if Ge in limits else "")
    return _WORDS_OF_TYPE.get(annotation, "object")


def _text_words(marks: list[Any]) -> str:
    words = "text"
    for mark in marks:
        if isinstance(mark, StringConstraints):
            words = _WORDS_OF_PATTERN.get(str(mark.pattern), f"`{mark.pattern}`")
            if mark.max_length and mark.max_length != TEXT_LENGTH:
                words += f", at most {mark.max_length} characters"
        elif isinstance(mark, Names):
            words += f" of a known {mark.kind}"
        elif isinstance(mark, Introduces):
            words += f"; makes the {mark.kind} known"
    return words


def _number_words(marks: list[Any]) -> str:
    schemas = [mark.json_schema or {} for mark in marks if isinstance(mark, WithJsonSchema)]
    if any(schema.get("pattern") == PERCENT_PATTERN for schema in schemas):
        return "percentage in a string, more than 0, at most 100, at most 4 decimals"
    return "amount, more than 0" if any(isinstance(mark, AfterValidator) for mark in marks) else "amount"


def _default(field: FieldInfo) -> str:
    if field.is_required() or field.default is None:
        return ""
    return f"; default `{orjson.dumps(field.default).decode()}`"


if __name__ == "__main__":
    sys.stdout.write(page())
