"""Statements: what renewals earn whom, closed months for ever as they were, and what is learnt later as adjustments."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from projections.impact import accounts_of, impact_of
from projections.problems import RuleRefused, UnknownSubject
from projections.rebuild import rebuild
from projections.residuals import expected, residuals
from projections.statements import Statement
from projections.verifying import verify
from tests.projections.facts import account, award, event, opportunity, party, retraction
from tests.projections.ledgers import Ledger
from tests.projections.revenue import closing, everything, paid, reassignment, renewal, said, whole, won

ALL = whole("2024-01-01", "2030-01-01")


def statement(ledger: Ledger, position: int | None = None, **narrowed: Any) -> Statement:
    """The statement of all days, as known at a position."""
    return Statement(ledger.store.read, *ALL, ledger.position if position is None else position, **narrowed)


def monthly(ledger: Ledger) -> None:
    """Jane's contract, renewed for February, March and April 2025, each at 100.00."""
    ledger.record(*won())
    for month in (2, 3, 4):
        ledger.record(renewal("c-1", f"2025-{month:02d}-10", f"2025-{month + 1:02d}-10", x="100.00"))


def test_a_month_once_closed_stays_as_it_was(ledger: Ledger) -> None:
    """A reassignment back to before the closing moves the open months, and is booked in the first of them."""
    monthly(ledger)
    ledger.record(closing("2025-02"))
    at_closing = ledger.position
    ledger.record(reassignment("opp-1", "omar", "2025-02-01"))

    february = Statement(ledger.store.read, *whole("2025-02-01", "2025-03-01"), ledger.position)
    march = Statement(ledger.store.read, *whole("2025-03-01", "2025-04-01"), ledger.position)

    assert said(everything(february)) == [("share", "jane", "2025-02", "100.00")]
    assert said(everything(march)) == [
        ("share", "omar", "2025-03", "100.00"),
        ("adjustment", "jane", "2025-02", "-100.00", "2025-03"),
        ("adjustment", "omar", "2025-02", "100.00", "2025-03"),
    ]
    assert march.totals().owed() == [("jane", "USD", -10_000), ("omar", "USD", 20_000)]
    assert said(everything(statement(ledger, at_closing)))[0] == ("share", "jane", "2025-02", "100.00")


def test_each_difference_is_booked_once_in_the_month_that_was_open(ledger: Ledger) -> None:
    """What a closed month took over stays with it; what comes after goes to the next one."""
    monthly(ledger)
    ledger.record(closing("2025-02"))
    moved = ledger.record(reassignment("opp-1", "omar", "2025-02-01"))
    ledger.record(closing("2025-03"))
    ledger.record(retraction(event_id_of(moved)))

    told = [one for one in said(everything(statement(ledger))) if one[0] == "adjustment"]

    assert told == [
        ("adjustment", "jane", "2025-02", "-100.00", "2025-03"),
        ("adjustment", "omar", "2025-02", "100.00", "2025-03"),
        ("adjustment", "jane", "2025-02", "100.00", "2025-04"),
        ("adjustment", "omar", "2025-02", "-100.00", "2025-04"),
        ("adjustment", "jane", "2025-03", "100.00", "2025-04"),
        ("adjustment", "omar", "2025-03", "-100.00", "2025-04"),
    ]


def test_closed_and_adjusted_is_what_is_known_now(ledger: Ledger) -> None:
    """To the cent, for renewals corrected, added and retracted in closed months."""
    monthly(ledger)
    ledger.record(closing("2025-03"))
    first = ledger.store.read.page(type="contract_renewed", limit=1)[0]
    ledger.record({**renewal("c-1", "2025-02-10", "2025-03-10", x="33.33"), "corrects": event_id(first.body)})
    ledger.record(renewal("c-1", "2024-05-10", "2024-06-10", x="7.77"))
    ledger.record(
        event("partner_included", "2025-03-01", opportunity_id="opp-1", partner_id="south", role="co_sell", lines=["x"])
    )

    booked = statement(ledger)
    rows = ledger.rows("SELECT kind, party_id, amount FROM kept_entitlements WHERE known_until = 9223372036854775807")

    assert sum(amount for _, _, amount in rows) == 33_33 + 7_77
    assert paid(everything(booked)) == {("c-1", "jane", "share"): 33_33 + 7_77}
    assert booked.totals().owed() == [("jane", "USD", 33_33 + 7_77)]


