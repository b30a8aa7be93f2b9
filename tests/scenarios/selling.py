"""Selling: the funnel, its progress and what deserves attention, told in short words for scenarios."""

from collections.abc import Iterator
from datetime import date

from api.funnel_answers import tenths
from ledger.money import from_minor
from policies.funnel import StageShape, pile_of, shape
from policies.funnel_progress import progress
from policies.kept import Right, Sheet
from policies.reasons import Reason
from policies.selection import Lapse, attention
from tests.policies.memory import MemoryLedger


def attention_told(ledger: MemoryLedger, account: str, opportunity: str, on: date) -> tuple[str, list[Reason]]:
    """Why an opportunity deserves attention, in order and an exception with a mark; and the reasons."""
    sheet = ledger.sheet(account, opportunity, on)
    if sheet is None:
        return "nothing", []
    lapse = _lapse(ledger.rights(account, on), opportunity)
    found = attention(sheet, lapse, on, ledger.world.figures, ledger.stages.on(on))
    if found is None:
        return "nothing", []
    told = [f"!{one.why}" if one.exceptional else one.why for one in found.causes]
    return ", ".join(told), [one.reason for one in found.causes]


def _lapse(rights: list[Right], opportunity: str) -> Lapse | None:
    live = [
        (right.deadline_on, right.line)
        for right in rights
        if (right.kind, right.opportunity_id) == ("opportunity_manager", opportunity)
        and right.status in {"active", "in_grace"}
    ]
    days = [(day, line) for day, line in live if day is not None and line is not None]
    if not days:
        return None
    nearest = min(day for day, _ in days)
    return Lapse(nearest, tuple(sorted(line for day, line in days if day == nearest)))


def funnel_told(ledger: MemoryLedger, on: date, manager: str | None) -> list[str]:
    """Each stage with opportunities: how many, their value and their weight."""
    piles = [
        pile_of(sheet)
        for sheet in _sheets(ledger)
        if sheet.valid_from <= on < sheet.valid_until and sheet.state == "open" and manager in (None, sheet.manager)
    ]
    stages = shape(piles, ledger.stages.on(on)).stages
    return [_stage_told(one) for one in stages if one.count] or ["nothing"]


def _stage_told(one: StageShape) -> str:
    told = f"{one.stage or 'no stage'} {one.count}"
    for currency, value in sorted(one.values.items()):
        told += f" at {from_minor(value.amount, currency)} {currency}"
        if value.unweighted < value.count:
            told += f" weighing {from_minor(value.weighted, currency)} {currency}"
        if value.unweighted:
            told += f", {value.unweighted} unweighted"
    if one.without_amount:
        told += f", {one.without_amount} without amount"
    return told


def progress_told(ledger: MemoryLedger, since: date, until: date) -> set[str]:
    """All of a progress that is not zero."""
    opportunities: dict[str, list[Sheet]] = {}
    for sheet in sorted(_sheets(ledger), key=lambda sheet: sheet.valid_from):
        if sheet.valid_from < until:
            opportunities.setdefault(sheet.opportunity_id, []).append(sheet)
    standing = [(own[-1].stage, own[-1].stage_since, 1) for own in opportunities.values() if own[-1].state == "open"]
    found = progress(opportunities.values(), standing, since, until, ledger.stages.on(until))
    counts = {"open before": found.open_before, "entered": found.entered.count, "open at the end": found.open_at_end}
    counts |= {ending: flow.count for ending, flow in found.left.items()}
    told = {f"{name} {count}" for name, count in counts.items() if count}
    told |= {f"{from_ or 'no stage'} to {to or 'no stage'} {count}" for (from_, to), count in found.moves.items()}
    for words, slip in (("put off", found.later), ("brought forward", found.earlier)):
        if slip.times:
            told.add(f"{words} {slip.times} by {slip.days} days")
    for stage in found.stages:
        if stage.conversion is not None:
            days = ", ".join(f"{days}" for days in sorted(stage.stays.elements()))
            told.add(f"{stage.stage or 'no stage'} converts {tenths(stage.conversion * 100)} after {days} days")
    return told or {"nothing"}


def _sheets(ledger: MemoryLedger) -> Iterator[Sheet]:
    return (sheet for account in ledger.accounts for sheet in ledger.kept(account, Sheet))
