"""Disputing: which side of a dispute is a party's own. One in which it has none is told as one that is not there."""

from __future__ import annotations

from typing import Literal

from api.identity.belongings import Belongings
from projections.asking import Moment
from projections.disputes import DisputeSheet, dispute_sheet, speakers
from projections.problems import UnknownSubject

Side = Literal["opener", "holder", "concerned", "witness"]


def side_of(sheet: DisputeSheet, belongings: Belongings) -> Side | None:
    """How a dispute concerns the party: it opened it, holds what is disputed, takes part in it, or said something."""
    dispute = sheet.dispute
    if dispute.opened_by in belongings.parties:
        return "opener"
    if not belongings.parties.isdisjoint(sheet.against):
        return "holder"
    if dispute.dispute_id in belongings.parts(dispute.account_id).disputes:
        return "concerned"
    return None if belongings.parties.isdisjoint(speakers(dispute)) else "witness"


def own_dispute(belongings: Belongings, dispute_id: str, at: Moment) -> tuple[DisputeSheet, Side] | None:
    """A dispute and the party's side in it; None for another's and for one that is not there. Raises StoreError."""
    try:
        sheet = dispute_sheet(belongings.reader, dispute_id, at)
    except UnknownSubject:
        return None
    side = side_of(sheet, belongings)
    return None if side is None else (sheet, side)
