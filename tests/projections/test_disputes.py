"""Disputes as they are listed, contested rights, and the dossier: on any day, as known at any position."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from projections import disputes as kept
from projections.asking import Moment
from projections.dossier import Dossier, dossier
from projections.overview import overview
from projections.problems import InvalidCursor, RuleRefused, UnknownReferences, UnknownSubject
from projections.rights import rights_of_account, timeline
from projections.rulings import proposed_rulings
from tests.projections.facts import account, award, event, grace, opportunity, party, retraction, stage
from tests.projections.ledgers import Event, Ledger

OPENED_ON, RULED_ON, LATER = date(2024, 1, 20), date(2024, 2, 20), date(2024, 3, 10)


def opened(name: str = "d-1", by: str = "mary", on: date = OPENED_ON, account: str = "acme", **subject: str) -> Event:
    """A dispute is opened."""
    data: dict[str, Any] = {"dispute_id": name, "opened_by": by, "subject": subject, "claim": "It was mine."}
    return event("dispute_opened", on.isoformat(), account, **data)


def step(kind: str, on: date, name: str = "d-1", **data: Any) -> Event:
    """Something else of a dispute."""
    return event(f"dispute_{kind}", on.isoformat(), dispute_id=name, **data)


def ruled(outcome: str = "upheld", on: date = RULED_ON, name: str = "d-1") -> Event:
    """A ruling."""
    return step("ruled", on, name, outcome=outcome, rules=["OM-QUEUE"], reason="So it is.")


def reassigned(to: str = "mary", on: date = RULED_ON) -> Event:
    """What carries a ruling out."""
    data = {"opportunity_id": "opp-1", "to_party_id": to, "coverage_goal": "Ruling", "authorized_by": "management"}
    return event("opportunity_reassigned", on.isoformat(), **data)


def beginning() -> list[Event]:
    """Jane's claim on x in opp-1, which keeps mary from it."""
    return [*stage(), *opportunity("opp-1", "jane", "x")]


def listed(ledger: Ledger, on: date = LATER, position: int | None = None, **asked: Any) -> list[tuple[str, str]]:
    """The disputes of a day with their states, walked two at a time."""
    found: list[tuple[str, str]] = []
    after = None
    while True:
        page = kept.disputes(ledger.store.read, ledger.at(on, position), after=after, limit=2, **asked)
        found += [(one.dispute.dispute_id, one.dispute.state) for one in page.items]
        if page.next is None:
            return found
        after = page.next


def read(ledger: Ledger, on: date = LATER, position: int | None = None, name: str = "d-1") -> Dossier:
    """The dossier of a dispute."""
    return dossier(ledger.store.read, name, ledger.at(on, position))


def test_disputes_are_listed_as_opened_and_by_what_is_asked(ledger: Ledger) -> None:
    """All, those on an account, those that involve a party, those in a state; page by page."""
    ledger.record(*beginning(), party("omar"), party("nora", "contact"), account("bolt"))
    ledger.record(*opportunity("opp-9", "omar", "y", account="bolt"))
    ledger.record(opened("d-1", opportunity_id="opp-1"), opened("d-2", by="omar", line="x"))
    ledger.record(opened("d-3", by="mary", account="bolt"), opened("d-4", by="jane", on=LATER))
    ledger.record(step("answered", date(2024, 1, 25), party_id="jane", says="No."), ruled(name="d-2"))
    ledger.record(step("withdrawn", LATER, "d-4", reason="Settled."))
    everything = [("d-1", "answered"), ("d-2", "ruled"), ("d-3", "open"), ("d-4", "withdrawn")]
    assert listed(ledger) == everything
    assert listed(ledger, account_id="acme") == [everything[0], everything[1], everything[3]]
    assert listed(ledger, account_id="bolt") == [everything[2]]
    assert listed(ledger, state="open") == [everything[2]]
    assert listed(ledger, state="ruled", account_id="bolt") == []
    assert listed(ledger, party_id="omar") == [everything[1], everything[2]]
    assert listed(ledger, party_id="jane") == [everything[0], everything[1], everything[3]]
    assert listed(ledger, party_id="nora") == []
    with pytest.raises(UnknownSubject):
        listed(ledger, account_id="nowhere")
    with pytest.raises(UnknownSubject):
        listed(ledger, party_id="nobody")
    for cursor in ("d-1", "-1", "9" * 19, "²"):
        with pytest.raises(InvalidCursor):
            kept.disputes(ledger.store.read, ledger.at(LATER), after=cursor)


