"""The mapping file: which files and columns of a CRM's CSV export become which events.

`docs/reference/mapping.md` describes it for those who write one. Here are its form and its reading; what can be checked
beyond the form, without the export, is in `api.importing.checking`.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from api.importing.problems import MappingError
from ledger.identifiers import Identifier

LARGEST_MAPPING = 1_000_000
"""Bytes."""

BUILT_IN_SETTINGS: dict[str, int | str] = {"expected_award_after_days": 60}
"""Settings that a mapping may use without saying them."""

DEFAULT_SOURCE = "{@mapping}/{@file}#{@key}"

ValueKind = Literal["text", "identifier", "code", "date", "amount", "integer"]
FieldName = Annotated[str, Field(min_length=1, max_length=200)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _read_setting(value: Any) -> int | str:
    if type(value) in (int, str):
        return value  # type: ignore[no-any-return]  # just looked at
    raise PydanticCustomError("setting", "must be a whole number or a text")


OneOrMore = Annotated[list[FieldName], BeforeValidator(_listed), Field(min_length=1)]
OneOrMoreTexts = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
Setting = Annotated[int | str, BeforeValidator(_read_setting)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Lookup(_Part):
    """A file read whole, to check and to look up values: its rows are found by the text in the key column."""

    file: FieldName
    key: FieldName


class Value(_Part):
    """How to read a column, or a value defined above."""

    of: FieldName = Field(alias="from")
    kind: ValueKind = Field("text", alias="as")
    optional: bool = False
    default: str | None = None
    variants: str | None = None
    one_of: list[str] | None = None
    known_in: str | None = Field(None, alias="in")
    lookup: str | None = None
    take: str | None = None
    date_format: str | None = None
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ",", ".", "'", " "] = ""
    plus_days: Setting | None = None
    plus_months: Setting | None = None
    prefix: str = ""


class Condition(_Part):
    """Something that a column or a value must say."""

    of: FieldName = Field(alias="from")
    is_: OneOrMoreTexts | None = Field(None, alias="is")
    is_not: OneOrMoreTexts | None = None
    filled: bool | None = None


class Repetition(_Part):
    """How an event is repeated: from a day on, every so many months, for the periods that begin before another day.

    `every_months` is a number or a setting; `until` a date, or a setting that is one.
    """

    of: FieldName = Field(alias="from")
    every_months: Setting
    until: Setting


class EventRecipe(_Part):
    """One event that a row becomes, if the conditions hold; or one for each period, if it is repeated."""

    type: str
    name: FieldName | None = None
    key: OneOrMore | None = None
    when: Annotated[list[Condition], BeforeValidator(_listed)] = []
    repeat: Repetition | None = None
    account_id: Any = None
    effective_on: Any = None
    source: Any = None
    data: dict[str, Any]

    @property
    def id_name(self) -> str:
        """What tells this event from the others that the same row becomes."""
        return self.name or self.type


class Envelope(_Part):
    """What the events of a file say where they don't say otherwise."""

    account_id: Any = None
    effective_on: Any = None
    source: Any = DEFAULT_SOURCE


class FileRecipe(_Part):
    """What becomes of the rows of one file."""

    file: FieldName
    name: FieldName | None = None
    key: OneOrMore
    when: Annotated[list[Condition], BeforeValidator(_listed)] = []
    order_by: FieldName | None = None
    parent: FieldName | None = None
    values: dict[str, Value] = {}
    defaults: Envelope = Envelope()
    events: Annotated[list[EventRecipe], Field(min_length=1)]

    @property
    def id_name(self) -> str:
        """What the file is called in event ids."""
        return self.name or Path(self.file).stem


class ExportMapping(_Part):
    """A whole mapping file."""

    format: Literal[1]
    name: Identifier
    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    settings: dict[str, Setting] = {}
    variants: dict[str, dict[str, str]] = {}
    lookups: dict[str, Lookup] = {}
    files: Annotated[list[FileRecipe], Field(min_length=1)]

    def number(self, given: int | str | None) -> int | None:
        """A number that stands in the mapping itself, or that of a setting; None if it is neither."""
        found = self.setting(given) if isinstance(given, str) else given
        return found if isinstance(found, int) else None

    def day(self, given: int | str) -> date | None:
        """A date that stands in the mapping itself, or that of a setting; None if it is neither."""
        found = self.setting(str(given)) or given
        try:
            return date.fromisoformat(str(found))
        except ValueError:
            return None

    def setting(self, name: str) -> int | str | None:
        """A setting of the mapping, or the built-in one of that name."""
        return self.settings.get(name, BUILT_IN_SETTINGS.get(name))


def read_mapping(path: Path) -> ExportMapping:
    """The mapping that a TOML file says, its form checked. Raises MappingError, naming every place that is wrong."""
    raw = _read_toml(path)
    try:
        return ExportMapping.model_validate(raw)
    except ValidationError as error:
        raise MappingError(path, _told(error, raw)) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_MAPPING:
            raise MappingError(path, [("", f"is larger than {LARGEST_MAPPING:,} bytes")])
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = "there is no such file; one to begin with is examples/maven-crm.toml"
        raise MappingError(path, [("", message)]) from None
    except OSError as error:
        raise MappingError(path, [("", f"can't be read ({error.strerror})")]) from error
    except UnicodeDecodeError as error:
        raise MappingError(path, [("", "is not text in UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(path, [("", f"is not TOML: {error}")]) from error


def _told(error: ValidationError, raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in error.errors(include_url=False):
        message = _MESSAGES.get(one["type"], one["msg"])
        yield place_of(one["loc"], raw), message[:1].lower() + message[1:]


def place_of(steps: tuple[str | int, ...], raw: Any) -> str:
    """A place in the mapping, items by what they are about: `files[deals.csv].events[3: business_lost].data`."""
    place = ""
    for step in steps:
        raw = raw[step] if _has(raw, step) else None
        if isinstance(step, str):
            place += f".{step}" if place else step
            continue
        about = raw.get("file") or raw.get("type") if isinstance(raw, dict) else None
        named = about if isinstance(raw, dict) and "file" in raw else f"{step + 1}: {about}" if about else step + 1
        place += f"[{named}]"
    return place


def _has(raw: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(raw, list) and step < len(raw)
    return isinstance(raw, dict) and step in raw


_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is no key that a mapping has at this place (see docs/reference/mapping.md)",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "dict_type": "must be a table",
    "list_type": "must be an array",
    "model_type": "must be a table",
    "string_pattern_mismatch": "must be 1 to 128 characters of letters, digits and -_.:@+",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
