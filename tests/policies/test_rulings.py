"""Rulings: the events that would carry each outcome out, and where an outcome does not fit."""

from datetime import date
from typing import Any

import pytest

from policies.disputes import due
from policies.figures import Figures
from policies.rulings import OUTCOMES, Proposal, proposals, ruling_event
from tests.policies.memory import MemoryLedger
from tests.scenarios.telling import Telling, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [jane]"
OPENED = "2026-02-10 dispute d-1 opened by north on opp-1 line gtx-pro"
RULED_ON = date(2026, 3, 1)


def proposed(telling: Telling, on: date = RULED_ON) -> dict[str, Proposal]:
    """What is proposed for d-1 on a day, by outcome."""
    ledger = telling.ledger
    found = ledger.dispute("acme", "d-1", on)
    assert found is not None
    when = due(found, Figures(), on)
    told_ = proposals(found, ledger.rights("acme", on), ledger.world.parties, when, on)
    assert tuple(one.outcome for one in told_) == OUTCOMES
    return {one.outcome: one for one in told_}


def carried_out(telling: Telling, outcome: str, on: date = RULED_ON) -> MemoryLedger:
    """The ledger after a ruling by this outcome, as proposed."""
    proposal = proposed(telling, on)[outcome]
    assert proposal.lacking is None
    found = telling.ledger.dispute("acme", "d-1", on)
    assert found is not None
    for event in (*proposal.events, ruling_event(found, outcome, ["OM-GRACE"], "So it is.", on)):
        telling.ledger.record(event)
    return telling.ledger


def holders(ledger: MemoryLedger, on: date = RULED_ON) -> list[tuple[str, str]]:
    """Who holds what on acme on a day."""
    return sorted((right.holder, right.status) for right in ledger.rights("acme", on))


def test_what_is_upheld_needs_nothing() -> None:
    """Only the mark goes."""
    ledger = carried_out(told(JANE, OPENED), "upheld")
    assert holders(ledger) == [("jane", "active")]
    assert not ledger.call("acme", "north", RULED_ON, "gtx-pro").contested


def test_what_is_transferred_goes_to_the_opener() -> None:
    """By a reassignment from the day of the ruling on."""
    ledger = carried_out(told(JANE, OPENED), "transferred")
    assert holders(ledger) == [("north", "active")]
    assert ledger.call("acme", "north", RULED_ON, "gtx-pro").rule == "CALL-OM"


def test_what_is_shared_is_shared_in_equal_parts() -> None:
    """Proposed by the holder, accepted by the opener: in force from the day of the ruling on."""
    ledger = carried_out(told(JANE, OPENED), "shared")
    shares = [(right.holder, right.percent) for right in ledger.rights("acme", RULED_ON) if right.kind == "teaming"]
    assert sorted(shares) == [("jane", "50"), ("north", "50")]
    assert ledger.call("acme", "north", RULED_ON, "gtx-pro").rule == "CALL-TEAMING"


@pytest.mark.parametrize(("on", "expected"), [(RULED_ON, "2026-04-30"), (date(2026, 4, 10), "2026-05-29")])
def test_what_is_extended_gets_the_days_that_the_dispute_takes(on: date, expected: str) -> None:
    """From its opening to the day a ruling is due, or to the ruling if that is later; 31 March plus 30 or 59 days."""
    telling = told(JANE, OPENED)
    (event,) = proposed(telling, on)["extended"].events
    assert event["data"]["expected_award_on"] == expected
    deadline = {right.deadline_on for right in carried_out(telling, "extended", on).rights("acme", on)}
    assert deadline == {date(2026, 7, 29) if on == RULED_ON else date(2026, 8, 27)}


def test_what_is_voided_loses_the_event_that_gave_it() -> None:
    """The appointment; after a handover the handover, so that it falls back."""
    ledger = carried_out(told(JANE, OPENED), "voided")
    assert holders(ledger) == []
    again = carried_out(told(JANE, "2026-02-01 opp-1 handed over to omar", OPENED), "voided")
    assert holders(again) == [("jane", "active")]


