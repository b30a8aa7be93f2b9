"""Residual revenue on the shared export: renewals laid over its won deals, months closed while corrections come late.

What everybody earns is reckoned a second time here, from the CSV alone, with nothing of the ledger.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from api.cli.reconciling import owed_in
from api.importing.crm import CrmImport
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from policies.days import plus_months
from policies.periods import first_day, period_of
from policies.reconciling import PaymentKey, reconcile
from projections.statements import Statement
from projections.submissions import Submission
from projections.verifying import verify
from tests.api.importing.exports import HAS_MAVEN, MAVEN, MAVEN_MAPPING, NO_MAVEN
from tests.projections.revenue import everything, paid, said

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sqlite,
    pytest.mark.skipif(not HAS_MAVEN, reason=NO_MAVEN),
]

ACCOUNTS = ("Cancity", "Isdom", "Rangreen")
UNTIL = date(2020, 1, 1)
IN_TIME = timedelta(days=60 + 90)
"""Expected sixty days after the engagement, and ninety days of grace."""

AWARD = """\
contract_id = "{contract}"
currency = "{@currency}"
lines = [{ line = "{line}", amount = "{close_value}" }]
"""
RENEWED = (
    AWARD
    + """\
renewal = { every_months = 12, first_on = "{renews_on}" }

[[files.events]]
type = "contract_renewed"
when = { from = "stage", is = "Won" }
repeat = { from = "renews_on", every_months = 12, until = "renewals_until" }
effective_on = "{@period_from}"

[files.events.data]
contract_id = "{contract}"
period_from = "{@period_from}"
period_until = "{@period_until}"
currency = "{@currency}"
lines = [{ line = "{line}", amount = "{close_value}" }]
"""
)


@dataclass
class Deal:
    """A won deal as the CSV tells it, and what is learnt of it later."""

    name: str
    agent: str
    in_time: bool
    renewals: dict[date, int]
    moves: list[tuple[date, str]] = field(default_factory=list)
    share: tuple[date, str] | None = None
    awarded: bool = True

    def earns(self) -> Iterator[tuple[tuple[str, str, str], date, int]]:
        """What each renewal earns whom: (contract, party, kind), its first day, and the amount in cents."""
        contract = f"contract-{self.name}"
        for day, amount in self.renewals.items():
            holder = next((agent for since, agent in reversed(self.moves) if since <= day), self.agent)
            if not (self.in_time and self.awarded):
                yield (contract, "", "unassigned"), day, 0
            elif self.share is not None and self.share[0] <= day:
                mine = amount * 60 // 100
                odd = amount * 60 % 100
                mine += odd > 100 - odd or (odd == 50)  # the larger remainder; of equal ones the larger percentage
                yield (contract, self.agent, "share"), day, mine
                yield (contract, self.share[1], "share"), day, amount - mine
            else:
                yield (contract, holder, "share"), day, amount


def with_renewals(folder: Path) -> Path:
    """The mapping of the export, with a yearly renewal of every won deal."""
    text = MAVEN_MAPPING.read_text(encoding="utf-8")
    assert text.count(AWARD) == 1
    text = text.replace(AWARD, RENEWED)
    text = text.replace("[settings]\n", f'[settings]\nrenewals_until = "{UNTIL}"\n')
    value = 'closed_on = { from = "close_date", as = "date" }\n'
    text = text.replace(value, f'{value}renews_on = {{ from = "close_date", as = "date", plus_months = 12 }}\n')
    mapping = folder / "renewals.toml"
    mapping.write_text(text, encoding="utf-8")
    return mapping


def slice_of_export(folder: Path) -> dict[str, Deal]:
    """The export of a few accounts; its won deals, reckoned from the CSV."""
    deals = {}
    for name in ("accounts", "products", "sales_teams", "sales_pipeline"):
        with (MAVEN / f"{name}.csv").open(newline="") as source:
            reader = csv.DictReader(source)
            rows = [row for row in reader if row.get("account", ACCOUNTS[0]) in ACCOUNTS]
        if name == "accounts":
            rows = [{**row, "subsidiary_of": ""} for row in rows]
        with (folder / f"{name}.csv").open("w", newline="") as target:
            writer = csv.DictWriter(target, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        for row in rows if name == "sales_pipeline" else ():
            if row["deal_stage"] == "Won":
                engaged, closed = date.fromisoformat(row["engage_date"]), date.fromisoformat(row["close_date"])
                days = [plus_months(closed, 12 * year) for year in range(1, 4)]
                renewals = {day: 100 * int(row["close_value"]) for day in days if day < UNTIL}
                agent = row["sales_agent"].lower().replace(" ", "-")
                deals[row["opportunity_id"]] = Deal(row["opportunity_id"], agent, closed - engaged <= IN_TIME, renewals)
    return deals


@pytest.fixture
def ledger(tmp_path: Path, sqlite_url: str) -> Iterator[tuple[RightsLedger, dict[str, Deal]]]:
    """The slice imported, and its deals."""
    deals = slice_of_export(tmp_path)
    with open_ledger(Settings(database_url=sqlite_url)) as opened:
        summary = CrmImport(with_renewals(tmp_path), tmp_path).run(
            opened.read, opened.recorder, tmp_path / "rejects.csv"
        )
        assert summary.events["contract_renewed"] == sum(len(deal.renewals) for deal in deals.values()) > 200
        yield opened, deals


def statement(ledger: RightsLedger, since: date, until: date) -> Statement:
    """The statement of some days, as known now."""
    return Statement(ledger.read, since, until, ledger.read.head().position)


def expected(deals: dict[str, Deal], since: date, until: date) -> dict[tuple[str, str, str], int]:
    """What the deals earn in some days, reckoned here."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for deal in deals.values():
        for key, day, amount in deal.earns():
            if since <= day < until:
                sums[key] += amount
    return {key: amount for key, amount in sums.items() if amount}