def test_an_opening_that_was_corrected_is_listed_once(ledger: Ledger) -> None:
    """In its new place, as known from then on; what was said in the dispute stays with it."""
    ledger.record(*beginning())
    (first,) = event_ids(ledger.record(opened(opportunity_id="opp-1")))
    ledger.record(opened("d-2", line="x"), step("answered", date(2024, 1, 25), party_id="jane", says="No."))
    before = ledger.position
    ledger.record({**opened(opportunity_id="opp-1", on=date(2024, 1, 22)), "corrects": first})
    assert listed(ledger, position=before) == [("d-1", "answered"), ("d-2", "open")]
    assert listed(ledger) == [("d-2", "open"), ("d-1", "answered")]
    assert read(ledger).then.on == date(2024, 1, 22)


def test_a_dispute_stands_otherwise_on_every_day_and_was_known_otherwise(ledger: Ledger) -> None:
    """Both clocks: the day asked about, and what was recorded by then. What was answered once is so for ever."""
    ledger.record(*beginning())
    ledger.record(opened(opportunity_id="opp-1"))
    first = ledger.position
    ledger.record(step("answered", date(2024, 1, 25), party_id="jane", says="No."))
    second = ledger.position
    answers = {
        (day, position): listed(ledger, date(2024, 1, day), position)
        for day in (19, 20, 25)
        for position in (first, second)
    }
    assert answers == {
        (19, first): [],
        (19, second): [],
        (20, first): [("d-1", "open")],
        (20, second): [("d-1", "open")],
        (25, first): [("d-1", "open")],
        (25, second): [("d-1", "answered")],
    }
    receipt = ledger.record(ruled("transferred"), reassigned())
    ledger.record(retraction(event_ids(receipt)[0]))
    for (day, position), told in answers.items():
        assert listed(ledger, date(2024, 1, day), position) == told
    assert listed(ledger, LATER, receipt.position) == [("d-1", "ruled")]
    assert listed(ledger, LATER) == [("d-1", "answered")]


def event_ids(receipt: Any) -> list[str]:
    """The ids of what was recorded."""
    return [json.loads(body)["event_id"] for body in receipt.events]


def test_a_dispute_that_was_never_opened(ledger: Ledger) -> None:
    """Unknown, not opened yet on that day, or taken back."""
    ledger.record(*beginning())
    receipt = ledger.record(opened(opportunity_id="opp-1"))
    for on, position, name in ((LATER, None, "d-9"), (date(2024, 1, 19), None, "d-1"), (LATER, 3, "d-1")):
        with pytest.raises(UnknownSubject):
            read(ledger, on, position, name)
    ledger.record(retraction(event_ids(receipt)[0]))
    assert listed(ledger) == []
    with pytest.raises(UnknownSubject):
        read(ledger)
    assert read(ledger, LATER, receipt.position).sheet.dispute.opened_by == "mary"


def test_when_it_is_due_follows_the_figures_as_known(ledger: Ledger) -> None:
    """A figure decided later for an earlier day counts as known from then on."""
    ledger.record(*beginning(), opened(opportunity_id="opp-1"))
    before = ledger.position
    ledger.record(event("policy_figure_set", "2024-01-01", None, figure="dispute_ruling_days", value=90, reason="So."))
    due = [read(ledger, LATER, position).sheet.due for position in (before, None)]
    assert [(one.ruling_on, one.ruling_overdue) for one in due] == [
        (date(2024, 2, 19), True),
        (date(2024, 4, 19), False),
    ]
    assert {one.answer_on for one in due} == {date(2024, 2, 3)}


