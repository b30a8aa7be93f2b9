"""Account managers: who is Major Account Manager of an account elevated to major."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.account_managers import MajorAccountManagerAppointed, MajorAccountManagerReleased
from ledger.events.accounts import AccountElevated
from ledger.recorded import Recorded
from policies.days import FOREVER, Span
from policies.parties import Parties
from policies.reasons import Reason, because
from policies.refusals import Refused
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Charge:
    """Who is in charge of the account, or who holds its growth right, and why."""

    party_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Charges:
    """The Major Account Managers one after the other, and appointments that do not count with what they lack."""

    spans: tuple[Span[Charge], ...]
    ignored: dict[str, str]


@rule("MAM-MAJOR", "MAM-IN-CHARGE", "MAM-ELEVATED")
def major_account_managers(history: Sequence[Recorded]) -> Charges:
    """Who is Major Account Manager from when to when: each appointment until the next release.

    An appointment counts only on an account elevated on or before its date, and while nobody is in charge.
    """
    elevated = min((fact.effective_on for fact in history if isinstance(fact.event, AccountElevated)), default=FOREVER)
    spans: list[Span[Charge]] = []
    ignored: dict[str, str] = {}
    current: tuple[date, Charge] | None = None
    for fact in history:
        event, on = fact.event, fact.effective_on
        if isinstance(event, MajorAccountManagerAppointed):
            if current is not None:
                ignored[fact.event_id] = f"{current[1].party_id} is in charge since {current[0]}; release them first"
            elif elevated > on:
                ignored[fact.event_id] = f"the account was not elevated to major on or before {on}"
            else:
                reason = because("MAM-IN-CHARGE", [fact.event_id], party_id=event.data.party_id, on=on)
                current = (on, Charge(event.data.party_id, reason))
        elif isinstance(event, MajorAccountManagerReleased) and current is not None:
            if current[0] < on:
                spans.append(Span(current[0], on, current[1]))
            current = None
    if current is not None:
        spans.append(Span(current[0], FOREVER, current[1]))
    return Charges(tuple(spans), ignored)


@rule("MAM-MAJOR", "MAM-PARTNER")
def check_major_account_manager(
    event: MajorAccountManagerAppointed, candidate: Recorded, history: Sequence[Recorded], parties: Parties
) -> None:
    """Refuse an appointment on an account not elevated, beside another, or of a party that may not be in charge.

    `event` is the candidate's; `history` includes the candidate, in order.
    """
    if not parties.may_be_major_account_manager(event.data.party_id, candidate.effective_on):
        raise Refused(
            "MAM-PARTNER",
            f"{event.data.party_id} is neither an employee nor a partner of one of the two strategic tiers",
            "/data/party_id",
        )
    before = major_account_managers([fact for fact in history if fact is not candidate]).ignored
    for event_id, lack in major_account_managers(history).ignored.items():
        if event_id == candidate.event_id:
            raise Refused("MAM-MAJOR", lack, "/data/party_id")
        if event_id not in before:
            raise Refused(
                "MAM-MAJOR",
                f"an appointment recorded already would then stand beside this one: {lack}",
                "/effective_on",
            )
