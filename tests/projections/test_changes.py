"""Changes along the log: what the kept intervals say that each position made different, on both databases."""

from __future__ import annotations

from datetime import UTC

from ledger import canonical
from policies.changes import Change, changes
from policies.kept import Right
from projections.changes import Place, feed
from projections.problems import UnknownSubject
from projections.rebuild import rebuild
from projections.rights import timeline
from tests.projections.facts import event, opportunity, party, stage
from tests.projections.ledgers import Ledger
from tests.projections.test_rebuilding import tell_a_story


def known_at(ledger: Ledger, account_id: str, position: int) -> tuple[Right, ...]:
    """All rights on an account as known at a position; none before it was opened."""
    try:
        return timeline(ledger.store.read, account_id, position, limit=1_000).items
    except UnknownSubject:
        return ()


def expected(ledger: Ledger) -> list[tuple[int, Change]]:
    """The changes of every position, from the answers before and after it; those of notices are left out."""
    found = []
    for number, stored in enumerate(ledger.store.read.page(limit=1_000), 1):
        day = canonical.decode(stored.body).recorded_at.astimezone(UTC).date()
        for account_id in ("acme", "bolt"):
            before, after = known_at(ledger, account_id, number - 1), known_at(ledger, account_id, number)
            found += [(number, one) for one in changes(before, after, day)]
    return found


def read_all(ledger: Ledger, limit: int) -> list[tuple[int, Change]]:
    """The whole feed, read so many at a time."""
    found: list[tuple[int, Change]] = []
    place = Place(0)
    while True:
        part = feed(ledger.store.read, place, UTC, limit=limit)
        found += [(one.event.position, one.change) for one in part.changes]
        if part.reached == Place(ledger.position):
            return found
        place = Place.of(str(part.reached))


def test_the_feed_is_what_the_answers_differ_by(ledger: Ledger) -> None:
    """Position by position, however it is read, and the same after a rebuild."""
    tell_a_story(ledger)
    ledger.record(event("opportunity_abandoned", "2024-03-01", opportunity_id="opp-2", reason="over"))
    whole = read_all(ledger, 1_000)
    told_by_facts = [(position, one) for position, one in whole if not is_of_a_notice(ledger, position)]
    assert told_by_facts == expected(ledger)
    assert {"opportunity_manager", "co_sell_partner"} <= {one.right for _, one in whole}
    assert read_all(ledger, 1) == whole
    rebuild(ledger.store)
    assert read_all(ledger, 2) == whole


def is_of_a_notice(ledger: Ledger, position: int) -> bool:
    """Whether the event at a position is a notice, whose changes time brought."""
    return '"rights_lapsed"' in ledger.store.read.page(after=position - 1, limit=1)[0].body


def test_one_account_and_some_kinds(ledger: Ledger) -> None:
    """A narrowed feed has those of the whole one that are asked for, at the same places."""
    tell_a_story(ledger)
    whole = feed(ledger.store.read, Place(0), UTC, limit=1_000).changes
    bolt = feed(ledger.store.read, Place(0), UTC, limit=1_000, account_ids=["bolt"]).changes
    assert bolt == [one for one in whole if one.change.account_id == "bolt"]
    kind = whole[0].change.change
    of_a_kind = feed(ledger.store.read, Place(0), UTC, limit=1_000, kinds=[kind]).changes
    assert of_a_kind == [one for one in whole if one.change.change == kind]
    assert len(bolt) > 0


def test_nothing_changes_where_no_right_does(ledger: Ledger) -> None:
    """A party more changes nobody's rights."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    position = ledger.position
    ledger.record(party("north", "partner", tier="co_sell"))
    assert feed(ledger.store.read, Place(position), UTC, limit=10).changes == []
