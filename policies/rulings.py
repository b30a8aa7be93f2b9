"""Rulings: for each outcome a dispute can have, the ordinary events that would carry it out.

A proposal for whoever rules, to be tried first and changed at will. The policies know no special case for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_args

from ledger.events.disputes import DisputeOutcome
from ledger.events.sharing import WHOLE
from ledger.identifiers import is_identifier
from policies.disputes import Dispute, Due, held, is_whole
from policies.kept import Right
from policies.parties import Parties

OUTCOMES: tuple[DisputeOutcome, ...] = get_args(DisputeOutcome)

APPOINTING = ("OM-QUALIFIED", "HANDOVER", "REASSIGN", "MAM-IN-CHARGE")
"""The rules whose reasons name the event that gave a holder their right."""

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """How an outcome would be carried out: in words, and by which events beside the ruling itself.

    `lacking` says why there are none, where an outcome doesn't fit what is disputed.
    """

    outcome: DisputeOutcome
    says: str
    events: tuple[Event, ...] = ()
    lacking: str | None = None


def proposals(dispute: Dispute, rights: Iterable[Right], parties: Parties, due: Due, on: date) -> tuple[Proposal, ...]:
    """How each outcome would be carried out on a day; `rights` are the account's in effect on that day."""
    contested = held(dispute.subject, rights)
    opener = parties.acting_as(dispute.opened_by, on)
    against = [right for right in contested if parties.acting_as(right.holder, on) != opener]
    maker = _Maker(dispute, due, on, tuple(contested), tuple(against))
    return tuple(maker.proposal(outcome) for outcome in OUTCOMES)


def ruling_event(dispute: Dispute, outcome: str, rules: Sequence[str], reason: str, on: date) -> Event:
    """The ruling itself, as a client would send it."""
    data = {"dispute_id": dispute.dispute_id, "outcome": outcome, "rules": list(rules), "reason": reason}
    return _event(dispute, "dispute_ruled", on, data)


@dataclass(frozen=True, slots=True)
class _Maker:
    dispute: Dispute
    due: Due
    on: date
    contested: tuple[Right, ...]
    against: tuple[Right, ...]

    def proposal(self, outcome: DisputeOutcome) -> Proposal:
        if outcome == "upheld":
            return Proposal(outcome, "What is held stays as it is; the dispute is closed.")
        rights = self.contested if outcome == "extended" else self.against
        if not rights:
            whom = "somebody else than the one who opened the dispute" if self.contested else "anybody"
            return Proposal(outcome, "", lacking=f"nothing that is disputed is held by {whom} on {self.on}")
        right = rights[0]
        several = len({one.opportunity_id for one in rights}) > 1
        if is_whole(self.dispute.subject) and several and right.opportunity_id is not None:
            return Proposal(outcome, "", lacking="several opportunities are disputed, and the ruling has to say which")
        if outcome == "transferred":
            return self._transferred(right)
        if outcome == "shared":
            return self._shared(right)
        return self._extended(right) if outcome == "extended" else self._voided(right)

    def _transferred(self, right: Right) -> Proposal:
        opener, dispute = self.dispute.opened_by, self.dispute
        if right.opportunity_id is None and right.kind == "major_account_manager":
            released = _event(dispute, "major_account_manager_released", self.on, {"reason": self._why})
            appointed = _event(dispute, "major_account_manager_appointed", self.on, {"party_id": opener})
            return Proposal(
                "transferred", f"{right.holder} is released, and {opener} takes charge.", (released, appointed)
            )
        if right.opportunity_id is None:
            return Proposal("transferred", "", lacking="the growth right follows from account plans, not from a ruling")
        data = {
            "opportunity_id": right.opportunity_id,
            "to_party_id": opener,
            "coverage_goal": self._why,
            "authorized_by": "sales management",
        }
        event = _event(dispute, "opportunity_reassigned", self.on, data)
        return Proposal("transferred", f"{right.opportunity_id} goes from {right.holder} to {opener}.", (event,))

    def _shared(self, right: Right) -> Proposal:
        opener, dispute = self.dispute.opened_by, self.dispute
        if right.opportunity_id is None:
            return Proposal("shared", "", lacking="a revenue share is on an opportunity")
        named = f"{dispute.dispute_id}-ruling"
        agreement_id = named if is_identifier(named) else dispute.dispute_id
        parts = [right.holder, opener]
        percent = str(WHOLE / len(parts))
        proposed = {
            "opportunity_id": right.opportunity_id,
            "agreement_id": agreement_id,
            "proposed_by": right.holder,
            "shares": [{"party_id": party_id, "percent": percent} for party_id in parts],
            "from": self.on.isoformat(),
        }
        accepted = {"agreement_id": agreement_id, "party_id": opener}
        return Proposal(
            "shared",
            f"{right.holder} keeps {right.opportunity_id}, and shares its revenue with {opener} in equal parts.",
            (
                _event(dispute, "revenue_share_proposed", self.on, proposed),
                _event(dispute, "revenue_share_accepted", self.on, accepted),
            ),
        )

    def _extended(self, right: Right) -> Proposal:
        anchor = next(
            (dict(reason.facts)["anchor"] for reason in right.reasons if "anchor" in dict(reason.facts)), None
        )
        if anchor is None or right.opportunity_id is None or right.status == "won":
            return Proposal("extended", "", lacking="only a claim that has a deadline can be extended")
        days = (max(self.on, self.due.ruling_on) - self.dispute.opened_on).days
        try:
            expected = date.fromisoformat(anchor) + timedelta(days=days)
        except OverflowError:
            return Proposal("extended", "", lacking="there is no later day")
        data = {
            "opportunity_id": right.opportunity_id,
            "expected_award_on": expected.isoformat(),
            "granted_by": "sales management",
            "reason": self._why,
        }
        event = _event(self.dispute, "forecast_extension_granted", self.on, data)
        says = f"{right.holder} gets {days} more days on {right.opportunity_id}: as long as the dispute takes."
        return Proposal("extended", says, (event,))

    def _voided(self, right: Right) -> Proposal:
        named = [reason for reason in right.reasons if reason.rule in APPOINTING and reason.event_ids]
        if not named:
            return Proposal("voided", "", lacking="no single event gave this right")
        data = {"event_id": named[-1].event_ids[0], "reason": self._why}
        event = _event(self.dispute, "event_retracted", self.on, data)
        about = right.opportunity_id or "the account"
        return Proposal("voided", f"What gave {right.holder} the right on {about} is taken back.", (event,))

    @property
    def _why(self) -> str:
        return f"Ruling on dispute {self.dispute.dispute_id}"


def _event(dispute: Dispute, type_: str, on: date, data: Event) -> Event:
    return {"type": type_, "account_id": dispute.account_id, "effective_on": on.isoformat(), "data": data}
