"""Announcing: what is due is recorded once, by whoever comes first, and only if it is still so."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from api.scheduling import announcing
from api.scheduling.announcing import Announcer, batches
from api.wiring import RightsLedger
from projections import notices as projected
from projections.problems import NotAllowed, RecorderClosed
from projections.rebuild import rebuild
from projections.recording import SCHEDULER
from projections.schema import kept_notices
from projections.verifying import verify
from tests.api.scheduling.conftest import opened
from tests.api.scheduling.telling import check_each_once, log, notices, record, said
from tests.projections.facts import account, award, event, grace, identified, opportunity, retraction, stage

WARNED = [
    "2024-04-30 grace_warning_issued opp-1 x",
    "2024-05-23 grace_warning_issued opp-1 x",
    "2024-05-29 grace_warning_issued opp-1 x",
]
LAPSED = "2024-05-31 rights_lapsed opp-1 x"


@pytest.fixture
def claimed(ledger: RightsLedger) -> RightsLedger:
    """A ledger with one claim, whose last day is 30 May 2024."""
    record(ledger, *stage(), *opportunity("opp-1", "jane", "x"))
    return ledger


def run(ledger: RightsLedger, *days: str) -> list[str]:
    """Runs on these days, each by a scheduler that knows of nothing before; what they recorded."""
    before = len(notices(ledger))
    for day in days:
        Announcer(ledger).run(date.fromisoformat(day))
    return [said(one) for one in notices(ledger)[before:]]


def test_a_claim_from_its_first_warning_to_its_lapse(claimed: RightsLedger) -> None:
    """By the scheduler, each once, however often it runs; the ledger is whole afterwards, rebuilt or not."""
    assert run(claimed, "2024-04-29") == []
    assert run(claimed, "2024-05-25", "2024-05-25") == WARNED[:2]
    assert run(claimed, "2024-05-30", "2024-05-31", "2024-06-30", "2024-05-30") == [*WARNED[2:], LAPSED]
    check_each_once(notices(claimed))
    assert notices(claimed)[-1]["data"] == {"opportunity_id": "opp-1", "line": "x", "deadline_on": "2024-05-30"}
    assert verify(claimed.store) is None
    rebuild(claimed.store)
    assert verify(claimed.store) is None
    assert run(claimed, "2024-07-01") == []


def test_a_notice_that_is_lost_is_found_missing(claimed: RightsLedger) -> None:
    """What is kept of notices follows from the log, as everything that is kept does; a rebuild brings it back."""
    run(claimed, "2024-06-01")
    with claimed.store.transaction() as connection:
        connection.execute(kept_notices.delete())
    difference = verify(claimed.store)
    assert difference is not None
    assert difference.where.startswith("kept_notices, position ")
    rebuild(claimed.store)
    assert (verify(claimed.store), run(claimed, "2024-06-01")) == (None, [])


def test_a_late_award_is_announced_with_the_event_that_revived(claimed: RightsLedger) -> None:
    """And the lapse again, once the award is taken back."""
    assert run(claimed, "2024-06-01") == [LAPSED]
    won = identified(7, award("opp-1", "contract-1", "x"))
    record(claimed, won)
    assert run(claimed, "2024-06-01", "2024-06-02") == ["2024-05-31 rights_revived opp-1 x"]
    assert notices(claimed)[-1]["data"]["because_of"] == won["event_id"]
    record(claimed, retraction(won["event_id"], on="2024-06-03"))
    assert run(claimed, "2024-06-03", "2024-06-04") == [LAPSED]
    record(claimed, award("opp-1", "contract-1", "x"))
    assert run(claimed, "2024-06-05", "2024-06-06") == ["2024-05-31 rights_revived opp-1 x"]
    check_ids = [one["event_id"] for one in notices(claimed)]
    assert len(set(check_ids)) == len(check_ids)
    assert verify(claimed.store) is None


def test_a_figure_may_revive_and_is_named(claimed: RightsLedger) -> None:
    """A change of the world, recorded on no account."""
    scheduler = Announcer(claimed)
    scheduler.run(date(2024, 6, 1))
    figure = identified(8, grace(120))
    record(claimed, figure)
    assert scheduler.run(date(2024, 6, 1)).recorded == {"rights_revived": 1, "grace_warning_issued": 1}
    assert notices(claimed)[-2]["data"] == {
        "opportunity_id": "opp-1",
        "line": "x",
        "deadline_on": "2024-05-30",
        "because_of": figure["event_id"],
    }


def test_what_warns_is_a_figure(claimed: RightsLedger) -> None:
    """Set for the day on which the claim's clock starts."""
    record(
        claimed,
        event("policy_figure_set", "2024-03-01", None, figure="warning_days", value=[100, 5], reason="a decision"),
    )
    assert run(claimed, "2024-05-26") == [
        "2024-02-20 grace_warning_issued opp-1 x",
        "2024-05-25 grace_warning_issued opp-1 x",
    ]