def test_refusals_reach_the_recorder(ledger: Ledger) -> None:
    """What the policies refuse is not recorded: not concerned, closed, unknown evidence."""
    ledger.record(*beginning(), opened(opportunity_id="opp-1"))
    with pytest.raises(RuleRefused) as refused:
        ledger.record(step("answered", LATER, party_id="mary", says="I say so."))
    assert (refused.value.rule, refused.value.pointer) == (None, "/events/0/data/party_id")
    unknown = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"
    with pytest.raises(UnknownReferences):
        ledger.record(step("evidence_submitted", LATER, party_id="mary", says="See.", event_ids=[unknown]))
    with pytest.raises(RuleRefused):
        ledger.record(ruled(), reassigned(), step("withdrawn", LATER, reason="Too late."))
    assert listed(ledger) == [("d-1", "open")]
    assert read(ledger).rights_today[0].holder == "jane"


def test_rights_are_contested_while_a_dispute_about_them_is_open(ledger: Ledger) -> None:
    """On the day asked about, and if they are in effect then; the overview names the disputes."""
    ledger.record(*beginning(), *opportunity("opp-2", "jane", "y"), opened(line="x"), ruled())
    reader = ledger.store.read

    def contested(day: date, position: int | None = None) -> dict[str | None, bool]:
        at = ledger.at(day, position)
        held = rights_of_account(reader, "acme", at).items
        return {one.line: each for one, each in zip(held, kept.contested(reader, held, at), strict=True)}

    assert contested(date(2024, 1, 19)) == {"x": False, "y": False}
    assert contested(OPENED_ON) == {"x": True, "y": False}
    assert contested(RULED_ON) == {"x": False, "y": False}
    assert contested(RULED_ON, ledger.position - 1) == {"x": True, "y": False}
    whole = timeline(reader, "acme", ledger.position).items
    marks = kept.contested(reader, whole, ledger.at(OPENED_ON))
    assert [(one.line, one.status) for one, each in zip(whole, marks, strict=True) if each] == [("x", "active")]

    def ever(position: int) -> list[tuple[str | None, str]]:
        marks = kept.contested_ever(reader, "acme", whole, position)
        return [(one.line, one.status) for one, each in zip(whole, marks, strict=True) if each]

    assert ever(ledger.position) == [("x", "active")]
    assert ever(ledger.position - 1) == [("x", "active"), ("x", "in_grace"), ("x", "lapsed")]
    assert ever(ledger.position - 2) == []
    assert [one.dispute_id for one in overview(reader, "acme", ledger.at(OPENED_ON)).disputes] == ["d-1"]
    assert overview(reader, "acme", ledger.at(RULED_ON)).disputes == ()


def test_the_rights_on_both_clocks(ledger: Ledger) -> None:
    """On the day in dispute as known when it was opened, as known now, and on the day asked about."""
    ledger.record(*beginning())
    ledger.record(opened(opportunity_id="opp-1"))
    handed = {"opportunity_id": "opp-1", "to_party_id": "mary"}
    ledger.record(event("opportunity_handed_over", "2024-01-15", **handed))
    found = read(ledger)
    assert [one.holder for one in found.rights_then] == ["jane"]
    assert [one.holder for one in found.rights_now] == ["mary"]
    assert [(one.holder, one.status) for one in found.rights_today] == [("mary", "in_grace")]
    assert [(side.party_id, side.role) for side in found.sides] == [("mary", "opener"), ("jane", "holder")]
    late = [one for one in found.deciding if one.cited_now and not one.cited_then]
    assert [one.fact.type for one in late] == ["opportunity_handed_over"]
    assert found.then == Moment(OPENED_ON, 10)


