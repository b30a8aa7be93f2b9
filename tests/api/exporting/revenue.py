"""A ledger with something of everything that a statement can hold, in three currencies."""

from __future__ import annotations

from typing import Any

from projections.statements import Statement
from tests.projections.facts import Event, award, event, opportunity
from tests.projections.ledgers import Ledger
from tests.projections.revenue import closing, reassignment, renewable, renewal, whole, won

YEAR = whole("2025-01-01", "2026-01-01")


def in_currency(currency: str, sent: Event) -> Event:
    """The award or the renewal in another currency."""
    whole_units = currency == "JPY"
    lines = [
        {**one, "amount": one["amount"].split(".")[0] if whole_units else one["amount"]}
        for one in sent["data"]["lines"]
    ]
    return {**sent, "data": {**sent["data"], "currency": currency, "lines": lines}}


def something_of_everything(ledger: Ledger, **narrowed: Any) -> Statement:
    """Jane's dollars, Omar's since a closed month and then shared; an overlay; Mary's yen and dinars; nobody's yen."""
    ledger.record(*won())
    for name, contract, currency, line in (("opp-2", "c-2", "JPY", "y"), ("opp-3", "c-3", "BHD", "z")):
        ledger.record(*opportunity(name, "mary", line), in_currency(currency, renewable(name, contract, line)))
    ledger.record(*opportunity("opp-4", "mary", "w"), in_currency("JPY", award("opp-4", "c-4", "w")))
    for month in (2, 3, 4):
        since, until = f"2025-{month:02d}-10", f"2025-{month + 1:02d}-10"
        ledger.record(
            renewal("c-1", since, until, x="100.00"),
            in_currency("JPY", renewal("c-2", since, until, y="5000")),
            in_currency("BHD", renewal("c-3", since, until, z="12.345")),
        )
    ledger.record(in_currency("JPY", renewal("c-4", "2025-03-10", "2025-04-10", w="700")))
    ledger.record(closing("2025-02"))
    ledger.record(reassignment("opp-1", "omar", "2025-02-01"))
    ledger.record(
        event(
            "revenue_share_proposed",
            "2025-04-01",
            agreement_id="s-1",
            opportunity_id="opp-1",
            proposed_by="omar",
            shares=[{"party_id": "omar", "percent": "62.5"}, {"party_id": "jane", "percent": "37.5"}],
            overlays=[{"party_id": "mary", "percent": "10"}],
            from_="2025-04-01",
        )
    )
    ledger.record(event("revenue_share_accepted", "2025-04-01", agreement_id="s-1", party_id="jane"))
    return Statement(ledger.store.read, *YEAR, ledger.position, **narrowed)
