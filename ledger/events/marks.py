"""Marks: where in a type of event its `Names`, `Introduces` and `Asks` stand, resolved once per type."""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ledger.events.base import Asks, Event, Introduces, Names

EACH = "*"
"""The step of a path that stands for every item of a list."""

Mark = Names | Introduces | Asks


class Step(NamedTuple):
    """One step down: the attribute it is in Python, and the name it has in JSON."""

    attribute: str
    name: str


Path = tuple[Step, ...]


class Marked(NamedTuple):
    """A mark and the path to the field that carries it."""

    path: Path
    mark: Mark


@cache
def marks(event_class: type[Event]) -> tuple[Marked, ...]:
    """All marks of the type, in the order of its fields."""
    return tuple(_of_model(event_class, ()))


def _of_model(model: type[BaseModel], path: Path) -> Iterator[Marked]:
    for attribute, field in model.model_fields.items():
        yield from _of_field(field, (*path, Step(attribute, field.alias or attribute)))


def _of_field(field: FieldInfo, path: Path) -> Iterator[Marked]:
    yield from (Marked(path, mark) for mark in field.metadata if isinstance(mark, Mark))
    yield from _of_type(field.annotation, path)


def _of_type(annotation: Any, path: Path) -> Iterator[Marked]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from (Marked(path, mark) for mark in inner[1:] if isinstance(mark, Mark))
        yield from _of_type(inner[0], path)
    elif origin in (Union, UnionType):
        for one in inner:
            yield from _of_type(one, path)
    elif origin is tuple:
        yield from _of_type(inner[0], (*path, Step(EACH, EACH)))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _of_model(annotation, path)
