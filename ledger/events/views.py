"""List views: which columns of a list are shown, what of it, and in which order, under a name of their own."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.events.amounts import check_once
from ledger.events.base import Asks, EventData, FromList, GlobalEvent, Introduces, PartyRef, Record, ViewRef, example
from ledger.identifiers import Identifier
from ledger.text import NAME_LENGTH, Name, Text, is_text

ListName = Literal["opportunities", "leads", "accounts", "contacts"]

MOST_COLUMNS = 50
MOST_FILTERS = 20
MOST_VALUES = 100

ColumnName = Name

FilterValue = str | int | bool | tuple[str, ...]
"""What a column is held against; several texts for the op `in`."""


def _read_value(value: Any) -> FilterValue:
    if type(value) is bool or (type(value) is int and abs(value) < 2**53):
        return value
    if type(value) in (list, tuple) and 0 < len(value) <= MOST_VALUES and all(map(_is_word, value)):
        return tuple(value)
    if _is_word(value):
        return str(value)
    raise PydanticCustomError("filter_value", "must be a text, a whole number, true, false, or a list of texts")


def _is_word(value: Any) -> bool:
    return type(value) is str and len(value) <= NAME_LENGTH and is_text(value)


class ViewFilter(Record):
    """A column, how it is compared, and what it is held against."""

    field: Annotated[ColumnName, Asks("VIEWS")]
    op: Annotated[Literal["eq", "ne", "lt", "le", "gt", "ge", "contains", "starts_with", "in", "empty"], Asks("VIEWS")]
    value: Annotated[FilterValue, BeforeValidator(_read_value)]


class ViewSort(Record):
    """A column by which the list is put in order."""

    field: Annotated[ColumnName, Asks("VIEWS")]
    descending: bool = False


class ListViewSaved(GlobalEvent):
    """A view of a list is saved, or saved again in another form; shared with everybody, or for its owner alone."""

    rules = ("VIEWS",)
    model_config = example(
        "list_view_saved",
        {
            "view_id": "closing-soon",
            "of": "opportunities",
            "name": "Closing soon",
            "shared": True,
            "columns": ["name", "manager", "amount", "currency", "expected_close_on"],
            "filters": [
                {"field": "state", "op": "eq", "value": "open"},
                {"field": "expected_close_on", "op": "le", "value": "today+30"},
            ],
            "sort": [{"field": "expected_close_on"}, {"field": "amount", "descending": True}],
        },
        account_id=None,
    )

    class Data(EventData):
        view_id: Annotated[Identifier, Introduces("view")]
        of: Annotated[ListName, Asks("VIEWS")]
        name: Annotated[Name, Asks("VIEWS")]
        owner: PartyRef | None = None
        shared: bool = False
        columns: Annotated[
            tuple[ColumnName, ...], FromList, Field(min_length=1, max_length=MOST_COLUMNS), Asks("VIEWS")
        ]
        filters: Annotated[tuple[ViewFilter, ...], FromList, Field(max_length=MOST_FILTERS)] = ()
        sort: Annotated[tuple[ViewSort, ...], FromList, Field(max_length=MOST_COLUMNS)] = ()

        @model_validator(mode="after")
        def _names_each_once(self) -> Self:
            check_once(self.columns, at="columns", rule="VIEWS")
            check_once([one.field for one in self.sort], at="sort", below=("field",), rule="VIEWS")
            return self

    type: Literal["list_view_saved"] = "list_view_saved"
    data: Data


class ListViewDeleted(GlobalEvent):
    """A view is no longer there from the effective date on."""

    rules = ("VIEWS",)
    model_config = example("list_view_deleted", {"view_id": "closing-soon"}, account_id=None)

    class Data(EventData):
        view_id: ViewRef
        reason: Text | None = None

    type: Literal["list_view_deleted"] = "list_view_deleted"
    data: Data
