"""Rulings on a dispute: what each possible one would change, and what the one that was made has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from ledger.events.disputes import DisputeRuled
from ledger.recorded import Recorded
from ledger.store import Prepared, Reader
from policies.disputes import Dispute
from policies.kept import Right
from policies.rulings import Proposal, proposals, ruling_event
from projections.asking import Moment
from projections.disputes import DisputeSheet, dispute_sheet, facts_of_disputes
from projections.parties import parties_known
from projections.problems import RecordingError, RuleRefused
from projections.rows import decode_right
from projections.schema import kept_rights, known
from projections.simulation.between import difference_between
from projections.simulation.differences import AccountDifference
from projections.simulation.simulating import Simulation
from projections.simulation.supposing import Supposition

TRYING = "dossier"
"""Who records what is only tried."""

ANY_RULES = ("OM-ESTABLISHED",)
"""A ruling names the rules it rests on; which ones makes no difference to what it changes."""

ON_A_DAY = Prepared(
    select(kept_rights.c.body)
    .where(
        kept_rights.c.account_id == bindparam("account_id"),
        known(kept_rights, bindparam("at", type_=kept_rights.c.known_from.type)),
        kept_rights.c.valid_from <= bindparam("on"),
        kept_rights.c.valid_until > bindparam("on"),
    )
    .order_by(kept_rights.c.opportunity_id, kept_rights.c.line, kept_rights.c.kind, kept_rights.c.known_from)
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something would not be recorded."""

    rule: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class PossibleRuling:
    """An outcome, the events that would carry it out, and the difference they would make; or why they can't."""

    proposal: Proposal
    difference: AccountDifference | None
    refused: Refusal | None


@dataclass(frozen=True, slots=True)
class PastRuling:
    """The ruling, the events of the account recorded at the same instant by the same actor, and what they changed."""

    fact: Recorded
    ruled: DisputeRuled.Data
    carried_out_by: tuple[Recorded, ...]
    difference: AccountDifference


def rights_on(reader: Reader, account_id: str, moment: Moment) -> tuple[Right, ...]:
    """All rights on an account that cover the day, those that are over included."""
    wanted = {"account_id": account_id, "at": moment.position, "on": moment.on}
    return tuple(decode_right(body) for (body,) in reader.rows(ON_A_DAY, wanted))


def proposed_rulings(reader: Reader, dispute_id: str, moment: Moment) -> tuple[Proposal, ...]:
    """How each outcome would be carried out on the day, untried. Raises UnknownSubject."""
    return proposed(reader, dispute_sheet(reader, dispute_id, moment), moment)


def proposed(reader: Reader, sheet: DisputeSheet, moment: Moment) -> tuple[Proposal, ...]:
    """How each outcome would be carried out; none once the dispute has ended, whenever that takes effect."""
    dispute = sheet.dispute
    all_days = facts_of_disputes(reader, [dispute.account_id], moment.position)
    if all_days[dispute.account_id, dispute.dispute_id].ending is not None:
        return ()
    rights = rights_on(reader, dispute.account_id, moment)
    named = {dispute.opened_by, *(right.holder for right in rights)}
    return proposals(dispute, rights, parties_known(reader, named, moment.position), sheet.due, moment.on)


def possible_rulings(reader: Reader, sheet: DisputeSheet, moment: Moment) -> tuple[PossibleRuling, ...]:
    """What each outcome would change on the day, tried out as it would be recorded."""
    return tuple(_tried(reader, sheet.dispute, one, moment) for one in proposed(reader, sheet, moment))


def past_ruling(reader: Reader, dispute: Dispute, moment: Moment, parties: Iterable[str]) -> PastRuling | None:
    """The ruling on a dispute and what was recorded with it; the verdicts on these parties, and on any other, since."""
    ruling = dispute.ending
    if ruling is None or not isinstance(ruling.event, DisputeRuled):
        return None
    together = [
        fact
        for fact in reader.history(dispute.account_id, up_to=moment.position)
        if (fact.recorded_at, fact.actor) == (ruling.recorded_at, ruling.actor)
    ]
    first, last = together[0].position, together[-1].position
    on = _when(together)
    difference = difference_between(reader, dispute.account_id, first - 1, last, on, parties)
    others = tuple(fact for fact in together if fact.event_id != ruling.event_id)
    return PastRuling(ruling, ruling.event.data, others, difference)


def _tried(reader: Reader, dispute: Dispute, proposal: Proposal, moment: Moment) -> PossibleRuling:
    if proposal.lacking is not None:
        return PossibleRuling(proposal, None, None)
    ruling = ruling_event(dispute, proposal.outcome, ANY_RULES, "Tried, to see.", moment.on)
    try:
        tried = Simulation(
            reader,
            Supposition([*proposal.events, ruling]),
            moment,
            today=moment.on,
            actor=TRYING,
            accounts=[dispute.account_id],
        )
        (difference,) = tried.differences()
    except RuleRefused as error:
        return PossibleRuling(proposal, None, Refusal(error.rule, error.detail))
    except RecordingError as error:
        return PossibleRuling(proposal, None, Refusal(None, str(error)))
    return PossibleRuling(proposal, difference, None)


def _when(together: Iterable[Recorded]) -> date:
    """The day on which the consequences of a ruling are told: the last from which something of it takes effect."""
    return max(fact.effective_on for fact in together)