def test_who_is_in_charge_of_the_whole_account() -> None:
    """Is released, and the opener appointed; or the appointment taken back. Nothing of it can be shared or extended."""
    facts = (
        "2026-01-01 account elevated",
        "2026-01-02 mary put in charge",
        "2026-02-10 dispute d-1 opened by omar on the account",
    )
    found = proposed(told(*facts))
    assert [event["type"] for event in found["transferred"].events] == [
        "major_account_manager_released",
        "major_account_manager_appointed",
    ]
    assert found["shared"].lacking == "a revenue share is on an opportunity"
    assert found["extended"].lacking == "only a claim that has a deadline can be extended"
    assert holders(carried_out(told(*facts), "transferred")) == [("omar", "active")]
    assert holders(carried_out(told(*facts), "voided")) == []


def test_what_nobody_holds_can_not_be_moved() -> None:
    """After the lapse; and what the opener holds alone cannot be taken from somebody else."""
    lapsed = proposed(told(JANE, OPENED), date(2026, 7, 1))
    assert {name: one.lacking for name, one in lapsed.items() if name != "upheld"} == dict.fromkeys(
        OUTCOMES[1:], "nothing that is disputed is held by anybody on 2026-07-01"
    )
    own = proposed(told(JANE, "2026-02-10 dispute d-1 opened by jane on opp-1"))
    assert {name for name, one in own.items() if one.lacking is None} == {"upheld", "extended"}
    assert own["voided"].lacking == (
        "nothing that is disputed is held by somebody else than the one who opened the dispute on 2026-03-01"
    )


def test_one_of_several_opportunities_is_not_picked() -> None:
    """Where the whole account is disputed and nobody is in charge; with a single one it is clear what is meant."""
    whole = "2026-02-10 dispute d-1 opened by north on the account"
    assert [event["type"] for event in proposed(told(JANE, whole))["transferred"].events] == ["opportunity_reassigned"]
    two = proposed(told(JANE, "2026-01-20 omar establishes opp-2 on support expected 2026-06-30", whole))
    assert two["transferred"].lacking == "several opportunities are disputed, and the ruling has to say which"


def test_what_is_won_has_no_deadline() -> None:
    """It can be transferred, shared and voided all the same."""
    found = proposed(told(JANE, "2026-02-01 opp-1 awarded gtx-pro on c-1", OPENED))
    assert [name for name, one in found.items() if one.lacking is not None] == ["extended"]


def test_the_growth_right_is_nobodys_to_give() -> None:
    """It follows from account plans."""
    found = proposed(
        told(
            JANE,
            "2026-01-20 jane develops an account plan",
            "2026-01-20 jane executes the account plan",
            "2026-02-10 dispute d-1 opened by omar on the account",
        )
    )
    assert found["transferred"].lacking == "the growth right follows from account plans, not from a ruling"
    assert found["voided"].lacking == "no single event gave this right"


def test_the_end_of_all_days_is_not_passed() -> None:
    """There is no later day to extend to."""
    found = proposed(told("2026-01-10 jane establishes opp-1 on gtx-pro expected 9999-12-20", OPENED), date(2026, 3, 1))
    assert found["extended"].lacking == "there is no later day"


def test_the_ruling_itself() -> None:
    """An event as a client would send it."""
    found = told(JANE, OPENED).ledger.dispute("acme", "d-1", RULED_ON)
    assert found is not None
    data: dict[str, Any] = {"dispute_id": "d-1", "outcome": "shared", "rules": ["SHARE"], "reason": "Both."}
    assert ruling_event(found, "shared", ["SHARE"], "Both.", RULED_ON) == {
        "type": "dispute_ruled",
        "account_id": "acme",
        "effective_on": "2026-03-01",
        "data": data,
    }
