"""The facts of one account as known now: which of them count, and which opportunity each belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from ledger.events.awards import BusinessAwarded
from ledger.events.base import EventData
from ledger.events.retractions import EventRetracted
from ledger.events.sharing import RevenueShareProposed
from ledger.recorded import Recorded

ACCOUNT_TYPES = frozenset(
    {
        "account_elevated",
        "major_account_manager_appointed",
        "major_account_manager_released",
        "account_plan_developed",
        "account_plan_executed",
        "dispute_opened",
        "dispute_ruled",
        "dispute_withdrawn",
    }
)
"""Facts that concern the account as a whole."""


PREPARING_TYPES = frozenset(
    {
        "opportunity_opened",
        "opportunity_manager_appointed",
        "opportunity_handed_over",
        "opportunity_reassigned",
        "engagement_recorded",
        "opportunity_plan_adopted",
        "coordination_recorded",
        "activity_shared",
        "lead_converted",
    }
)
"""Facts on an opportunity from which nothing follows before it is forecast, awarded, shared or joined by a partner."""


SUBJECTS = ("opportunity_id", "agreement_id", "contract_id")


class Facts:
    """An account's facts without those retracted or corrected, grouped by what they concern.

    `consequential` are the opportunities with a fact from which a right, a duty or a verdict can follow.

    A fact that names an agreement or a contract belongs to the opportunity in which it was proposed or awarded.
    """

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self.by_id: dict[str, Recorded] = {}
        self.by_opportunity: dict[str, dict[str, Recorded]] = {}
        self.consequential: set[str] = set()
        self._whole: dict[str, Recorded] = {}
        self._agreements: dict[str, set[str]] = {}
        self._contracts: dict[str, set[str]] = {}
        self._answers: dict[str, dict[str, Recorded]] = {}
        self._contract_facts: dict[str, dict[str, Recorded]] = {}
        self.position = 0

    def add(self, fact: Recorded) -> tuple[set[str], bool]:
        """Take in a fact; answers the opportunities it touches, and whether it touches the account as a whole."""
        self.position = max(self.position, fact.position)
        touched: set[str] = set()
        whole = False
        gone = fact.event.data.event_id if isinstance(fact.event, EventRetracted) else fact.corrects
        if gone is not None and gone in self.by_id:
            opportunities, is_whole = self._place(self.by_id.pop(gone), forget=True)
            touched, whole = touched | opportunities, whole or is_whole
        if fact.account_id == self.account_id and not isinstance(fact.event, EventRetracted):
            self.by_id[fact.event_id] = fact
            opportunities, is_whole = self._place(fact)
            touched, whole = touched | opportunities, whole or is_whole
        return touched, whole

    def _place(self, fact: Recorded, forget: bool = False) -> tuple[set[str], bool]:
        data = fact.data
        if fact.type in ACCOUNT_TYPES:
            _put(self._whole, fact, forget)
            return set(), True
        opportunity_id, agreement_id, contract_id = (
            getattr(data, name) if has else None for name, has in zip(SUBJECTS, _subjects(type(data)), strict=True)
        )
        if opportunity_id is not None:
            if fact.type not in PREPARING_TYPES:
                self.consequential.add(opportunity_id)
            _put(self.by_opportunity.setdefault(opportunity_id, {}), fact, forget)
            for known, name in ((self._agreements, agreement_id), (self._contracts, contract_id)):
                if name is not None:
                    known.setdefault(name, set()).add(opportunity_id)
            return {opportunity_id}, False
        if agreement_id is not None:
            _put(self._answers.setdefault(agreement_id, {}), fact, forget)
            return set(self._agreements.get(agreement_id, ())), False
        if contract_id is not None:
            _put(self._contract_facts.setdefault(contract_id, {}), fact, forget)
            return set(self._contracts.get(contract_id, ())), False
        return set(), False

    def of_opportunity(self, opportunity_id: str) -> list[Recorded]:
        """An opportunity's facts, its agreements' answers and its contracts' facts included."""
        own = list(self.by_opportunity.get(opportunity_id, {}).values())
        facts = list(own)
        agreements = {fact.event.data.agreement_id for fact in own if isinstance(fact.event, RevenueShareProposed)}
        contracts = {fact.event.data.contract_id for fact in own if isinstance(fact.event, BusinessAwarded)}
        for agreement_id in agreements:
            facts.extend(self._answers.get(agreement_id, {}).values())
        for contract_id in contracts:
            facts.extend(self._contract_facts.get(contract_id, {}).values())
        return facts

    def opportunity_of_agreement(self, agreement_id: str) -> Iterable[str]:
        """The opportunities in which an agreement was proposed."""
        return self._agreements.get(agreement_id, ())

    def account_history(self) -> list[Recorded]:
        """The facts on the account as a whole, in order."""
        return sorted(self._whole.values(), key=lambda fact: fact.order)


@cache
def _subjects(data: type[EventData]) -> tuple[bool, ...]:
    """Which of the subjects a type of event names."""
    return tuple(name in data.model_fields for name in SUBJECTS)


def _put(facts: dict[str, Recorded], fact: Recorded, forget: bool) -> None:
    if forget:
        facts.pop(fact.event_id, None)
    else:
        facts[fact.event_id] = fact
