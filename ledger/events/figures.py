"""Figures: the numbers that the rules use, each with the date from which it holds."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from ledger.events.base import EventData, GlobalEvent, example
from ledger.text import Text

LARGEST_FIGURE = 10**12
FIGURES_IN_A_LIST = 20

FIGURE_NAME_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"

FigureName = Annotated[str, StringConstraints(pattern=FIGURE_NAME_PATTERN)]


def _is_figure(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_FIGURE


def _read_value(value: Any) -> int | tuple[int, ...]:
    if _is_figure(value):
        return int(value)
    if type(value) in (list, tuple) and 0 < len(value) <= FIGURES_IN_A_LIST and all(map(_is_figure, value)):
        return tuple(value)
    raise PydanticCustomError("figure", "must be a whole number of zero or more, or a list of at most 20 of them")


FigureValue = Annotated[int | tuple[int, ...], BeforeValidator(_read_value)]


class PolicyFigureSet(GlobalEvent):
    """A figure of the rule book gets a value, from the effective date on."""

    rules = ("OM-GRACE", "CO-SELL")
    model_config = example(
        "policy_figure_set",
        {"figure": "grace_days", "value": 60, "reason": "Decision of sales management."},
        account_id=None,
    )

    class Data(EventData):
        figure: FigureName
        value: FigureValue
        reason: Text

    type: Literal["policy_figure_set"] = "policy_figure_set"
    data: Data
