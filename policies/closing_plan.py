"""The closing plan: its five parts, its versions, and which of them the opportunity goes by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from ledger.events.closing_plans import ClosingPlanDrafted, PlanEntry
from ledger.events.engagement import OpportunityPlanAdopted
from ledger.recorded import Recorded
from policies.refusals import Refused
from policies.rulebook import rule

PlanState = Literal["adopted", "draft", "superseded"]

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "decision_process": "How can we influence their decision: who takes part, what has to be done when, and by "
        "which criteria and milestones?",
        "knowledge": "What more do we need to know?",
        "relationships": "Which relationships do we have to build?",
        "risks": "Which risks are there, and what makes them smaller?",
        "internal_actions": "Which approvals and what support do we need of ourselves, and when?",
    }
)
"""The five parts; one that says nothing is a gap."""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part of a plan and what it says."""

    part: str
    asks: str
    entries: tuple[PlanEntry, ...]


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A version of a closing plan, counted from 1 for each plan; `adopted` is the fact that adopted it last."""

    closing_plan_id: str
    version: int
    fact: Recorded
    drafted_by: str | None
    parts: tuple[PlanPart, ...]
    state: PlanState
    adopted: Recorded | None = None

    @property
    def gaps(self) -> tuple[str, ...]:
        """The parts that say nothing."""
        return tuple(one.part for one in self.parts if not one.entries)


@dataclass(frozen=True, slots=True)
class ClosingPlans:
    """The closing plans of an opportunity by a day, the latest version first, and the latest plan adopted of any kind.

    `current` is what the opportunity goes by: the version adopted last, or the latest draft while none is adopted.
    `draft` is a version later than that, if there is one.
    """

    versions: tuple[PlanVersion, ...]
    current: PlanVersion | None
    draft: PlanVersion | None
    adoption: Recorded | None


@rule("CLOSE-PLAN")
def closing_plans(history: Iterable[Recorded], on: date) -> ClosingPlans:
    """The closing plans in the facts of one opportunity, as they stand on a day.

    Adopting a plan adopts the version that it had then; a later version is a draft until it is adopted too.
    """
    facts = sorted((fact for fact in history if fact.effective_on <= on), key=lambda fact: fact.order)
    drafts = [fact for fact in facts if isinstance(fact.event, ClosingPlanDrafted)]
    adoptions = [fact for fact in facts if isinstance(fact.event, OpportunityPlanAdopted)]
    adopted_by = {draft.event_id: one for one in adoptions if (draft := _adopts(one, drafts)) is not None}
    current = max(adopted_by, key=lambda event_id: adopted_by[event_id].order, default=None)
    counted: Counter[str] = Counter()
    versions: list[PlanVersion] = []
    for fact in drafts:
        is_new = fact is drafts[-1] and fact.event_id not in adopted_by
        state: PlanState = "adopted" if fact.event_id == current else "draft" if is_new else "superseded"
        versions.append(_version(fact, counted, state, adopted_by.get(fact.event_id)))
    versions.reverse()
    in_use = next((one for one in versions if one.state == "adopted"), versions[0] if versions else None)
    newer = next((one for one in versions if one.state == "draft" and one is not in_use), None)
    return ClosingPlans(tuple(versions), in_use, newer, adoptions[-1] if adoptions else None)


@rule("CLOSE-PLAN")
def check_adoption(event: OpportunityPlanAdopted, others: Iterable[Recorded]) -> None:
    """Refuse the adoption of a closing plan that was never drafted on the opportunity, or only later.

    `others` are the facts of the opportunity's sheet.
    """
    wanted = event.data.closing_plan_id
    if wanted is None:
        return
    days = [
        fact.effective_on
        for fact in others
        if isinstance(fact.event, ClosingPlanDrafted) and fact.event.data.closing_plan_id == wanted
    ]
    if not days:
        detail = f"names the closing plan {wanted!r}, which was not drafted on this opportunity"
        raise Refused("CLOSE-PLAN", detail, "/data/closing_plan_id", unknown=True)
    if min(days) > event.effective_on:
        raise Refused("CLOSE-PLAN", f"the closing plan is drafted only on {min(days)}", "/effective_on")


def _adopts(adoption: Recorded, drafts: Sequence[Recorded]) -> Recorded | None:
    """The draft that a fact adopts: the latest one before it of the plan that it names."""
    event = adoption.event
    found = None
    for draft in drafts:
        if (
            isinstance(event, OpportunityPlanAdopted)
            and isinstance(draft.event, ClosingPlanDrafted)
            and draft.event.data.closing_plan_id == event.data.closing_plan_id
            and draft.order < adoption.order
        ):
            found = draft
    return found


def _version(fact: Recorded, counted: Counter[str], state: PlanState, adopted: Recorded | None) -> PlanVersion:
    assert isinstance(fact.event, ClosingPlanDrafted)  # noqa: S101 - the caller has seen to it
    data = fact.event.data
    counted[data.closing_plan_id] += 1
    parts = tuple(PlanPart(name, asks, getattr(data.parts, name) or ()) for name, asks in PARTS.items())
    number = counted[data.closing_plan_id]
    return PlanVersion(data.closing_plan_id, number, fact, data.drafted_by, parts, state, adopted)
