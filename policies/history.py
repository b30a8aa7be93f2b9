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

DISPUTE_TYPES = frozenset(
    {
        "dispute_opened",
        "dispute_evidence_submitted",
        "dispute_answered",
        "dispute_ruled",
        "dispute_withdrawn",
    }
)
"""Facts of a dispute: its opening, what was said, and its end."""

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


SHEET_ONLY_TYPES = frozenset(
    {
        "opportunity_revised",
        "outcome_stated",
        "outcome_measured",
        "team_member_joined",
        "team_member_left",
        "gate_decided",
    }
)
"""Facts that belong to the sheet behind a claim: no right, duty or verdict ever follows from them."""

CONTRACT_TYPES = frozenset({"business_awarded", "contract_renewed", "contract_ended"})
"""Facts on a contract."""

NOTICE_TYPES = frozenset({"grace_warning_issued", "rights_lapsed", "rights_revived"})
"""Facts that announce what the dates say by themselves: nothing follows from them, so no rule ever reads them."""


LIVE_TYPES = frozenset(
    {
        "opportunity_reviewed",
        "action_agreed",
        "action_done",
        "action_dropped",
        "opportunity_assessed",
        "milestone_assessed",
        "key_player_mapped",
        "key_player_removed",
        "closing_plan_drafted",
        "customer_scored",
    }
)
"""Facts of reviews, assessments, key players and closing plans: nothing is derived, questions read them live."""

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
        self._disputes: dict[str, dict[str, Recorded]] = {}
        self._sheets: dict[str, dict[str, Recorded]] = {}
        self._live: dict[str, dict[str, Recorded]] = {}
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
        if fact.type in NOTICE_TYPES:
            return set(), False
        if fact.type in LIVE_TYPES:
            _put(self._live.setdefault(getattr(fact.data, "opportunity_id", ""), {}), fact, forget)
            return set(), False
        if fact.type in SHEET_ONLY_TYPES:
            _put(self._sheets.setdefault(getattr(fact.data, "opportunity_id", ""), {}), fact, forget)
            return set(), False
        if fact.type in DISPUTE_TYPES:
            _put(self._disputes.setdefault(getattr(fact.data, "dispute_id", ""), {}), fact, forget)
        if fact.type in ACCOUNT_TYPES:
            _put(self._whole, fact, forget)
            return set(), True
        return self._place_below(fact, forget), False

    def _place_below(self, fact: Recorded, forget: bool) -> set[str]:
        """Puts a fact in its place below the account; answers the opportunities that it touches."""
        data = fact.data
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
            return {opportunity_id}
        if agreement_id is not None:
            _put(self._answers.setdefault(agreement_id, {}), fact, forget)
            return set(self._agreements.get(agreement_id, ()))
        if contract_id is not None:
            _put(self._contract_facts.setdefault(contract_id, {}), fact, forget)
            return set(self._contracts.get(contract_id, ()))
        return set()

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

    def of_contract(self, contract_id: str) -> Iterable[Recorded]:
        """The facts that name a contract alone: its renewals and its end."""
        return self._contract_facts.get(contract_id, {}).values()

    def opportunities_of_contract(self, contract_id: str) -> Iterable[str]:
        """The opportunities in which a contract was ever awarded."""
        return self._contracts.get(contract_id, ())

    @property
    def contracts(self) -> set[str]:
        """The contracts that facts name, those whose award no longer counts included."""
        return self._contracts.keys() | self._contract_facts.keys()

    def contracts_touched(self, fact: Recorded) -> set[str]:
        """The contracts that a fact names, or that the fact names which it takes out of the history."""
        gone = fact.event.data.event_id if isinstance(fact.event, EventRetracted) else fact.corrects
        facts = [fact, self.by_id[gone]] if gone is not None and gone in self.by_id else [fact]
        named = (getattr(one.data, "contract_id", None) for one in facts if one.type in CONTRACT_TYPES)
        return {contract_id for contract_id in named if contract_id is not None}

    def sheets_touched(self, fact: Recorded, types: frozenset[str]) -> set[str]:
        """The opportunities whose sheet a fact may change, or the fact that it takes out; `types` can change one."""
        gone = fact.event.data.event_id if isinstance(fact.event, EventRetracted) else fact.corrects
        facts = [fact, self.by_id[gone]] if gone is not None and gone in self.by_id else [fact]
        named = (getattr(one.data, "opportunity_id", None) for one in facts if one.type in types)
        return {opportunity_id for opportunity_id in named if opportunity_id is not None}

    def with_sheets(self) -> set[str]:
        """The opportunities that facts name."""
        return self.by_opportunity.keys() | self._sheets.keys()

    def of_sheet(self, opportunity_id: str) -> list[Recorded]:
        """The facts that name an opportunity, those of its sheet included."""
        known, sheet = self.by_opportunity.get(opportunity_id, {}), self._sheets.get(opportunity_id, {})
        return [*known.values(), *sheet.values()]

    def opportunity_of_agreement(self, agreement_id: str) -> Iterable[str]:
        """The opportunities in which an agreement was proposed."""
        return self._agreements.get(agreement_id, ())

    def of_dispute(self, dispute_id: str) -> list[Recorded]:
        """The facts of a dispute, in order."""
        return sorted(self._disputes.get(dispute_id, {}).values(), key=lambda fact: fact.order)

    def dispute_with(self, event_id: str) -> list[Recorded]:
        """The facts of the dispute to which an event belongs, in order; none if it is of no dispute."""
        found = next((one for one, facts in self._disputes.items() if event_id in facts), None)
        return [] if found is None else self.of_dispute(found)

    def read_live(self, opportunity_id: str) -> list[Recorded]:
        """The reviews of an opportunity, its assessments, key players and closing plans, in order."""
        return sorted(self._live.get(opportunity_id, {}).values(), key=lambda fact: fact.order)

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
