"""Answers about the funnel and about what deserves attention, as JSON objects.

Money leaves the ledger's minor units here: amounts are decimal strings with all the decimals of their currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import floor

from api import sheet_answers
from api.answers import Answer, end, reasons
from ledger.money import PERCENT, from_minor
from policies.funnel import Shape, StageShape, Value
from policies.funnel_progress import Ages, Flow, Progress, Slippage, StageProgress, average, middle
from policies.selection import Attention, Cause
from projections.asking import Moment
from projections.funnel import Funnel


def funnel(found: Funnel, by: str | None, at: Moment) -> Answer:
    """A funnel and its parts."""
    return {
        "on": at.on,
        **_shape(found.shape),
        "by": by,
        "groups": [{"key": one.key, **_shape(one.shape)} for one in found.groups],
        "groups_left": found.groups_left,
        "position": at.position,
    }


def _shape(found: Shape) -> Answer:
    return {
        "count": found.whole.count,
        "without_amount": found.whole.without_amount,
        "values": _values(found.whole.values),
        "stages": [_stage(one) for one in found.stages],
    }


def _stage(one: StageShape) -> Answer:
    return {
        "stage": one.stage,
        "configured": one.place is not None,
        "count": one.count,
        "without_amount": one.without_amount,
        "values": _values(one.values),
    }


def _values(values: Mapping[str, Value]) -> list[Answer]:
    return [
        {
            "currency": currency,
            "count": value.count,
            "amount": from_minor(value.amount, currency),
            "weighted": from_minor(value.weighted, currency),
            "unweighted": value.unweighted,
        }
        for currency, value in sorted(values.items())
    ]


# ---- progress --------------------------------------------------------------------------------------------------------


def progress(found: Progress, position: int) -> Answer:
    """The progress of a funnel in a period."""
    return {
        "from": found.since,
        "until": found.until,
        "open_before": found.open_before,
        "entered": _flow(found.entered),
        **{ending: _flow(flow) for ending, flow in found.left.items()},
        "open_at_end": found.open_at_end,
        "moves": [
            {"from_stage": from_, "to_stage": to, "count": count}
            for (from_, to), count in sorted(found.moves.items(), key=_by_names)
        ],
        "closes_put_off": _slippage(found.later),
        "closes_brought_forward": _slippage(found.earlier),
        "stages": [_stage_progress(one) for one in found.stages],
        "position": position,
    }


def _by_names(item: tuple[tuple[str | None, str | None], int]) -> tuple[str, str]:
    (from_, to), _ = item
    return from_ or "", to or ""


def _flow(flow: Flow) -> Answer:
    return {
        "count": flow.count,
        "without_amount": flow.without_amount,
        "amounts": _amounts(flow.amounts),
    }


def _amounts(amounts: Counter[str]) -> list[Answer]:
    return [
        {"currency": currency, "amount": from_minor(amount, currency)} for currency, amount in sorted(amounts.items())
    ]


def _slippage(found: Slippage) -> Answer:
    return {"times": found.times, "opportunities": len(found.opportunities), "days": found.days}


def _stage_progress(one: StageProgress) -> Answer:
    conversion = one.conversion
    return {
        "stage": one.stage,
        "configured": one.place is not None,
        "came": one.came,
        "onward": one.onward,
        "back": one.back,
        "aside": one.aside,
        **{ending: one.endings[ending] for ending in ("won", "lost", "abandoned")},
        "conversion": None if conversion is None else tenths(conversion * PERCENT),
        "stays": _ages(one.stays),
        "now": _ages(one.now),
    }


def _ages(ages: Ages) -> Answer:
    return {
        "count": ages.total(),
        "average_days": tenths(average(ages)),
        "median_days": tenths(middle(ages)),
        "longest_days": max(ages, default=None),
    }


def tenths(value: Fraction | None) -> str | None:
    """A number with one decimal, half up."""
    if value is None:
        return None
    found = floor(value * 10 + Fraction(1, 2))
    return f"{found // 10}.{found % 10}"


# ---- attention -------------------------------------------------------------------------------------------------------


def attention(found: Attention, on: date) -> Answer:
    """An opportunity that deserves attention on a day, and why."""
    sheet = found.sheet
    return {
        **sheet_answers.sheet(sheet),
        "days_in_stage": None if sheet.stage_since is None else (on - sheet.stage_since).days,
        "exception": found.exceptional,
        "reasons": [_cause(one) for one in found.causes],
    }


def _cause(one: Cause) -> Answer:
    (told,) = reasons([one.reason])
    figure = one.figure
    return {
        "reason": one.why,
        "exception": one.exceptional,
        **told,
        "since": None if one.since is None else end(one.since),
        "days": one.days,
        "figure": None if figure is None else {"figure": figure.name, "value": figure.count, "since": figure.since},
        "shortfall": None if one.shortfall is None else sheet_answers.shortfall(one.shortfall),
    }
