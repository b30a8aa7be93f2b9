"""The assessment of an opportunity: categories and milestones, beside how its customer scores."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.store import Reader
from policies.assessment import AssessedCategory, StageMilestones, assessed, milestones
from policies.selection_criteria import Scorecard
from projections.asking import Moment
from projections.live_facts import facts_of_opportunity
from projections.rows import decode_sheet
from projections.selection_criteria import account_scorecard
from projections.sheets import OF_ONE
from projections.stages import stages_on


@dataclass(frozen=True, slots=True)
class AssessmentSheet:
    """The assessment of an opportunity on a day, the stage that it is at, and the scorecard of its account."""

    opportunity_id: str
    account_id: str
    moment: Moment
    stage: str | None
    categories: tuple[AssessedCategory, ...]
    stages: tuple[StageMilestones, ...]
    card: Scorecard


def assessment_sheet(reader: Reader, opportunity_id: str, moment: Moment) -> AssessmentSheet:
    """The assessment as it stands on the day. Raises UnknownSubject.

    The milestones are those of the stages of the day, assessed or not; then of others that were assessed.
    """
    account_id, facts = facts_of_opportunity(reader, opportunity_id, moment.position)
    configured = stages_on(reader, moment)
    wanted = {"opportunity_id": opportunity_id, "at": moment.position, "on": moment.on}
    sheet = [decode_sheet(body) for _, body in reader.rows(OF_ONE, wanted)]
    card, _ = account_scorecard(reader, account_id, moment)
    return AssessmentSheet(
        opportunity_id,
        account_id,
        moment,
        sheet[0].stage if sheet else None,
        assessed(facts, moment.on),
        milestones(facts, moment.on, [stage.name for stage in configured.stages]),
        card,
    )
