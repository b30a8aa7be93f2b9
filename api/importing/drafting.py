"""Drafting: from a row to the events it becomes, under ids that are the same whenever the same row is read again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha1
from itertools import count, takewhile
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import orjson

from api.importing.export import ExportFile, Line
from api.importing.expressions import Getter, Row, Scope
from api.importing.lookups import Table
from api.importing.mapping import Condition, EventRecipe, ExportMapping, FileRecipe
from api.importing.problems import MappingError, Reason, Untakeable
from api.importing.steps import ABSENT
from ledger.events.base import GlobalEvent
from ledger.events.catalogue import EVENT_TYPES
from policies.days import plus_months

NAMESPACE = UUID("6a1d3f5e-8c0b-4f7a-9b52-1d7c24e9a0f3")
"""Under which the ids of imported events are made (UUIDv5, RFC 9562, 5.5)."""

_SEPARATOR = "\x1f"

Test = Callable[[Row], bool]
Made = TypeVar("Made")


RawEvent = dict[str, Any]
"""An event as JSON values, as a client would send it."""


class Drafted(NamedTuple):
    """What a row becomes: its events by id; and the ids of those that it might become, but does not."""

    line: int
    cells: list[str]
    events: dict[str, RawEvent]
    absent: tuple[str, ...]
    spellings: tuple[tuple[str, str], ...] = ()

    def packed(self) -> bytes:
        """The row as bytes, for keeping it aside."""
        return orjson.dumps([self.line, self.cells, self.events, self.absent])

    @classmethod
    def unpacked(cls, packed: bytes) -> "Drafted":
        """The row that was kept aside; which spellings it had is no longer known."""
        return cls(*orjson.loads(packed))


class Rejected(NamedTuple):
    """A row that can't be taken, and everything that speaks against it."""

    line: int
    cells: list[str]
    reasons: tuple[Reason, ...]
    spellings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """The periods of a repeated event: the first day, how many months each lasts, the day before which all begin."""

    first: Getter
    every_months: int
    until: date

    def periods(self, row: Row) -> list[tuple[date, date]]:
        """The periods for a row, each with its first day and the day after its last one. Raises Untakeable."""
        first = date.fromisoformat(str(self.first(row)))
        starts = (plus_months(first, number * self.every_months) for number in count())
        begun = [*takewhile(lambda since: since < self.until, starts)]
        return [(since, plus_months(first, number * self.every_months)) for number, since in enumerate(begun, 1)]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """An event's recipe with its expressions made into functions."""

    type: str
    id_prefix: str
    key: tuple[Getter, ...]
    """None of its own: the row's."""
    tests: tuple[Test, ...]
    repeat: Repeat | None
    envelope: Mapping[str, Getter]
    data: Getter