def test_only_what_changed_is_looked_at(claimed: RightsLedger) -> None:
    """After a whole run: the accounts on which others recorded; on another day, or in another world, all of them."""
    record(claimed, account("bolt"), *opportunity("opp-2", "mary", "y", account="bolt"))
    scheduler = Announcer(claimed)
    looked = [scheduler.run(date(2024, 6, day)).accounts for day in (1, 1, 2)]
    record(claimed, award("opp-2", "contract-2", "y", account="bolt"))
    looked += [scheduler.run(date(2024, 6, 2)).accounts for _ in range(2)]
    record(claimed, grace(91))
    looked.append(scheduler.run(date(2024, 6, 2)).accounts)

    assert looked == [2, 0, 2, 1, 0, 2]
    assert [said(one) for one in notices(claimed)][2] == "2024-05-31 rights_revived opp-2 y"


def test_many_changes_make_it_look_at_everything(claimed: RightsLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """More accounts or events than it is worth to tell apart."""
    record(claimed, account("bolt"), account("cog"))
    scheduler = Announcer(claimed)
    for limit in ("FEW_ACCOUNTS", "FEW_EVENTS"):
        scheduler.run(date(2024, 6, 1))
        monkeypatch.setattr(announcing, limit, 0)
        record(claimed, award("opp-1", f"contract-{limit}", "x"))
        assert scheduler.run(date(2024, 6, 1)).accounts == 3
        monkeypatch.undo()


def test_a_notice_that_is_no_longer_so_is_not_recorded(claimed: RightsLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """An award comes in between finding the lapse due and recording it: nothing is announced."""
    awards = iter([award("opp-1", "contract-1", "x")])
    find = announcing.due_events

    def overtaken(*args: Any) -> dict[str, list[dict[str, Any]]]:
        found = find(*args)
        for one in awards:
            record(claimed, one)
        return found

    monkeypatch.setattr(announcing, "due_events", overtaken)
    ran = Announcer(claimed).run(date(2024, 6, 1))
    assert (ran.whole, notices(claimed)) == (True, [])


def test_accounts_that_never_rest_are_left_for_the_next_run(
    claimed: RightsLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are announced meanwhile, and nothing is forgotten."""
    record(claimed, account("bolt"), *opportunity("opp-2", "mary", "y", account="bolt"))
    find = announcing.due_events

    def overtaken(*args: Any) -> dict[str, list[dict[str, Any]]]:
        found = find(*args)
        if "acme" in found:
            record(claimed, event("account_identity_changed", name="Acme again", reason="renamed"))
        return found

    scheduler = Announcer(claimed)
    with monkeypatch.context() as patched:
        patched.setattr(announcing, "due_events", overtaken)
        assert not scheduler.run(date(2024, 6, 1)).whole
    assert [said(one) for one in notices(claimed)] == ["2024-05-31 rights_lapsed opp-2 y"]
    assert scheduler.run(date(2024, 6, 1)).whole
    assert [said(one) for one in notices(claimed)][1:] == [LAPSED]


def test_a_notice_that_cannot_be_recorded_holds_up_no_other(claimed: RightsLedger) -> None:
    """The opening of one opportunity was retracted: nothing can name it any more."""
    gone = identified(9, opportunity("opp-2", "mary", "y")[0])
    record(claimed, gone, *opportunity("opp-2", "mary", "y")[1:])
    record(claimed, account("bolt"), *opportunity("opp-3", "mary", "z", account="bolt"))
    record(claimed, retraction(gone["event_id"]))

    ran = Announcer(claimed).run(date(2024, 6, 1))
    assert (ran.recorded, ran.refusals, ran.whole) == ({"rights_lapsed": 2}, 1, True)
    assert ran.refused == [
        "rights_lapsed of opp-2 on acme: /events/0/data/opportunity_id: there is no opportunity 'opp-2' here"
    ]
    assert sorted(said(one) for one in notices(claimed)) == [LAPSED, "2024-05-31 rights_lapsed opp-3 z"]


def test_two_at_once_record_each_notice_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both lead, as after a cut: on forty accounts, in small batches, side by side."""
    monkeypatch.setattr(announcing, "ACCOUNTS_AT_ONCE", 3)
    with opened(database_url) as one, opened(database_url) as other:
        record(one, *stage())
        for number in range(40):
            name = f"a-{number}"
            record(one, account(name), *opportunity(f"opp-{number}", "jane", "x", "y", account=name))
        both = [threading.Thread(target=run, args=(ledger, "2024-05-29", "2024-06-01")) for ledger in (one, other)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        found = notices(one)
        check_each_once(found)
        assert len(found) == 40 * 2 * 4
        assert verify(one.store) is None


def test_a_run_that_is_stopped_goes_on_where_it_was(claimed: RightsLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two batches; the same scheduler finishes it, or another."""
    monkeypatch.setattr(announcing, "ACCOUNTS_AT_ONCE", 1)
    record(claimed, account("bolt"), *opportunity("opp-2", "mary", "y", account="bolt"))
    scheduler = Announcer(claimed)
    told: list[tuple[int, int]] = []
    ran = scheduler.run(
        date(2024, 6, 1), stopped=lambda: bool(told), progress=lambda done, total: told.append((done, total))
    )
    assert (ran.whole, told, len(notices(claimed))) == (False, [(1, 2)], 1)
    assert scheduler.run(date(2024, 6, 1)).recorded == {"rights_lapsed": 1}


def test_what_is_recorded_is_told(claimed: RightsLedger) -> None:
    """To whoever shows it."""
    shown: list[dict[str, Any]] = []

    def tell(events: Sequence[dict[str, Any]]) -> None:
        shown.extend(events)

    Announcer(claimed).run(date(2024, 6, 1), tell=tell)
    assert [said(one) for one in shown] == [LAPSED]


def test_the_id_of_a_notice_follows_from_it(claimed: RightsLedger) -> None:
    """Fixed for ever: were it another, a notice recorded by an older release would be recorded again."""
    run(claimed, "2024-05-25", "2024-06-01")
    assert [one["event_id"] for one in notices(claimed)] == [
        projected.event_id_of("acme", one)
        for one in (
            due("grace_warning_issued", date(2024, 4, 30)),
            due("grace_warning_issued", date(2024, 5, 23)),
            due("rights_lapsed", date(2024, 5, 31)),
        )
    ]
    assert notices(claimed)[-1]["event_id"] == "4ceb8531-1c2e-5946-a8d2-93ccd691e4c5"


def due(kind: str, on: date) -> projected.Due:
    """A notice about the one claim."""
    return projected.Due(projected.Notice(kind, "opp-1", "x", date(2024, 5, 30), on))


def test_nobody_else_announces(claimed: RightsLedger) -> None:
    """A revival as little as the others."""
    first = log(claimed)[0]["event_id"]
    told = event(
        "rights_revived", "2024-05-31", opportunity_id="opp-1", line="x", deadline_on="2024-05-30", because_of=first
    )
    with pytest.raises(NotAllowed):
        record(claimed, told)
    assert record(claimed, told, actor=SCHEDULER).position == len(log(claimed))


def test_a_closed_ledger_ends_the_run(claimed: RightsLedger) -> None:
    """It is not taken for a notice that is refused."""
    claimed.recorder.close()
    with pytest.raises(RecorderClosed):
        Announcer(claimed).run(date(2024, 6, 1))


def test_batches_keep_an_account_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """And end as soon as they are large."""
    monkeypatch.setattr(announcing, "EVENTS_AT_ONCE", 2)
    events: dict[str, list[dict[str, Any]]] = {"a": [{}], "b": [{}, {}], "c": [{}, {}, {}], "d": [{}]}
    assert [list(batch) for batch in batches(events)] == [["a", "b"], ["c"], ["d"]]
