"""What the rules of sections 3 and 4 refuse to record, read as plainly as the rest."""

from collections.abc import Sequence

from tests.oracle.account import Account, AccountDay
from tests.oracle.claims import claims_on
from tests.oracle.history import Fact, RecordedEvent, World, as_date


def refusal(facts: Sequence[Fact], world: World, event: RecordedEvent) -> str | None:
    """The rule that refuses the event, judged at its own effective date and after all that is known for that day."""
    proposed = _as_fact(facts, event)
    corrected = event.get("corrects")
    others = [fact for fact in facts if fact.account == proposed.account and fact.event_id != corrected]
    if proposed.type == "opportunity_manager_appointed":
        return "OM-ONE" if any(_is_same_appointment(fact, proposed) for fact in others) else None
    if proposed.type in {"forecast_recorded", "forecast_extension_granted"}:
        return "OM-LAPSED" if _is_too_late(proposed, others, world) else None
    if proposed.type == "major_account_manager_appointed":
        return _refusal_of_mam(proposed, others, world)
    return None


def _as_fact(facts: Sequence[Fact], event: RecordedEvent) -> Fact:
    position = max((fact.position for fact in facts), default=0) + 1
    on = as_date(event["effective_on"])
    return Fact(on, position, event["type"], event["event_id"], event.get("account_id"), event["data"])


def _is_same_appointment(fact: Fact, proposed: Fact) -> bool:
    return fact.type == proposed.type and fact.data["opportunity_id"] == proposed.data["opportunity_id"]


def _is_too_late(proposed: Fact, others: Sequence[Fact], world: World) -> bool:
    """OM-LAPSED: the opportunity is over on that date; an extension also needs a line that is still to be decided."""
    opportunity = proposed.data["opportunity_id"]
    with_it = sorted([*others, proposed], key=lambda fact: fact.order)
    if proposed not in Account(str(proposed.account), with_it, world).opportunities[opportunity]:
        return True
    if proposed.type == "forecast_recorded":
        return False
    without = Account(str(proposed.account), others, world).opportunities.get(opportunity, [])
    undecided = {claim.status for claim in claims_on(without, proposed.on, world)} & {"incomplete", "live"}
    return not undecided


def _refusal_of_mam(proposed: Fact, others: Sequence[Fact], world: World) -> str | None:
    """MAM-MAJOR and MAM-PARTNER."""
    day = AccountDay(Account(str(proposed.account), others, world), proposed.on)
    elevated = any(fact.type == "account_elevated" for fact in day.facts)
    if not elevated or day.major_account_manager is not None:
        return "MAM-MAJOR"
    return None if world.may_be_major_account_manager(proposed.data["party_id"], proposed.on) else "MAM-PARTNER"