def test_both_sides_in_their_words_with_their_verdicts(ledger: Ledger) -> None:
    """The claim, the latest answer, the evidence; and whether each may call for what is disputed."""
    ids = event_ids(ledger.record(*beginning(), party("omar")))
    ledger.record(opened(opportunity_id="opp-1", line="x"))
    ledger.record(
        step("evidence_submitted", date(2024, 1, 21), party_id="omar", says="See.", event_ids=[ids[5]]),
        step("answered", date(2024, 1, 22), party_id="jane", says="No."),
        step("answered", date(2024, 1, 23), party_id="jane", says="Not at all."),
    )
    found = read(ledger, date(2024, 1, 31))
    opener, holder, other = found.sides
    assert (opener.said, holder.said, other.said) == (
        found.sheet.dispute.opening,
        found.sheet.dispute.answers[-1],
        None,
    )
    assert [(side.party_id, side.role, len(side.holds)) for side in found.sides] == [
        ("mary", "opener", 0),
        ("jane", "holder", 1),
        ("omar", "other", 0),
    ]
    verdicts = [
        (one.question.line, one.verdict.rule, one.verdict.contested) for side in found.sides for one in side.verdicts
    ]
    assert verdicts == [("x", "CALL-RESERVED", True), ("x", "CALL-OM", True), ("x", "CALL-RESERVED", True)]
    assert [one.fact.event_id for one in found.deciding if one.is_evidence] == [ids[5]]


def test_what_each_side_knew_when(ledger: Ledger) -> None:
    """Which of the events that decide were recorded by each step, and which only after it."""
    ledger.record(*beginning())
    ledger.record(opened(opportunity_id="opp-1"))
    (late,) = event_ids(
        ledger.record(event("opportunity_handed_over", "2024-01-15", opportunity_id="opp-1", to_party_id="mary"))
    )
    ledger.record(step("answered", date(2024, 1, 25), party_id="jane", says="No."))
    found = read(ledger).milestones
    told = [(one.party_id, one.what, len(one.known), one.not_yet_known) for one in found]
    assert told == [
        ("jane", "claim_established", 5, (late,)),
        ("mary", "claim_established", 5, (late,)),
        ("mary", "dispute_opened", 5, (late,)),
        ("jane", "dispute_answered", 6, ()),
    ]


def test_what_each_ruling_would_change(ledger: Ledger) -> None:
    """Tried out with the ruling itself, as it would be recorded; refused where it would be."""
    ledger.record(*beginning(), opened(opportunity_id="opp-1"))
    position = ledger.position
    possible = {one.proposal.outcome: one for one in read(ledger).possible}
    assert list(possible) == ["upheld", "transferred", "shared", "extended", "voided"]
    assert {name: one.refused for name, one in possible.items()} == dict.fromkeys(possible)
    gained = {
        name: {
            (party_id, change.after.rule)
            for change in one.difference.calling
            if change.after is not None and change.before is not None and change.line == "x"
            for party_id in change.parties
            if change.before.rule != change.after.rule
        }
        for name, one in possible.items()
        if one.difference is not None
    }
    assert gained == {
        "upheld": set(),
        "transferred": {("jane", "CALL-RESERVED"), ("mary", "CALL-OM")},
        "shared": {("mary", "CALL-TEAMING")},
        "extended": set(),
        "voided": {("jane", "CALL-OPEN"), ("mary", "CALL-OPEN")},
    }
    assert ledger.position == position
    ledger.record(step("evidence_submitted", LATER, party_id="mary", says="See."))
    earlier = [one.refused for one in read(ledger, RULED_ON).possible]
    assert [refusal and refusal.rule for refusal in earlier] == [None] * 5
    assert all(refusal is not None and "would end the dispute on" in refusal.detail for refusal in earlier)


