"""Periods: months of statements, closed for ever."""

from typing import Literal

from ledger.dates import Period
from ledger.events.base import EventData, GlobalEvent, example


class PeriodClosed(GlobalEvent):
    """A month is closed: its statement stays as known now, later knowledge becomes adjustments."""

    rules = ("PERIOD",)
    model_config = example("period_closed", {"period": "2026-03"}, account_id=None, on="2026-04-05")

    class Data(EventData):
        period: Period

    type: Literal["period_closed"] = "period_closed"
    data: Data
