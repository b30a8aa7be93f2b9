"""The funnel: its sums are those of its opportunities one by one, its parts add up, nothing gets lost in a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.funnel_answers import tenths
from ledger.money import percent_of
from policies.funnel import Pile, Shape, StageShape, Value, pile_of, shape
from policies.funnel_progress import Progress, average, middle, progress
from policies.kept import Sheet
from policies.stages import DEFAULT
from tests.policies.selling import FIRST, LAST, STAGES, lives, on_day, sheets

Life = tuple[Sheet, ...]
Open = list[Sheet]


def funnel(open_: Iterable[Sheet]) -> Shape:
    """The funnel of these."""
    return shape(map(pile_of, open_), STAGES)


def plain(open_: Iterable[Sheet]) -> dict[str | None, StageShape]:
    """The same by decimals, one opportunity after the other."""
    configured = {stage.name.lower(): (stage.name, stage.place, stage.probability) for stage in STAGES.stages}
    found: dict[str | None, StageShape] = {}
    for sheet in open_:
        name, place, likely = configured.get(str(sheet.stage).lower(), (sheet.stage, None, None))
        stage = found.setdefault(name, StageShape(name, place))
        stage.count += 1
        if sheet.amount is None or sheet.currency is None:
            stage.without_amount += 1
            continue
        value = stage.values.setdefault(sheet.currency, Value())
        value.count += 1
        value.amount += sheet.amount
        probability = likely if sheet.probability is None else sheet.probability
        if probability is None:
            value.unweighted += 1
        else:
            exact = Decimal(sheet.amount) * Decimal(probability) / 100
            value.weighted += int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return found


def added(shapes: Iterable[Shape]) -> dict[str | None, StageShape]:
    """Several funnels as one, and the whole of each under the name "whole"."""
    found: dict[str | None, StageShape] = {}
    for each in shapes:
        for name, one in (*((stage.stage, stage) for stage in each.stages), ("whole", each.whole)):
            to = found.setdefault(name, StageShape(name, one.place))
            to.count += one.count
            to.without_amount += one.without_amount
            for currency, value in one.values.items():
                sum_ = to.values.setdefault(currency, Value())
                sum_.count += value.count
                sum_.amount += value.amount
                sum_.weighted += value.weighted
                sum_.unweighted += value.unweighted
    return found


@given(st.lists(sheets(), max_size=12))
def test_a_funnel_is_the_sum_of_its_opportunities(open_: Open) -> None:
    """Stage by stage and together; configured stages stand in their order, also empty ones."""
    found = funnel(open_)
    assert {stage.stage: stage for stage in found.stages if stage.count} == plain(open_)
    assert [stage.stage for stage in found.stages[:3]] == ["Proposing", "Negotiating", "Closing"]
    whole = added([found])["whole"]
    assert whole.count == len(open_) == sum(stage.count for stage in found.stages)
    parts = [stage.values[currency] for stage in found.stages for currency in stage.values]
    assert sum(value.weighted for value in whole.values.values()) == sum(value.weighted for value in parts)


@given(st.lists(sheets(), max_size=12))
def test_what_weighs_alike_may_be_added_up_before(open_: Open) -> None:
    """As a database does: equal stage, currency, probability and rest; the weight is the same to the last unit."""
    groups: Counter[tuple[str | None, str | None, int | None, int]] = Counter()
    amounts: Counter[tuple[str | None, str | None, int | None, int]] = Counter()
    for one in map(pile_of, open_):
        key = (one.stage, one.currency, one.probability, one.rest)
        groups[key] += 1
        amounts[key] += one.amount
    piles = [Pile(*key, count, amounts[key]) for key, count in groups.items()]
    assert added([shape(piles, STAGES)]) == added([funnel(open_)])


@pytest.mark.parametrize(
    "part",
    [lambda one: one.manager, lambda one: one.region, lambda one: one.account_id, lambda one: one.expected_close_on],
    ids=["manager", "region", "account", "close"],
)
@given(open_=st.lists(sheets(), max_size=12))
def test_the_parts_of_any_division_add_up_to_the_whole(part: Callable[[Sheet], object], open_: Open) -> None:
    """By manager, region, account or day of close, weights included."""
    keys = {part(one) for one in open_}
    parts = [funnel(one for one in open_ if part(one) == key) for key in keys]
    assert added([*parts, funnel([])]) == added([funnel(open_)])


@pytest.mark.parametrize(
    ("amount", "probability", "weight"),
    [(1, 50, 1), (1, 49, 0), (3, 50, 2), (99, 1, 1), (0, 99, 0), (10**18, 99, 99 * 10**16)],
)
def test_half_a_unit_is_rounded_up(amount: int, probability: int, weight: int) -> None:
    """Of minor units: half a cent counts as one."""
    assert percent_of(amount, probability) == weight


def test_an_empty_funnel_shows_its_stages() -> None:
    """With nothing in them."""
    found = shape([], DEFAULT)
    assert [(one.stage, one.count, one.values) for one in found.stages] == [(one.name, 0, {}) for one in DEFAULT.stages]


# ---- progress --------------------------------------------------------------------------------------------------------


def progressed(told: list[Life], since: date, until: date) -> Progress:
    """The progress of these opportunities."""
    last = [on_day(life, until - timedelta(days=1)) for life in told]
    standing = [(one.stage, None, 1) for one in last if one is not None and one.state == "open"]
    return progress(told, standing, since, until, STAGES)


PERIODS = st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST), st.dates(FIRST, LAST)).map(sorted)


@given(st.lists(lives(), max_size=6, unique_by=lambda life: life[0].opportunity_id), PERIODS)
def test_nothing_gets_lost_in_a_period(told: list[Life], days: list[date]) -> None:
    """Open before and entered, less what left, is what is open at its end; each stay that ended went somewhere."""
    since, until, _ = days
    before = [on_day(life, since - timedelta(days=1)) for life in told]
    found = progressed(told, since, until) if since < until else None
    if found is None:
        return
    assert found.open_before == sum(one is not None and one.state == "open" for one in before)
    assert sum(found.moves.values()) + found.entered.count == sum(stage.came for stage in found.stages)
    for stage in found.stages:
        assert stage.ended == stage.onward + stage.back + stage.aside + stage.endings.total()
    for ending, flow in found.left.items():
        assert flow.count == sum(stage.endings[ending] for stage in found.stages)


@given(st.lists(lives(), max_size=6, unique_by=lambda life: life[0].opportunity_id), PERIODS)
def test_two_periods_are_one(told: list[Life], days: list[date]) -> None:
    """What happened in two that follow each other is what happened in both together."""
    since, middle, until = days
    if not since < middle < until:
        return
    parts = [progressed(told, since, middle), progressed(told, middle, until)]
    whole = progressed(told, since, until)
    assert parts[0].entered.amounts + parts[1].entered.amounts == whole.entered.amounts
    assert parts[0].moves + parts[1].moves == whole.moves
    assert parts[0].later.days + parts[1].later.days == whole.later.days
    assert parts[0].earlier.times + parts[1].earlier.times == whole.earlier.times
    for one in whole.stages:
        own = [stage for part in parts for stage in part.stages if stage.stage == one.stage]
        assert sum((stage.stays for stage in own), Counter()) == one.stays
        assert sum((stage.endings for stage in own), Counter()) == +one.endings


@given(st.lists(lives(), max_size=6, unique_by=lambda life: life[0].opportunity_id))
def test_stays_are_the_days_that_pass(told: list[Life]) -> None:
    """The days spent in stays that ended are the days, counted one by one, on which something stood open in them."""
    found = progressed(told, FIRST, LAST + timedelta(days=1))
    spent = sum(days * count for stage in found.stages for days, count in stage.stays.items())
    counted = 0
    for life in told:
        last = on_day(life, LAST)
        assert last is not None
        goes_on = last.state == "open"
        stays: list[tuple[str | None, int]] = []
        previous: tuple[str, str | None] | None = None
        for number in range((LAST - FIRST).days + 1):
            one = on_day(life, FIRST + timedelta(days=number))
            here = None if one is None or one.state != "open" else (one.state, (one.stage or "").casefold())
            if here is not None and here == previous:
                stays[-1] = (stays[-1][0], stays[-1][1] + 1)
            elif here is not None:
                stays.append((here[1], 1))
            previous = here
        counted += sum(days for _, days in (stays[:-1] if goes_on else stays))
    assert spent == counted


def test_ages_in_words() -> None:
    """The mean, the median and one decimal, half up."""
    ages = Counter({1: 2, 4: 1, 7: 1})
    assert (tenths(average(ages)), tenths(middle(ages))) == ("3.3", "2.5")
    assert (average(Counter()), middle(Counter()), tenths(None)) == (None, None, None)
    assert tenths(middle(Counter({3: 1, 9: 2}))) == "9.0"