def imported_id(name: str) -> str:
    """The UUIDv5 of a name in our namespace; the same as `uuid.uuid5`, in a third of the time."""
    digest = sha1(NAMESPACE.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


class Drafter:
    """Makes the events of one file's rows."""

    def __init__(
        self,
        mapping: ExportMapping,
        recipe: FileRecipe,
        file: ExportFile,
        lookups: dict[str, Table],
        mapping_file: Path,
    ) -> None:
        self._mapping = mapping
        self._recipe = recipe
        self._file = file
        self._place = f"files[{recipe.file}]"
        self._mapping_file = mapping_file
        self._scope = self._at("values", partial(Scope, mapping, file, recipe.values, lookups))
        self._key = tuple(self._text(name, "key") for name in recipe.key)
        self._concerned = tuple(self._test(condition, "when") for condition in recipe.when)
        self._order = self._text(recipe.order_by, "order_by") if recipe.order_by else None
        self._recipes = [self._event(index, event) for index, event in enumerate(recipe.events)]
        for name in {recipe.parent} - {None}:
            self._text(str(name), "parent")

    def draft(self, line: Line) -> Drafted | Rejected:
        """The events of a row, or why there are none."""
        if line.unreadable is not None:
            return Rejected(line.number, line.cells, (line.unreadable,))
        row = Row(line.cells, self._scope.size)
        key = [getter(row) for getter in self._key]
        row.built_in = {"@mapping": self._mapping.name, "@file": self._file.name}
        if not all(key):
            row.reasons[Reason.plain(f"no {self._recipe.key[key.index('')]}")] = None
        events: dict[str, RawEvent] = {}
        absent: list[str] = []
        for recipe in self._recipes:
            self._add(recipe, row, key, events, absent)
        spellings = tuple(row.spellings)
        if not row.reasons and not events:
            row.reasons[Reason.plain("the mapping makes no event of the row")] = None
        if row.reasons:
            return Rejected(line.number, line.cells, tuple(row.reasons), spellings)
        gone = tuple(event_id for event_id in absent if event_id not in events)
        return Drafted(line.number, line.cells, events, gone, spellings)

    def concerns(self, line: Line) -> bool:
        """Whether a row is one of those that the recipe is for; one of which that can't be told is."""
        if not self._concerned or line.unreadable is not None:
            return True
        row = Row(line.cells, self._scope.size)
        try:
            return all(test(row) for test in self._concerned)
        except Untakeable:
            return True

    def order(self, line: Line) -> str:
        """The text by which the file's rows are put in order."""
        if self._order is None:
            return ""
        return str(self._order(Row(line.cells, self._scope.size)))

    def _add(self, recipe: _Recipe, row: Row, key: list[str], events: dict[str, RawEvent], absent: list[str]) -> None:
        tested = row.take(lambda row: all(test(row) for test in recipe.tests)) if recipe.tests else True
        if recipe.key:
            key = [row.take(getter) for getter in recipe.key] if tested is True else _plain_key(recipe, row)
        if tested is ABSENT or ABSENT in key or "" in key:
            return
        event_id = imported_id(_SEPARATOR.join((recipe.id_prefix, *key)))
        row.built_in["@key"] = " ".join(key)
        if not tested:
            absent.append(event_id)
            return
        if recipe.repeat is None:
            self._make(recipe, row, event_id, events)
            return
        periods = row.take(recipe.repeat.periods)
        for since, until in () if periods is ABSENT else periods:
            row.built_in["@period_from"], row.built_in["@period_until"] = since.isoformat(), until.isoformat()
            repeated = imported_id(_SEPARATOR.join((recipe.id_prefix, *key, since.isoformat())))
            self._make(recipe, row, repeated, events)

    def _make(self, recipe: _Recipe, row: Row, event_id: str, events: dict[str, RawEvent]) -> None:
        raw: dict[str, Any] = {"type": recipe.type, "event_id": event_id}
        for name, getter in recipe.envelope.items():
            raw[name] = row.take(getter)
        raw["data"] = row.take(recipe.data)
        raw = {name: value for name, value in raw.items() if value is not ABSENT}
        if events.setdefault(event_id, raw) != raw:
            text = f"the row becomes two events {recipe.type} with one id; give them names in the mapping"
            row.reasons[Reason.plain(text)] = None

    def _event(self, index: int, event: EventRecipe) -> _Recipe:
        place = f"events[{index + 1}: {event.type}]"
        defaults = self._recipe.defaults
        envelope: dict[str, Getter] = {}
        for name in ("effective_on", "account_id", "source"):
            own = getattr(event, name)
            expression = getattr(defaults, name) if own is None else own
            if expression is not None and not (name == "account_id" and own is None and _of_no_account(event)):
                envelope[name] = self._at(f"{place}.{name}", partial(self._scope.expression, expression))
        return _Recipe(
            type=event.type,
            id_prefix=_SEPARATOR.join((self._mapping.name, self._recipe.id_name, event.id_name)),
            key=tuple(_filled(self._text(name, f"{place}.key"), name) for name in event.key or ()),
            tests=tuple(self._test(condition, f"{place}.when") for condition in event.when),
            repeat=self._repeat(event, place),
            envelope=envelope,
            data=self._at(f"{place}.data", partial(self._scope.expression, event.data)),
        )

    def _repeat(self, event: EventRecipe, place: str) -> Repeat | None:
        if event.repeat is None:
            return None
        months, until = self._mapping.number(event.repeat.every_months), self._mapping.day(event.repeat.until)
        if months is None or until is None:
            raise MappingError(self._mapping_file, [(f"{self._place}.{place}.repeat", "is not as it has to be")])
        first = self._at(f"{place}.repeat.from", partial(self._scope.expression, f"{{{event.repeat.of}}}"))
        return Repeat(first, months, until)

    def _test(self, condition: Condition, place: str) -> Test:
        text = self._text(condition.of, place)
        if condition.filled is not None:
            filled = condition.filled
            return lambda row: bool(text(row)) == filled
        if condition.is_ is not None:
            wanted = frozenset(condition.is_)
            return lambda row: text(row) in wanted
        unwanted = frozenset(condition.is_not or ())
        return lambda row: text(row) not in unwanted

    def _text(self, name: str, place: str) -> Getter:
        return self._at(place, partial(self._scope.text, name))

    def _at(self, place: str, make: Callable[[], Made]) -> Made:
        """What `make` makes; a name it does not know is told with its place in the mapping."""
        try:
            return make()
        except LookupError as error:
            raise MappingError(self._mapping_file, [(f"{self._place}.{place}", str(error.args[0]))]) from error


def _filled(getter: Getter, name: str) -> Getter:
    def read(row: Row) -> Any:
        found = getter(row)
        if not found:
            raise Untakeable(f"no {name}")
        return found

    return read


def _plain_key(recipe: _Recipe, row: Row) -> list[Any]:
    """The key of an event that the row does not become: that it is missing is nothing to complain of."""
    try:
        return [getter(row) for getter in recipe.key]
    except Untakeable:
        return [ABSENT]


def _of_no_account(event: EventRecipe) -> bool:
    return issubclass(EVENT_TYPES[event.type], GlobalEvent)
