"""The funnel and what deserves attention, on both databases: what the rules say of every sheet by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from policies.figures import Figures
from policies.funnel import Shape, pile_of, shape
from policies.funnel_progress import progress
from policies.kept import Right, Sheet
from policies.selection import Attention, Lapse, attention
from policies.stages import Stages
from projections.asking import Moment
from projections.figures import settings
from projections.funnel import By, Funnel, Narrowed, funnel, funnel_progress
from projections.problems import InvalidCursor, RecordingError, UnknownSubject
from projections.rows import decode_right, decode_sheet
from projections.selection import selected, teams_of
from projections.stages import stages_set
from tests.projections.facts import account, award, event, forecast, opportunity, party
from tests.projections.ledgers import Event, Ledger

FIRST, LAST = date(2024, 1, 1), date(2024, 7, 1)
MANAGERS = ("jane", "mary", "omar")
STAGES = ("Prospecting", "Qualified", "proposing", "Proposing", "Closing")
PARTS: tuple[By, ...] = ("manager", "region", "account", "closing_month")


def day(chance: Random, since: date = FIRST) -> date:
    """Some day from another one on."""
    return since + timedelta(days=chance.randrange((LAST - since).days))


def gate(name: str, on: str, where: str) -> Event:
    """A decision at a gate."""
    said = {"stage": "Proposing", "decision": "hold", "decided_by": "mary"}
    return event("gate_decided", on, where, opportunity_id=name, **said)


def outcome(name: str, on: str, where: str) -> Event:
    """What an opportunity is to achieve."""
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25"},
        {"criterion": "order", "kind": "date", "by": "2024-05-01"},
    ]
    return event("outcome_stated", on, where, opportunity_id=name, says="25 by May.", criteria=criteria)


def measured(name: str, on: str, where: str, units: str) -> Event:
    """What it achieved by then."""
    return event("outcome_measured", on, where, opportunity_id=name, criterion="units", value=units)


def sold(chance: Random, number: int) -> Iterator[Event]:
    """What happens to one opportunity: much of it late, and some of it refused."""
    name, where = f"opp-{number:02}", chance.choice(("acme", "beta"))
    begun = day(chance)
    opened, *more = opportunity(
        name, chance.choice(MANAGERS), chance.choice(("gtx", "mg")), on=str(begun), account=where
    )
    said = chance.choice(({}, {"region": "North"}, {"region": "South", "strategic": True}))
    yield {**opened, "data": {**opened["data"], **said}}
    yield from more[: chance.choice((0, 1, 5, 5))]
    for _ in range(chance.randrange(9)):
        on = str(day(chance, begun))
        currency, amount = chance.choice((("USD", "1.01"), ("USD", "120000.50"), ("JPY", "777"), ("BHD", "0.005")))
        yield chance.choice(
            (
                event("opportunity_revised", on, where, opportunity_id=name, stage=chance.choice(STAGES)),
                event("opportunity_revised", on, where, opportunity_id=name, stage=chance.choice(STAGES)),
                event("opportunity_revised", on, where, opportunity_id=name, expected_close_on=str(day(chance, begun))),
                event("opportunity_revised", on, where, opportunity_id=name, probability=chance.randrange(100)),
                event("opportunity_revised", on, where, opportunity_id=name, amount=amount, currency=currency),
                event("opportunity_revised", on, where, opportunity_id=name, region=chance.choice(("North", None))),
                event("engagement_recorded", on, where, opportunity_id=name, party_id="jane", activity="visit"),
                event("team_member_joined", on, where, opportunity_id=name, party_id="ravi", role="engineer"),
                event("team_member_left", on, where, opportunity_id=name, party_id="ravi"),
                gate(name, on, where),
                forecast(name, "gtx", on=on, award_on=str(day(chance, date.fromisoformat(on))), account=where),
                award(name, f"c-{number}", "gtx", on=on, account=where),
                event("business_lost", on, where, opportunity_id=name, reason="price"),
                event("opportunity_abandoned", on, where, opportunity_id=name, reason="no budget"),
                outcome(name, on, where),
                measured(name, on, where, chance.choice(("20", "25"))),
            )
        )  # fmt: skip


TAKEN: dict[int, list[Event]] = {}
"""What a ledger took of the events drawn by a seed: the next one is told that at once."""


@pytest.fixture(params=(1, 2))
def selling(ledger: Ledger, request: pytest.FixtureRequest) -> Ledger:
    """Some thirty opportunities, as it happened to them."""
    seed = request.param
    if seed in TAKEN:
        ledger.record(*TAKEN[seed])
        return ledger
    beginning = [*(party(one) for one in (*MANAGERS, "ravi")), account("acme"), account("beta")]
    ledger.record(*beginning)
    TAKEN[seed] = beginning + tell(ledger, Random(seed), range(30))  # noqa: S311 - the same in every run
    return ledger


def tell(ledger: Ledger, chance: Random, numbers: range) -> list[Event]:
    """Records opportunities, figures and stages, passing over what is refused; what was not."""
    taken = []
    for number in numbers:
        for one in sold(chance, number):
            try:
                ledger.record(one)
            except RecordingError:
                continue
            taken.append(one)
    stages = [{"stage": name, "probability": 10 * place} for place, name in enumerate(STAGES) if name != "proposing"]
    figure = {"figure": "not_moving_days", "value": 20, "reason": "Faster."}
    settled = [
        event("sales_stages_configured", "2024-04-01", None, stages=stages, reason="Ours."),
        event("policy_figure_set", str(day(chance)), None, **figure),
    ]
    for one in settled:
        ledger.record(one)
    return taken + settled


# ---- the same, sheet by sheet ----------------------------------------------------------------------------------------


def lives(ledger: Ledger, position: int) -> dict[str, list[Sheet]]:
    """All that sheets say as known at a position, by opportunity, from rows read one by one."""
    found: dict[str, list[Sheet]] = {}
    for known_from, known_until, body in ledger.rows("SELECT known_from, known_until, body FROM kept_sheets"):
        if known_from <= position < known_until:
            sheet = decode_sheet(body)
            found.setdefault(sheet.opportunity_id, []).append(sheet)
    return {name: sorted(own, key=lambda sheet: sheet.valid_from) for name, own in sorted(found.items())}


def of_day(ledger: Ledger, at: Moment) -> list[Sheet]:
    """The sheets on a day."""
    every = (sheet for own in lives(ledger, at.position).values() for sheet in own)
    return [sheet for sheet in every if sheet.valid_from <= at.on < sheet.valid_until]


def plain_funnel(ledger: Ledger, at: Moment, narrowed: Narrowed = Narrowed()) -> Shape:  # noqa: B008 - frozen
    """The funnel, one opportunity after the other."""
    open_ = [sheet for sheet in of_day(ledger, at) if sheet.state == "open" and narrowed.fits(sheet)]
    return shape(map(pile_of, open_), Stages(stages_set(ledger.store.read.rows, at.position)).on(at.on))


def plain_attention(ledger: Ledger, at: Moment) -> list[Attention]:
    """What deserves attention, one opportunity after the other."""
    rows = ledger.store.read.rows
    figures, stages = Figures(settings(rows, at.position)), Stages(stages_set(rows, at.position)).on(at.on)
    claims: dict[str, list[Right]] = {}
    for known_from, known_until, body in ledger.rows("SELECT known_from, known_until, body FROM kept_rights"):
        right = decode_right(body)
        if known_from <= at.position < known_until and right.valid_from <= at.on < right.valid_until:
            claims.setdefault(right.opportunity_id or "", []).append(right)
    found = []
    for sheet in of_day(ledger, at):
        live = [one for one in claims.get(sheet.opportunity_id, []) if one.status in ("active", "in_grace")]
        deadlines = [one.deadline_on for one in live if one.deadline_on is not None]
        nearest = min(deadlines, default=None)
        lines = tuple(sorted(str(one.line) for one in live if one.deadline_on == nearest))
        lapse = None if nearest is None else Lapse(nearest, lines)
        found.append(attention(sheet, lapse, at.on, figures, stages))
    return sorted((one for one in found if one is not None), key=lambda one: one.weight)


def moments(ledger: Ledger, count: int = 8) -> list[Moment]:
    """Days and positions, always the same."""
    chance = Random(count)  # noqa: S311
    some = [Moment(day(chance), chance.randrange(7, ledger.position + 1)) for _ in range(count)]
    return [*some, Moment(date(2024, 4, 15), ledger.position), Moment(LAST, ledger.position)]


# ---- tests -----------------------------------------------------------------------------------------------------------


def test_the_funnel_is_the_sum_of_its_sheets(selling: Ledger) -> None:
    """On any day, as known at any position, narrowed or not; never empty throughout."""
    read = selling.store.read
    seen = 0
    for at in moments(selling):
        assert funnel(read, at).shape == plain_funnel(selling, at)
        for narrowed in (
            Narrowed(manager="jane"),
            Narrowed(region="North", account_id="acme"),
            Narrowed(closing_from=date(2024, 3, 1), closing_until=date(2024, 5, 1)),
        ):
            found = funnel(read, at, narrowed).shape
            assert found == plain_funnel(selling, at, narrowed)
            seen += found.whole.count
    assert seen > 20


@pytest.mark.parametrize("by", PARTS)
def test_the_parts_of_a_funnel_add_up(selling: Ledger, by: By) -> None:
    """In number, in value and in weight, currency by currency; each part is the funnel narrowed to it."""
    read = selling.store.read
    narrowed = {
        "manager": lambda key: Narrowed(manager=key),
        "region": lambda key: Narrowed(region=key),
        "account": lambda key: Narrowed(account_id=key),
    }
    for at in moments(selling):
        found = funnel(read, at, by=by)
        assert found.groups_left == 0
        assert sum(one.shape.whole.count for one in found.groups) == found.shape.whole.count
        for currency, value in found.shape.whole.values.items():
            parts = [one.shape.whole.values[currency] for one in found.groups if currency in one.shape.whole.values]
            assert sum(part.amount for part in parts) == value.amount
            assert sum(part.weighted for part in parts) == value.weighted
            assert sum(part.unweighted for part in parts) == value.unweighted
        for group in found.groups:
            if by in narrowed and group.key is not None:
                assert group.shape == funnel(read, at, narrowed[by](group.key)).shape


def test_the_largest_parts_come_first_and_months_in_order(selling: Ledger) -> None:
    """And what a limit leaves out is counted."""
    at = Moment(date(2024, 6, 15), selling.position)
    sizes = [one.shape.whole.count for one in funnel(selling.store.read, at, by="manager").groups]
    assert sizes == sorted(sizes, reverse=True)
    months = [one.key for one in funnel(selling.store.read, at, by="closing_month").groups]
    named = [str(month) for month in months if month is not None]
    assert named == sorted(named)
    assert months in (named, [*named, None])
    assert len(months) > 2
    limited = funnel(selling.store.read, at, by="closing_month", limit=2)
    assert ([one.key for one in limited.groups], limited.groups_left) == (months[:2], len(months) - 2)


def everything(ledger: Ledger, at: Moment) -> tuple[Funnel, Any, list[Attention]]:
    """All that is asked about a moment."""
    read = ledger.store.read
    told = funnel_progress(read, at.position, at.on - timedelta(days=60), at.on)
    return funnel(read, at, by="manager"), told, list(selected(read, at, limit=1_000).items)


def test_what_was_known_never_changes(selling: Ledger) -> None:
    """However much is recorded later, and for days long gone."""
    some = moments(selling)
    before = [everything(selling, at) for at in some]
    tell(selling, Random(99), range(30, 45))  # noqa: S311
    assert [everything(selling, at) for at in some] == before
    now = [everything(selling, replace(at, position=selling.position)) for at in some]
    assert now != before


def test_progress_is_that_of_every_sheet(selling: Ledger) -> None:
    """Of any period, as known at any position, for everybody and for one manager."""
    for at in moments(selling):
        since, until = at.on - timedelta(days=45), at.on
        for narrowed in (Narrowed(), Narrowed(manager="jane"), Narrowed(account_id="acme")):
            told = []
            for own in lives(selling, at.position).values():
                until_then = [sheet for sheet in own if sheet.valid_from < until]
                if until_then and narrowed.fits(until_then[-1]):
                    told.append(until_then)
            standing = [(own[-1].stage, own[-1].stage_since, 1) for own in told if own[-1].state == "open"]
            stages = Stages(stages_set(selling.store.read.rows, at.position)).on(until - timedelta(days=1))
            expected = progress(told, standing, since, until, stages)
            assert funnel_progress(selling.store.read, at.position, since, until, narrowed) == expected


def test_what_deserves_attention_is_judged_sheet_by_sheet(selling: Ledger) -> None:
    """The weightiest first, in pages of any size."""
    seen = set()
    for at in moments(selling):
        expected = plain_attention(selling, at)
        page = selected(selling.store.read, at, limit=7)
        found = list(page.items)
        while page.next is not None:
            page = selected(selling.store.read, at, limit=7, after=page.next)
            found += page.items
        assert found == expected
        seen |= {cause.why for one in found for cause in one.causes}
    assert len(seen) > 5


def test_of_what_is_won_only_what_falls_short_is_listed(ledger: Ledger) -> None:
    """Narrowed like any other, on both clocks."""
    ledger.record(party("jane"), party("omar"), account())
    for name, manager, line in (("opp-1", "jane", "gtx"), ("opp-2", "omar", "mg")):
        ledger.record(*opportunity(name, manager, line), outcome(name, "2024-01-20", "acme"))
        ledger.record(award(name, f"c-{name}", line))
    ledger.record(measured("opp-1", "2024-03-01", "acme", "20"), measured("opp-2", "2024-03-01", "acme", "25"))
    known = ledger.position
    ledger.record(measured("opp-1", "2024-04-01", "acme", "25"), measured("opp-2", "2024-02-20", "acme", "24"))
    read = ledger.store.read

    def short(on: date, position: int = ledger.position, **asked: str) -> list[str]:
        return [
            one.sheet.opportunity_id for one in selected(read, Moment(on, position), why="shortfall", **asked).items
        ]

    assert short(date(2024, 2, 29)) == ["opp-2"]
    assert short(date(2024, 2, 29), known) == []
    assert short(date(2024, 3, 1)) == ["opp-1"]
    assert short(date(2024, 3, 1), manager="jane", account_id="acme") == ["opp-1"]
    assert short(date(2024, 3, 1), manager="omar") == []
    assert short(date(2024, 4, 1)) == []
    assert short(date(2024, 4, 1), known) == ["opp-1"]


def test_the_lines_that_lapse_next(ledger: Ledger) -> None:
    """Those of the nearest day, as far as they are reserved; a figure set to more days looks further."""
    ledger.record(party("jane"), party("omar"), account())
    ledger.record(*opportunity("opp-1", "jane", "gtx", "mg"), *opportunity("opp-2", "omar", "gtx"))
    ledger.record(forecast("opp-1", "gtx", "mg", "later", on="2024-01-20", award_on="2024-04-01"))

    def lapsing(on: date) -> dict[str, str]:
        found = selected(ledger.store.read, ledger.at(on), why="lapsing_soon").items
        return {one.sheet.opportunity_id: dict(one.causes[0].reason.facts)["lines"] for one in found}

    deadline = date(2024, 3, 1) + timedelta(days=90)
    assert lapsing(deadline - timedelta(days=31)) == {}
    assert lapsing(deadline - timedelta(days=30)) == lapsing(deadline) == {"opp-1": "gtx, mg"}
    assert lapsing(deadline + timedelta(days=1)) == {"opp-1": "later"}
    ledger.record(
        event("policy_figure_set", "2024-01-01", None, figure="lapsing_soon_days", value=31, reason="Sooner.")
    )
    assert lapsing(deadline - timedelta(days=31)) == {"opp-1": "gtx, mg"}


def test_attention_is_narrowed(selling: Ledger) -> None:
    """By manager, region, account and reason, and to the team of a party."""
    read = selling.store.read
    for at in moments(selling):
        every = plain_attention(selling, at)
        assert list(selected(read, at, manager="jane").items) == [one for one in every if one.sheet.manager == "jane"]
        assert list(selected(read, at, region="North").items) == [one for one in every if one.sheet.region == "North"]
        exceptions = selected(read, at, why="exception").items
        assert [one.sheet for one in exceptions] == [one.sheet for one in every if one.exceptional]
        assert all(cause.exceptional for one in exceptions for cause in one.causes)
        near = selected(read, at, why="closing_soon", account_id="acme").items
        assert {one.sheet.opportunity_id for one in near} == {
            one.sheet.opportunity_id
            for one in every
            if one.sheet.account_id == "acme" and any(cause.why == "closing_soon" for cause in one.causes)
        }
        taking_part = teams_of(read, "ravi", at)
        assert {one.sheet.opportunity_id for one in selected(read, at, team_of="ravi").items} == {
            one.sheet.opportunity_id for one in every if one.sheet.opportunity_id in taking_part
        }


def test_a_team_on_both_clocks(ledger: Ledger) -> None:
    """Who joined and left by the day, as known at the position; a retracted joining never was."""
    ledger.record(party("jane"), party("ravi"), account())
    ledger.record(*opportunity("opp-1", "jane", "gtx"), *opportunity("opp-2", "jane", "mg"))
    joined = event("team_member_joined", "2024-02-01", opportunity_id="opp-1", party_id="ravi", role="engineer")
    ledger.record(joined)
    known = ledger.position
    (second,) = ledger.record({**joined, "data": {**joined["data"], "opportunity_id": "opp-2"}}).events
    ledger.record(event("team_member_left", "2024-03-01", opportunity_id="opp-1", party_id="ravi"))
    read = ledger.store.read
    assert teams_of(read, "ravi", ledger.at(date(2024, 1, 31))) == set()
    assert teams_of(read, "ravi", ledger.at(date(2024, 2, 1))) == {"opp-1", "opp-2"}
    assert teams_of(read, "ravi", ledger.at(date(2024, 3, 1))) == {"opp-2"}
    assert teams_of(read, "ravi", Moment(date(2024, 3, 1), known)) == {"opp-1"}
    assert teams_of(read, "jane", ledger.at(date(2024, 2, 1))) == set()
    assert second.count("opp-2")


def test_amounts_near_the_edge_stay_exact(ledger: Ledger) -> None:
    """Sums beyond what the database holds in one number."""
    ledger.record(party("jane"), account())
    for number in range(12):
        name = f"opp-{number}"
        ledger.record(
            event("opportunity_opened", "2024-01-10", opportunity_id=name, name=name, amount="999999999999999.999",
                  currency="BHD", probability=99)
        )  # fmt: skip
    found = funnel(ledger.store.read, ledger.at(date(2024, 2, 1))).shape.whole.values["BHD"]
    assert found.amount == 12 * (10**18 - 1)
    assert found.weighted == 12 * (99 * 10**16 - 1)


def test_nobody_unknown_is_asked_for(selling: Ledger) -> None:
    """Neither as a manager nor as an account; a cursor is one that a page gave."""
    read, at = selling.store.read, selling.at(LAST)
    for narrowed in (Narrowed(manager="nobody"), Narrowed(account_id="nowhere")):
        with pytest.raises(UnknownSubject):
            funnel(read, at, narrowed)
        with pytest.raises(UnknownSubject):
            funnel_progress(read, at.position, FIRST, LAST, narrowed)
    with pytest.raises(UnknownSubject):
        selected(read, at, manager="nobody")
    with pytest.raises(UnknownSubject):
        selected(read, at, account_id="nowhere")
    with pytest.raises(UnknownSubject):
        selected(read, at, team_of="nobody")
    for cursor in ('[0,"x","opp-1"]', '[0,"-1","opp-1"]', "7", '["0","1","opp-1"]'):
        with pytest.raises(InvalidCursor):
            selected(read, at, after=cursor)
