"""What answers about the funnel look like."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

By = Literal["manager", "region", "account", "closing_month", "stage"]

VALUE: dict[str, Any] = {
    "currency": "USD",
    "count": 2,
    "amount": "61500.00",
    "weighted": "36900.00",
    "unweighted": 0,
}
STAGE: dict[str, Any] = {
    "stage": "Proposing",
    "configured": True,
    "count": 3,
    "without_amount": 1,
    "values": [VALUE],
}
SHAPE: dict[str, Any] = {"count": 3, "without_amount": 1, "values": [VALUE], "stages": [STAGE]}
FUNNEL: dict[str, Any] = {
    "on": "2026-03-31",
    **SHAPE,
    "by": "manager",
    "groups": [{"key": "jane", **SHAPE}],
    "groups_left": 0,
    "position": 57,
}


class ValueAnswer(BaseModel):
    """What opportunities are worth in one currency. Currencies are never added together."""

    model_config = ConfigDict(title="FunnelValue", json_schema_extra={"examples": [VALUE]})

    currency: str
    count: int = Field(description="How many opportunities have an amount in it.")
    amount: str = Field(description="Their amounts together.")
    weighted: str = Field(
        description="Each amount times its probability (the sheet's, else its stage's), rounded half a unit up, added."
    )
    unweighted: int = Field(description="How many have neither probability: they add nothing to `weighted`.")


class StageShapeAnswer(BaseModel):
    """One stage of the funnel."""

    model_config = ConfigDict(title="FunnelStage", json_schema_extra={"examples": [STAGE]})

    stage: str | None = Field(description="Null: opportunities that are in no stage.")
    configured: bool = Field(description="Whether the stage is one of those in effect on the day.")
    count: int
    without_amount: int = Field(description="How many of them state no amount.")
    values: list[ValueAnswer]


class ShapeAnswer(BaseModel):
    """Open opportunities, as a whole and stage by stage."""

    model_config = ConfigDict(title="FunnelShape", json_schema_extra={"examples": [SHAPE]})

    count: int
    without_amount: int = Field(description="How many of them state no amount.")
    values: list[ValueAnswer]
    stages: list[StageShapeAnswer] = Field(description="Those in effect on the day in their order, then any others.")


class GroupAnswer(ShapeAnswer):
    """A part of the funnel."""

    model_config = ConfigDict(title="FunnelGroup", json_schema_extra={"examples": [{"key": "jane", **SHAPE}]})

    key: str | None = Field(
        description="A manager, a region, an account, or a month of expected close; null: those that have none."
    )


class FunnelAnswer(ShapeAnswer):
    """The funnel of a day."""

    model_config = ConfigDict(title="Funnel", json_schema_extra={"examples": [FUNNEL]})

    on: date
    by: By | None
    groups: list[GroupAnswer] = Field(
        description="The parts asked for by `by`, together the whole: the largest first, months in their order. By "
        "stage there are none: the stages are the parts."
    )
    groups_left: int = Field(description="How many more parts there are than `limit` let through.")
    position: int = Field(description="The position the answer was read at.")


AMOUNT: dict[str, Any] = {"currency": "USD", "amount": "48210.00"}
FLOW: dict[str, Any] = {"count": 1, "without_amount": 0, "amounts": [AMOUNT]}
NOTHING: dict[str, Any] = {"count": 0, "without_amount": 0, "amounts": []}
AGES: dict[str, Any] = {"count": 2, "average_days": "21.5", "median_days": "21.5", "longest_days": 30}
STAGE_PROGRESS: dict[str, Any] = {
    "stage": "Proposing",
    "configured": True,
    "came": 2,
    "onward": 1,
    "back": 0,
    "aside": 0,
    "won": 0,
    "lost": 1,
    "abandoned": 0,
    "conversion": "50.0",
    "stays": AGES,
    "now": AGES,
}
PROGRESS: dict[str, Any] = {
    "from": "2026-01-01",
    "until": "2026-04-01",
    "open_before": 2,
    "entered": FLOW,
    "won": NOTHING,
    "lost": FLOW,
    "abandoned": NOTHING,
    "open_at_end": 2,
    "moves": [{"from_stage": "Proposing", "to_stage": "Negotiating", "count": 1}],
    "closes_put_off": {"times": 2, "opportunities": 1, "days": 45},
    "closes_brought_forward": {"times": 0, "opportunities": 0, "days": 0},
    "stages": [STAGE_PROGRESS],
    "position": 57,
}


class FlowAmountAnswer(BaseModel):
    """What opportunities were worth in one currency."""

    currency: str
    amount: str


class FlowAnswer(BaseModel):
    """How many opportunities came or left, and what they were worth on that day."""

    model_config = ConfigDict(title="FunnelFlow", json_schema_extra={"examples": [FLOW]})

    count: int
    without_amount: int
    amounts: list[FlowAmountAnswer]


class MoveAnswer(BaseModel):
    """How many moved from one stage to another."""

    from_stage: str | None
    to_stage: str | None
    count: int


class SlippageAnswer(BaseModel):
    """How often expected closes moved, of how many opportunities, and by how many days together."""

    times: int
    opportunities: int
    days: int


class AgesAnswer(BaseModel):
    """How long stays in a stage are. Numbers of days with one decimal; null where there is no stay."""

    model_config = ConfigDict(title="FunnelAges", json_schema_extra={"examples": [AGES]})

    count: int
    average_days: str | None
    median_days: str | None
    longest_days: int | None


class StageProgressAnswer(BaseModel):
    """What happened at one stage."""

    model_config = ConfigDict(title="FunnelStageProgress", json_schema_extra={"examples": [STAGE_PROGRESS]})

    stage: str | None
    configured: bool
    came: int = Field(description="How many came to it, from other stages or as they entered the funnel.")
    onward: int = Field(description="How many stays ended in a later stage.")
    back: int = Field(description="How many ended in an earlier stage.")
    aside: int = Field(description="How many ended in, or began in, a stage that isn't configured.")
    won: int
    lost: int
    abandoned: int
    conversion: str | None = Field(
        description="Of the stays that ended, the percentage that ended in a later stage or in an award."
    )
    stays: AgesAnswer = Field(description="The stays that ended in the period, from their own first day on.")
    now: AgesAnswer = Field(description="The stays that still go on on the last day of the period, as long as that.")


class ProgressAnswer(BaseModel):
    """The progress of the funnel in a period, from the end of one day to the end of another."""

    model_config = ConfigDict(title="FunnelProgress", json_schema_extra={"examples": [PROGRESS]})

    from_: date = Field(alias="from")
    until: date = Field(description="The day after the last one.")
    open_before: int = Field(description="How many were open when the period began.")
    entered: FlowAnswer = Field(description="Opened in the period, or open again.")
    won: FlowAnswer
    lost: FlowAnswer
    abandoned: FlowAnswer
    open_at_end: int = Field(description="How many are open on the last day: those before, and entered, less the rest.")
    moves: list[MoveAnswer]
    closes_put_off: SlippageAnswer
    closes_brought_forward: SlippageAnswer
    stages: list[StageProgressAnswer]
    position: int = Field(description="The position the answer was read at.")