def test_pages_of_any_size_say_the_same(ledger: Ledger) -> None:
    """Lines first, then adjustments, none missing and none twice."""
    monthly(ledger)
    ledger.record(closing("2025-03"))
    ledger.record(reassignment("opp-1", "omar", "2025-02-01"))
    found = said(everything(statement(ledger), 100))
    assert len(found) == 3 + 4
    assert [said(everything(statement(ledger), limit)) for limit in (1, 2, 3, 6, 7)] == [found] * 5


def test_a_statement_of_one_party_or_one_account(ledger: Ledger) -> None:
    """Only their lines, adjustments and sums; whoever is not known is told."""
    monthly(ledger)
    ledger.record(account("bolt"), closing("2025-02"), reassignment("opp-1", "omar", "2025-02-01"))
    assert said(everything(statement(ledger, party_id="omar"))) == [
        ("share", "omar", "2025-03", "100.00"),
        ("share", "omar", "2025-04", "100.00"),
        ("adjustment", "omar", "2025-02", "100.00", "2025-03"),
    ]
    assert everything(statement(ledger, account_id="bolt")) == []
    assert len(everything(statement(ledger, account_id="acme"))) == 5
    with pytest.raises(UnknownSubject):
        statement(ledger, party_id="nobody")


def test_subtotals_by_contract_and_by_opportunity(ledger: Ledger) -> None:
    """Of what the page names, over the whole range."""
    ledger.record(*won("x", "y"), {**award("opp-1", "c-2", "y", on="2024-02-11")})
    ledger.record(renewal("c-1", "2025-02-10", "2026-02-10", x="100.00", y="50.00"))
    whole_statement = statement(ledger)
    told = [
        (one.opportunity_id, one.contract_id, one.amount, one.unassigned)
        for one in whole_statement.subtotals(everything(whole_statement))
    ]
    assert told == [("opp-1", None, 150_00, 0), ("opp-1", "c-1", 150_00, 0)]


def test_currencies_are_never_added_together(ledger: Ledger) -> None:
    """A total for each, with the decimals of its own minor unit."""
    ledger.record(*won(), *opportunity("opp-2", "jane", "y"))
    yen = award("opp-2", "c-2", "y")
    renewable = {**yen["data"], "currency": "JPY", "renewal": {"every_months": 12, "first_on": "2025-02-10"}}
    renewable["lines"] = [{"line": "y", "amount": "1000"}]
    ledger.record({**yen, "data": renewable}, renewal("c-1", "2025-02-10", "2026-02-10", x="100.00"))
    sent = renewal("c-2", "2025-02-10", "2026-02-10", y="333")
    ledger.record({**sent, "data": {**sent["data"], "currency": "JPY"}})
    assert statement(ledger).totals().owed() == [("jane", "JPY", 333), ("jane", "USD", 100_00)]
    with pytest.raises(RuleRefused) as refused:
        ledger.record(renewal("c-2", "2026-02-10", "2027-02-10", y="333"))
    assert refused.value.rule == "RESIDUAL-EXACT"


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (renewal("c-1", "2025-03-09", "2025-05-09", x="1.00"), "RESIDUAL"),
        (renewal("c-1", "2026-01-01", "2027-01-01", x="1.00"), "RESIDUAL"),
        (renewal("c-1", "2026-06-01", "2027-01-01", x="1.00"), "RESIDUAL"),
        (closing("2025-02", "2025-02-28"), "PERIOD"),
        (closing("2024-12"), "PERIOD"),
        (closing("2025-02"), "PERIOD"),
        (closing("2025-04"), "PERIOD"),
    ],
)
def test_what_rules_refuse_is_not_recorded(ledger: Ledger, sent: dict[str, Any], rule: str) -> None:
    """Overlapping renewals, renewals of an ended contract, closings of a month not over, closed, or out of order."""
    monthly(ledger)
    ledger.record(event("contract_ended", "2026-01-01", contract_id="c-1", reason="over"))
    if sent["type"] == "period_closed" and sent["effective_on"] != "2025-02-28":
        ledger.record(closing("2025-01"), closing("2025-02"))
    before = ledger.position
    with pytest.raises(RuleRefused) as refused:
        ledger.record(sent)
    assert (refused.value.rule, ledger.position) == (rule, before)


def test_a_closing_is_never_taken_back(ledger: Ledger) -> None:
    """Neither retracted nor corrected, nor in the batch that closes it."""
    monthly(ledger)
    closed = ledger.record(closing("2025-02"))
    for sent in (
        retraction(event_id_of(closed)),
        {**closing("2025-02"), "corrects": event_id_of(closed)},
        {**event("account_identity_changed", name="Acme", reason="a name"), "corrects": event_id_of(closed)},
    ):
        with pytest.raises(RuleRefused) as refused:
            ledger.record(sent)
        assert refused.value.rule == "PERIOD"


