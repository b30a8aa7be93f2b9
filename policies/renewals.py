"""Renewals: to which of the opportunities in which a contract was awarded its renewal belongs, and who has a part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policies.kept import ContractSituation
from policies.reasons import Reason

Part = tuple[str, Reason]
"""A party and why it takes part."""


def concerned(contract: Iterable[ContractSituation], line: str | None) -> Sequence[ContractSituation]:
    """The opportunities to which a renewal belongs, in the order of their awards.

    `contract` are the situations of one contract, one for each opportunity. A line, or with none the whole contract,
    belongs to the opportunities that hold a won right on it; if none does, to those in which it was awarded; if it was
    awarded in none, to all of them.
    """
    every = sorted(contract, key=lambda one: (one.place, one.opportunity_id))
    holding = [one for one in every if holder(one, line) is not None]
    awarded = [one for one in every if line is None or line in one.lines]
    return holding or awarded or every


def holder(one: ContractSituation, line: str | None) -> str | None:
    """Who holds the won right of an opportunity on a line, or with none on any of the contract's lines."""
    return one.holder if line is None or line in one.won else None


def co_sellers(one: ContractSituation, line: str | None) -> list[Part]:
    """The co-sell partners of an opportunity whose line this is."""
    return [(party_id, reason) for party_id, its_line, reason in one.co_sell if its_line == line]


def resold(one: ContractSituation, line: str | None) -> list[Part]:
    """The partners whose line the manager resells; with no line asked, those with a line awarded on the contract."""
    return [
        (party_id, reason)
        for party_id, its_line, reason in one.prime
        if its_line == line or (line is None and its_line in one.lines)
    ]