def test_a_ruling_and_what_it_changed(ledger: Ledger) -> None:
    """With the events recorded with it; for ever, whatever comes later. Before its day it is not there."""
    ledger.record(*beginning(), opened(opportunity_id="opp-1"))
    ledger.record(event("engagement_recorded", "2024-02-01", opportunity_id="opp-1", party_id="jane", activity="visit"))
    ledger.record(reassigned(), ruled("transferred"))
    position = ledger.position

    def past(at: int | None) -> Any:
        ruling = read(ledger, LATER, at).ruling
        assert ruling is not None
        calling = [
            (one.line, one.parties, one.before and one.before.rule, one.after and one.after.rule)
            for one in ruling.difference.calling
        ]
        return (ruling.ruled.outcome, [one.type for one in ruling.carried_out_by], sorted(calling, key=repr))

    told = past(None)
    assert told[:2] == ("transferred", ["opportunity_reassigned"])
    assert ("x", ("mary",), "CALL-RESERVED", "CALL-OM") in told[2]
    assert read(ledger).possible == ()
    ledger.record(event("opportunity_abandoned", "2024-02-25", opportunity_id="opp-1", reason="over"))
    assert past(None) == told == past(position)
    before = read(ledger, date(2024, 2, 19))
    assert (before.ruling, before.possible, before.sheet.dispute.state) == (None, (), "open")


def test_a_dispute_that_was_withdrawn_has_no_ruling(ledger: Ledger) -> None:
    """Nothing can be ruled any more."""
    ledger.record(*beginning(), opened(opportunity_id="opp-1"), step("withdrawn", RULED_ON, reason="Settled."))
    found = read(ledger)
    assert (found.ruling, found.possible) == (None, ())
    assert proposed_rulings(ledger.store.read, "d-1", ledger.at(LATER)) == ()


def test_the_dossier_of_a_contract_and_of_an_account(ledger: Ledger) -> None:
    """Verdicts are asked for its renewal, or for new business in general."""
    ledger.record(*beginning(), award("opp-1", "c-1", "x", on="2024-01-15"))
    ids = event_ids(ledger.record(opened("d-1", contract_id="c-1"), opened("d-2")))
    asked = {
        name: {
            (one.question.line, one.question.contract_id)
            for side in read(ledger, name=name).sides
            for one in side.verdicts
        }
        for name in ("d-1", "d-2")
    }
    assert asked == {"d-1": {(None, "c-1")}, "d-2": {(None, None)}}
    assert [(one.holder, one.status) for one in read(ledger, name="d-1").rights_then] == [("jane", "won")]
    assert len(ids) == 2


def test_a_dispute_on_what_was_taken_back_since(ledger: Ledger) -> None:
    """The contract is no longer known: no verdict can be asked for it, and nothing fails."""
    ledger.record(*beginning())
    (gone,) = event_ids(ledger.record(award("opp-1", "c-1", "x", on="2024-01-15")))
    ledger.record(opened(contract_id="c-1"))
    ledger.record(retraction(gone))
    ledger.record(step("answered", date(2024, 1, 25), party_id="jane", says="It is gone."))
    found = read(ledger)
    assert (found.rights_now, [side.verdicts for side in found.sides]) == ((), [(), ()])
    assert [one.fact.event_id for one in found.deciding if one.withdrawn] == [gone]
    assert {one.proposal.lacking is None for one in found.possible if one.proposal.outcome != "upheld"} == {False}


def test_the_dossier_is_the_same_for_ever(ledger: Ledger) -> None:
    """Whatever is recorded later: other figures, other facts, other endings."""
    ledger.record(*beginning(), opened(opportunity_id="opp-1"))
    position = ledger.position
    before = read(ledger, LATER, position)
    ledger.record(step("answered", date(2024, 1, 25), party_id="jane", says="No."))
    ledger.record(event("opportunity_handed_over", "2024-01-15", opportunity_id="opp-1", to_party_id="mary"))
    ledger.record(grace(10))
    ledger.record(event("policy_figure_set", "2024-01-01", None, figure="dispute_answer_days", value=1, reason="So."))
    ledger.record(ruled())
    assert read(ledger, LATER, position) == before
