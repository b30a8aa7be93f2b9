"""Walks: the lines of a statement by currency, opportunity and contract, as the days of closed months were closed."""

from __future__ import annotations

from projections.statement_walks import grouped
from projections.statements import Statement
from tests.projections.facts import opportunity
from tests.projections.ledgers import Ledger
from tests.projections.revenue import closing, everything, lines, reassignment, renewable, renewal, whole, won


def several(ledger: Ledger) -> Statement:
    """Two contracts renewed in turn, a month closed before one of them moved."""
    ledger.record(*won(), *opportunity("opp-0", "mary", "y"), renewable("opp-0", "c-0", "y"))
    for month in (2, 3, 4):
        since, until = f"2025-{month:02d}-10", f"2025-{month + 1:02d}-10"
        ledger.record(renewal("c-1", since, until, x="100.00"), renewal("c-0", since, until, y="7.00"))
    ledger.record(closing("2025-02"))
    ledger.record(reassignment("opp-1", "omar", "2025-02-01"))
    return Statement(ledger.store.read, *whole("2025-01-01", "2026-01-01"), ledger.position)


def test_lines_come_grouped_and_each_once(ledger: Ledger) -> None:
    """The same lines as by their days, in order of opportunity, contract and day; the closed month as it was closed."""
    statement = several(ledger)
    walked = list(grouped(statement, "share"))
    assert [(one.opportunity_id, one.contract_id, f"{one.valid_from:%m}", one.party_id) for one in walked] == [
        ("opp-0", "c-0", "02", "mary"),
        ("opp-0", "c-0", "03", "mary"),
        ("opp-0", "c-0", "04", "mary"),
        ("opp-1", "c-1", "02", "jane"),
        ("opp-1", "c-1", "03", "omar"),
        ("opp-1", "c-1", "04", "omar"),
    ]
    assert sorted(walked, key=repr) == sorted(lines(everything(statement)), key=repr)


def test_a_walk_keeps_to_a_party_and_an_account(ledger: Ledger) -> None:
    """What the statement is narrowed to."""
    whole_of = several(ledger)
    for narrowed, months in (({"party_id": "omar"}, ["03", "04"]), ({"account_id": "acme"}, ["02", "03", "04"] * 2)):
        statement = Statement(whole_of.reader, whole_of.since, whole_of.until, whole_of.position, **narrowed)
        assert [f"{one.valid_from:%m}" for one in grouped(statement, "share")] == months


def test_a_walk_left_early_gives_its_connection_back(ledger: Ledger) -> None:
    """However often: the pool has fewer connections than walks begun here."""
    statement = several(ledger)
    for _ in range(30):
        walk = grouped(statement, "share")
        next(walk)
        walk.close()
    assert len(list(grouped(statement, "share"))) == 6
