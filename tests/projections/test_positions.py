"""Kept answers at every position: also at those inside a batch, and whatever is recorded later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from policies.kept import Kept
from projections.calling import calling_right
from projections.problems import UnknownReferences, UnknownSubject
from projections.rights import rights_of_account, timeline
from projections.rows import CurrentRows
from projections.shelf import Shelf
from projections.verifying import verify
from tests.projections.facts import account, award, event, grace, identified, opportunity, party, retraction, stage
from tests.projections.ledgers import Ledger, open_ledger

ON = date(2024, 2, 20)


def test_every_position_inside_a_batch_has_its_own_answer(ledger: Ledger) -> None:
    """One batch tells the whole story; each position shows it as far as it went."""
    lost = identified(9, event("business_lost", "2024-01-20", opportunity_id="opp-1", reason="price"))
    ledger.record(
        *stage(),
        *opportunity("opp-1", "jane", "x"),  # known whole at 9
        lost,  # 10
        retraction(lost["event_id"]),  # 11
        award("opp-1", "contract-1", "x"),  # 12
        event("contract_ended", "2024-02-15", contract_id="contract-1", reason="over"),  # 13
    )

    told = {}
    for position in range(3, 14):
        rights = rights_of_account(ledger.store.read, "acme", ledger.at(ON, position)).items
        verdict = calling_right(ledger.store.read, "acme", "mary", ledger.at(ON, position), "x").verdict
        told[position] = ([one.status for one in rights], verdict.rule, str(verdict.opens_on))
    assert told == {
        **dict.fromkeys(range(3, 9), ([], "CALL-OPEN", "None")),
        9: (["active"], "CALL-RESERVED", "2024-05-31"),
        10: (["in_grace"], "CALL-RESERVED", "2024-04-20"),
        11: (["active"], "CALL-RESERVED", "2024-05-31"),
        12: (["won"], "CALL-BEYOND-FORECAST", "None"),
        13: ([], "CALL-OPEN", "None"),
    }


def test_nothing_is_known_before_it_was_recorded(ledger: Ledger) -> None:
    """An account, a party or a contract is unknown at the positions before it."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"), award("opp-1", "contract-1", "x"))

    for position, kind in ((0, "account"), (2, "account"), (9, "contract")):
        with pytest.raises(UnknownSubject) as unknown:
            calling_right(ledger.store.read, "acme", "jane", ledger.at(ON, position), "x", "contract-1")
        assert unknown.value.kind == kind
    with pytest.raises(UnknownSubject):
        timeline(ledger.store.read, "acme", 2)
    with pytest.raises(UnknownSubject):
        calling_right(ledger.store.read, "acme", "nobody", ledger.at(ON))


def test_a_small_shelf_comes_to_the_same(database_url: str) -> None:
    """Pages that are read anew for every event leave the rows that pages at hand leave."""
    story = [*stage(), *opportunity("opp-1", "jane", "x"), grace(30), *opportunity("opp-2", "mary", "x")]
    story += [award("opp-2", "contract-1", "x"), award("opp-1", "contract-2", "x")]
    with open_ledger(database_url, events_at_hand=0) as ledger:
        for one in story:
            ledger.record(one)
        rows = ledger.rows("SELECT account_id, known_from, ordinal, known_until, valid_from FROM kept_situations")
        assert len(rows) == len(set(rows)) > 10
        assert verify(ledger.store) is None
        assert [one.status for one in timeline(ledger.store.read, "acme", ledger.position).items].count("won") == 2


def test_a_change_of_a_large_world_is_written_piece_by_piece(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With rows written before the batch is at its end, it comes to the same, and what fails later leaves nothing."""
    monkeypatch.setattr("projections.work.FLUSH_AT", 1)
    accounts = ("bolt", "carat", "delta")
    with open_ledger(database_url) as ledger:
        ledger.record(*stage(), *(account(name) for name in accounts), party("mia", "contact"))
        for number, name in enumerate(("acme", *accounts)):
            ledger.record(*opportunity(f"opp-{number}", "jane", "x", account=name))
        before = ledger.kept()
        batch = [
            grace(10),
            *opportunity("opp-8", "mary", "x", account="bolt"),
            grace(20),
            party("jane", "contact", member_of="mia"),
            award("opp-8", "contract-1", "x", account="bolt"),
            *opportunity("opp-9", "mia", "y", account="carat"),
        ]

        with pytest.raises(UnknownReferences):
            ledger.record(*batch, event("account_elevated", account="nowhere"))
        assert ledger.kept() == before
        ledger.record(*batch)

        assert verify(ledger.store) is None
        ledger.record(award("opp-1", "contract-2", "x", account="bolt", on="2024-02-11"))
        assert verify(ledger.store) is None


def test_a_page_that_reads_differently_at_once_is_retraced(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should one pass over a history come to other intervals than event after event did, the rows that stand decide."""
    matches, asked = CurrentRows.matches, []

    def doubtful(rows: CurrentRows, kept: Iterable[Kept]) -> bool:
        asked.append(rows)
        return len(asked) % 2 == 0 and matches(rows, kept)

    with open_ledger(database_url, events_at_hand=0) as ledger:
        ledger.record(*stage(), *opportunity("opp-1", "jane", "x"), grace(50))
        monkeypatch.setattr(CurrentRows, "matches", doubtful)
        ledger.record(*opportunity("opp-2", "mary", "x"), award("opp-1", "contract-1", "x"))
        ledger.record(grace(40), event("contract_ended", "2024-03-01", contract_id="contract-1", reason="over"))

        assert len(asked) == 4
        assert verify(ledger.store) is None


def test_the_shelf_holds_what_was_used_last() -> None:
    """It never holds more events than it may."""

    class Page:
        def __init__(self, account_id: str, events: int) -> None:
            self.account_id, self.events = account_id, events

    shelf = Shelf(most_events=10)
    shelf.put([Page("a", 4), Page("b", 4)])  # type: ignore[list-item]  # all that the shelf looks at
    assert shelf.get("a") is not None
    shelf.put([Page("a", 5)])  # type: ignore[list-item]
    shelf.put([Page("c", 4)])  # type: ignore[list-item]
    assert [shelf.get(name) is not None for name in "abc"] == [True, False, True]
    shelf.put([Page("d", 11)])  # type: ignore[list-item]
    assert shelf.get("d") is None