WHOLE = (date(2017, 1, 1), UNTIL)


def test_months_closed_while_corrections_come_late(ledger: tuple[RightsLedger, dict[str, Deal]]) -> None:
    """Closed months stay, and what was paid at each closing is owed for ever; all adds up to what the CSV comes to."""
    opened, deals = ledger
    chance = Random(20_261_125)  # noqa: S311 - the same corrections in every run
    assert paid(everything(statement(opened, *WHOLE), 1_000)) == expected(deals, *WHOLE)
    frozen: dict[str, list[Any]] = {}
    payments: list[tuple[PaymentKey, int]] = []
    month = date(2018, 3, 1)
    while month < UNTIL:
        correct(opened, deals, chance)
        period, following = period_of(month), plus_months(month, 1)
        record(opened, {"type": "period_closed", "effective_on": str(following), "data": {"period": period}})
        shown = everything(statement(opened, month, following), 1_000)
        frozen[period] = said(shown)
        payments += [
            (PaymentKey(period, contract_id, party_id, "USD"), amount)
            for (contract_id, party_id, kind), amount in paid(shown).items()
            if kind == "share"
        ]
        month = following
    correct(opened, deals, chance)

    for period, told in frozen.items():
        days = first_day(period), plus_months(first_day(period), 1)
        assert said(everything(statement(opened, *days), 1_000)) == told
    owed = list(owed_in(opened.read, sorted(frozen), opened.read.head().position, None))
    assert len(payments) > 200
    assert reconcile(owed, payments) == ()
    whole = statement(opened, WHOLE[0], plus_months(UNTIL, 2))
    assert sum(one[0] == "adjustment" for told in frozen.values() for one in told) > 50
    assert paid(everything(whole, 1_000)) == expected(deals, *WHOLE)
    totals = whole.totals()
    told = sum(amount for _, _, amount in totals.owed()) + sum(totals.unassigned.values())
    assert told == sum(expected(deals, *WHOLE).values())
    assert verify(opened.store) is None


def correct(ledger: RightsLedger, deals: dict[str, Deal], chance: Random) -> None:
    """Six things learnt late, each of another deal in no particular order, some from before what is closed."""
    fresh = [deal for deal in deals.values() if deal.in_time and deal.awarded and not deal.moves and deal.share is None]
    for deal in chance.sample(fresh, 6):
        day = date(2018, 1, 1) + timedelta(days=chance.randrange(600))
        other = chance.choice([one.agent for one in deals.values() if one.agent != deal.agent])
        chance.choice([_reassign, _reassign, _correct_amount, _share, _retract_award])(ledger, deal, day, other)


def _reassign(ledger: RightsLedger, deal: Deal, day: date, other: str) -> None:
    said = {"to_party_id": other, "coverage_goal": "North", "authorized_by": "management"}
    record(ledger, _on(ledger, deal, "opportunity_reassigned", day, opportunity_id=deal.name, **said))
    deal.moves.append((day, other))


def _correct_amount(ledger: RightsLedger, deal: Deal, _day: date, _other: str) -> None:
    period_from, amount = next((day, amount + 177) for day, amount in deal.renewals.items())
    found = _find(ledger, "contract_renewed", contract_id=f"contract-{deal.name}", period_from=str(period_from))
    lines = [{**found["data"]["lines"][0], "amount": f"{amount // 100}.{amount % 100:02d}"}]
    sent = {name: found[name] for name in ("type", "account_id", "effective_on")}
    record(ledger, {**sent, "corrects": found["event_id"], "data": {**found["data"], "lines": lines}})
    deal.renewals[period_from] = amount


def _share(ledger: RightsLedger, deal: Deal, day: date, other: str) -> None:
    shares = [{"party_id": deal.agent, "percent": "60"}, {"party_id": other, "percent": "40"}]
    agreement = {"agreement_id": f"share-{deal.name}", "proposed_by": deal.agent, "shares": shares, "from": str(day)}
    record(
        ledger,
        _on(ledger, deal, "revenue_share_proposed", day, opportunity_id=deal.name, **agreement),
        _on(ledger, deal, "revenue_share_accepted", day, agreement_id=f"share-{deal.name}", party_id=other),
    )
    deal.share = (day, other)


def _retract_award(ledger: RightsLedger, deal: Deal, _day: date, _other: str) -> None:
    award = _find(ledger, "business_awarded", contract_id=f"contract-{deal.name}")
    record(ledger, {"type": "event_retracted", "data": {"event_id": award["event_id"], "reason": "Recorded in error."}})
    deal.awarded = False


def _on(ledger: RightsLedger, deal: Deal, type_: str, day: date, **data: Any) -> dict[str, Any]:
    account_id = _find(ledger, "business_awarded", contract_id=f"contract-{deal.name}")["account_id"]
    return {"type": type_, "account_id": account_id, "effective_on": str(day), "data": data}


def _find(ledger: RightsLedger, type_: str, **data: str) -> dict[str, Any]:
    """The last event of a type that says this."""
    events: list[dict[str, Any]] = [json.loads(one.body) for one in ledger.read.page(type=type_, limit=10_000)]
    return [event for event in events if data.items() <= event["data"].items()][-1]


def record(ledger: RightsLedger, *events: dict[str, Any]) -> None:
    """Records events."""
    ledger.recorder.record(Submission(events, actor="finance"))
