"""What the rules of sections 3, 4 and 8 refuse to record, read as plainly as the rest."""

from collections.abc import Sequence

from tests.oracle.account import Account, AccountDay
from tests.oracle.claims import claims_on
from tests.oracle.history import Fact, RecordedEvent, World, as_date
from tests.oracle.statements import closings, first_day, month_after


def refusal(facts: Sequence[Fact], world: World, event: RecordedEvent) -> str | None:
    """The rule that refuses the event, judged at its own effective date and after all that is known for that day."""
    proposed = _as_fact(facts, event)
    corrected = event.get("corrects")
    others = [fact for fact in facts if fact.account == proposed.account and fact.event_id != corrected]
    if _takes_back_a_closing(event, facts):
        return "PERIOD"
    if proposed.type == "opportunity_manager_appointed":
        return "OM-ONE" if any(_is_same_appointment(fact, proposed) for fact in others) else None
    if proposed.type in {"forecast_recorded", "forecast_extension_granted"}:
        return "OM-LAPSED" if _is_too_late(proposed, others, world) else None
    if proposed.type == "major_account_manager_appointed":
        return _refusal_of_mam(proposed, others, world)
    return _refusal_of_residual(proposed, others)


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


def _refusal_of_residual(proposed: Fact, others: Sequence[Fact]) -> str | None:
    """RESIDUAL-EXACT, RESIDUAL and PERIOD."""
    if proposed.type == "period_closed":
        return None if _may_be_closed(proposed, others) else "PERIOD"
    if proposed.type not in {"business_awarded", "contract_renewed"}:
        return None
    of_contract = [fact for fact in others if fact.data.get("contract_id") == proposed.data["contract_id"]]
    first = next((fact for fact in of_contract if fact.type == "business_awarded"), None)
    if first is not None and first.data["currency"] != proposed.data["currency"]:
        return "RESIDUAL-EXACT"
    if proposed.type == "contract_renewed" and any(_stands_against(fact, proposed) for fact in of_contract):
        return "RESIDUAL"
    return None


def _stands_against(fact: Fact, renewal: Fact) -> bool:
    """Whether the fact is another renewal of some of the same days, or ended the contract by the renewal's start."""
    start, end = as_date(renewal.data["period_from"]), as_date(renewal.data["period_until"])
    if fact.type == "contract_ended":
        return fact.on <= start
    if fact.type != "contract_renewed":
        return False
    return as_date(fact.data["period_from"]) < end and start < as_date(fact.data["period_until"])


def _may_be_closed(closing: Fact, others: Sequence[Fact]) -> bool:
    """Whether the month is over by the closing's date, and follows the last month that was closed, if any was."""
    month = closing.data["period"]
    closed = closings(others)
    is_next = not closed or month == month_after(max(closed))
    return is_next and closing.on >= first_day(month_after(month))


def _takes_back_a_closing(event: RecordedEvent, facts: Sequence[Fact]) -> bool:
    gone = event["data"]["event_id"] if event["type"] == "event_retracted" else event.get("corrects")
    return any(fact.type == "period_closed" and fact.event_id == gone for fact in facts)
