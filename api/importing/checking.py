"""What can be checked of a mapping without the export: names are defined, events have the fields of their type."""

import codecs
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

from pydantic.fields import FieldInfo

from api.importing.mapping import Condition, EventRecipe, ExportMapping, FileRecipe, Repetition, Value
from api.importing.templates import BUILT_IN, PERIOD, Name, parts
from ledger.events.base import AccountEvent, Event, GlobalEvent
from ledger.events.catalogue import EVENT_TYPES

Problem = tuple[str, str]

MOST_MONTHS = 1_200
"""How long a period of a repeated event may be."""


def problems_of(mapping: ExportMapping) -> Iterator[Problem]:
    """Every place of a well-formed mapping that can't be meant, and what is wrong there."""
    try:
        codecs.lookup(mapping.encoding)
    except LookupError:
        yield "encoding", f"there is no encoding named {mapping.encoding!r}"
    for name in mapping.settings:
        if f"@{name}" in (*BUILT_IN, *PERIOD):
            yield f"settings.{name}", f"{{@{name}}} means something else already; give the setting another name"
    names = [recipe.id_name for recipe in mapping.files]
    for recipe in mapping.files:
        place = f"files[{recipe.file}]"
        if names.count(recipe.id_name) > 1:
            yield f"{place}.name", "two files are called the same; give each a name of its own"
        yield from _file_problems(mapping, recipe, place)


def _file_problems(mapping: ExportMapping, recipe: FileRecipe, place: str) -> Iterator[Problem]:
    if recipe.order_by and recipe.parent:
        yield place, "gives both order_by and parent; a file is put in order by one of them"
    if recipe.parent and len(recipe.key) != 1:
        yield f"{place}.parent", "needs a key of one column"
    yield from _condition_problems(recipe.when, place)
    defined: set[str] = set()
    for name, value in recipe.values.items():
        at = f"{place}.values.{name}"
        if name.startswith("@") or "{" in name or "}" in name:
            yield at, "a value's name has no braces and doesn't begin with @"
        if value.of != name and value.of in recipe.values and value.of not in defined:
            yield f"{at}.from", f"the value {value.of!r} is defined below; put it above"
        yield from _value_problems(mapping, value, at)
        defined.add(name)
    yield from _expression_problems(mapping, recipe.defaults.model_dump(), f"{place}.defaults")
    for index, event in enumerate(recipe.events):
        yield from _event_problems(mapping, recipe, event, f"{place}.events[{index + 1}: {event.type}]")


def _value_problems(mapping: ExportMapping, value: Value, place: str) -> Iterator[Problem]:
    for key, name, defined in (
        ("variants", value.variants, mapping.variants),
        ("in", value.known_in, mapping.lookups),
        ("lookup", value.lookup, mapping.lookups),
    ):
        if name is not None and name not in defined:
            table = "variants" if key == "variants" else "lookups"
            yield f"{place}.{key}", f"there is no [{table}.{name}]; defined are: {_names(defined)}"
    if (value.lookup is None) != (value.take is None):
        yield place, "lookup and take come together: where to look, and which column to take"
    moved = [value.plus_days, value.plus_months, value.date_format]
    if value.kind != "date" and any(one is not None for one in moved):
        yield place, 'plus_days, plus_months and date_format need as = "date"'
    if value.kind != "amount" and (value.decimal_mark != "." or value.thousands_mark):
        yield place, 'decimal_mark and thousands_mark need as = "amount"'
    if value.kind == "amount" and value.decimal_mark == value.thousands_mark:
        yield place, "decimal_mark and thousands_mark can't be the same"
    if value.optional and value.default is not None:
        yield place, "a value with a default is never absent; leave out optional"
    for key, moved_by in (("plus_days", value.plus_days), ("plus_months", value.plus_months)):
        if isinstance(moved_by, str) and mapping.number(moved_by) is None:
            yield f"{place}.{key}", f"there is no whole number {moved_by!r} in [settings]"