def test_several_months_are_closed_in_one_batch_in_order(ledger: Ledger) -> None:
    """Each is judged after those before it, and a batch out of order is refused whole."""
    monthly(ledger)
    with pytest.raises(RuleRefused):
        ledger.record(closing("2025-02"), closing("2025-04"))
    ledger.record(closing("2025-02"), closing("2025-03"))
    last = statement(ledger).closings.last
    assert last is not None
    assert last.period == "2025-03"


def test_an_impact_says_who_gains_and_who_loses(ledger: Ledger) -> None:
    """By contract and month, closed or open; and how the chain of title changed. The same whenever it is asked."""
    monthly(ledger)
    ledger.record(closing("2025-02"))
    moved = ledger.record(reassignment("opp-1", "omar", "2025-03-01"))
    ledger.record(retraction(event_id_of(moved)))
    facts = ledger.store.read.recorded(after=moved.position - 1, up_to=moved.position)
    found = impact_of(ledger.store.read, {moved.position}, accounts_of(ledger.store.read, next(facts)))
    assert [[(right.holder, str(right.valid_from)) for right in one.after] for one in found.streams] == [
        [("jane", "2024-02-10"), ("omar", "2025-03-01")]
    ]
    assert [(one.key.period, one.closed, one.key.party_id, one.difference) for one in found.amounts] == [
        ("2025-03", False, "jane", -100_00),
        ("2025-03", False, "omar", 100_00),
        ("2025-04", False, "jane", -100_00),
        ("2025-04", False, "omar", 100_00),
    ]


def test_streams_by_party_and_what_they_should_bring(ledger: Ledger) -> None:
    """A party finds the streams that it holds, shares in or is credited on; what is expected is split as it stands."""
    monthly(ledger)
    shares = [{"party_id": "jane", "percent": "66.6667"}, {"party_id": "mary", "percent": "33.3333"}]
    proposal = event(
        "revenue_share_proposed",
        "2025-05-01",
        opportunity_id="opp-1",
        agreement_id="s-1",
        proposed_by="jane",
        shares=shares,
        overlays=[{"party_id": "omar", "percent": "10"}],
        **{"from": "2025-05-01"},
    )
    ledger.record(proposal, event("revenue_share_accepted", "2025-05-02", agreement_id="s-1", party_id="mary"))
    at = ledger.at(whole("2025-06-01", "2025-06-02")[0])

    found = {name: residuals(ledger.store.read, at, party_id=name).items for name in ("jane", "mary", "omar")}
    assert {name: [one.stream.contract_id for one in held] for name, held in found.items()} == {
        "jane": ["c-1"],
        "mary": ["c-1"],
        "omar": ["c-1"],
    }
    before = ledger.at(whole("2025-05-01", "2025-05-02")[0])
    assert residuals(ledger.store.read, before, party_id="omar").items == ()
    assert residuals(ledger.store.read, replace(at, position=at.position - 1), party_id="omar").items == ()
    credited = expected(ledger.store.read, at, whole("2026-01-01", "2027-03-01")[1], party_id="omar").items
    assert [(str(one.due_on), one.kind, one.amount) for one in credited] == [
        ("2026-02-10", "overlay", 10_00),
        ("2027-02-10", "overlay", 10_00),
    ]
    assert [(one.outlook.state, str(one.outlook.next_on)) for one in found["jane"]] == [("running", "2026-02-10")]
    to_come = expected(ledger.store.read, at, whole("2026-01-01", "2027-03-01")[1]).items
    assert [(str(one.due_on), one.kind, one.party_id, one.amount) for one in to_come] == [
        ("2026-02-10", "share", "jane", 66_67),
        ("2026-02-10", "share", "mary", 33_33),
        ("2026-02-10", "overlay", "omar", 10_00),
        ("2027-02-10", "share", "jane", 66_67),
        ("2027-02-10", "share", "mary", 33_33),
        ("2027-02-10", "overlay", "omar", 10_00),
    ]


def test_streams_and_entitlements_are_rebuilt_as_they_were(ledger: Ledger) -> None:
    """Both are kept answers like all others: derived from the facts, at every position."""
    monthly(ledger)
    ledger.record(closing("2025-02"), reassignment("opp-1", "omar", "2025-02-01"), party("nina"))
    before = ledger.kept()
    assert verify(ledger.store) is None
    rebuild(ledger.store)
    assert ledger.kept() == before


def event_id_of(receipt: Any) -> str:
    """The id of the first event of a receipt."""
    return event_id(receipt.events[0])


def event_id(body: str) -> str:
    """The id in an event's canonical JSON."""
    return str(json.loads(body)["event_id"])