def _event_problems(mapping: ExportMapping, recipe: FileRecipe, event: EventRecipe, place: str) -> Iterator[Problem]:
    event_class = EVENT_TYPES.get(event.type)
    if event_class is None:
        yield f"{place}.type", f"there is no event of type {event.type!r}"
        return
    if event_class.system_only:
        yield f"{place}.type", "is recorded by the ledger's own scheduler only"
    yield from _condition_problems(event.when, place)
    if _either(event.effective_on, recipe.defaults.effective_on) is None:
        yield f"{place}.effective_on", "is missing; give it here or in the file's defaults"
    account = _either(event.account_id, recipe.defaults.account_id)
    if not issubclass(event_class, GlobalEvent) and account is None and _needs_account(event_class):
        yield f"{place}.account_id", "is missing; give it here or in the file's defaults"
    if issubclass(event_class, GlobalEvent) and event.account_id is not None:
        yield f"{place}.account_id", f"a {event.type} belongs to no account"
    if event.repeat is not None:
        yield from _repetition_problems(mapping, event.repeat, f"{place}.repeat")
    said = event.model_dump(include={"account_id", "effective_on", "source", "data"})
    known = BUILT_IN if event.repeat is None else (*BUILT_IN, *PERIOD)
    yield from _expression_problems(mapping, said, place, known)
    yield from _data_problems(event, event_class, place)


def _condition_problems(conditions: Sequence[Condition], place: str) -> Iterator[Problem]:
    for number, condition in enumerate(conditions, 1):
        if sum(one is not None for one in (condition.is_, condition.is_not, condition.filled)) != 1:
            yield f"{place}.when[{number}]", "says exactly one of is, is_not and filled"


def _repetition_problems(mapping: ExportMapping, repeat: Repetition, place: str) -> Iterator[Problem]:
    months = mapping.number(repeat.every_months)
    if months is None or not 1 <= months <= MOST_MONTHS:
        yield f"{place}.every_months", f"must be 1 to {MOST_MONTHS} months, or a setting that is"
    if mapping.day(repeat.until) is None:
        yield f"{place}.until", "must be a date such as 2026-01-01, or a setting that is one"


def _needs_account(event_class: type[Event]) -> bool:
    return issubclass(event_class, AccountEvent) or event_class.model_fields["account_id"].is_required()


def _data_problems(event: EventRecipe, event_class: type[Event], place: str) -> Iterator[Problem]:
    fields: dict[str, FieldInfo] = {
        field.alias or name: field for name, field in data_class(event_class).model_fields.items()
    }
    for name in event.data.keys() - fields.keys():
        yield f"{place}.data.{name}", f"{event.type} has no such field; it has: {_names(fields)}"
    for name, field in fields.items():
        if field.is_required() and name not in event.data:
            yield f"{place}.data.{name}", "is missing"


def data_class(event_class: type[Event]) -> Any:
    """The model of the data of a type of event."""
    return event_class.model_fields["data"].annotation


def _expression_problems(
    mapping: ExportMapping, expression: Any, place: str, known: Sequence[str] = BUILT_IN
) -> Iterator[Problem]:
    if isinstance(expression, dict):
        for name, part in expression.items():
            yield from _expression_problems(mapping, part, f"{place}.{name}", known)
    elif isinstance(expression, list):
        for number, part in enumerate(expression, 1):
            yield from _expression_problems(mapping, part, f"{place}[{number}]", known)
    elif isinstance(expression, str):
        yield from _template_problems(mapping, expression, place, known)
    elif isinstance(expression, datetime) or not isinstance(expression, bool | int | date | NoneType):
        yield place, 'must be a text, a whole number, a date, true or false; an amount is a text such as "12.50"'


def _template_problems(mapping: ExportMapping, template: str, place: str, known: Sequence[str]) -> Iterator[Problem]:
    try:
        names = [part.name for part in parts(template) if isinstance(part, Name)]
    except ValueError as error:
        yield place, str(error)
        return
    for name in names:
        if name.startswith("@") and name not in known and mapping.setting(name[1:]) is None:
            yield place, f"there is no {name[1:]!r} in [settings], and every row knows only {_names(known)}"


def _either(first: Any, second: Any) -> Any:
    return second if first is None else first


def _names(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
