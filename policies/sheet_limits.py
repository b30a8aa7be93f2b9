"""What may not be written on a sheet: a close before the opening, certainty before the award, a gate that isn't one."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.events.awards import BusinessAwarded
from ledger.events.forecasts import ForecastRecorded
from ledger.events.opportunities import OpportunityOpened
from ledger.events.sheets import CERTAIN, GateDecided, OpportunityRevised
from ledger.recorded import Recorded
from policies.refusals import Refused
from policies.rulebook import rule
from policies.stages import Stages


@rule("SHEET")
def check_close(candidate: Recorded, history: Iterable[Recorded]) -> None:
    """Refuse an expected close before the day on which the opportunity was opened."""
    event = candidate.event
    if not isinstance(event, OpportunityOpened | OpportunityRevised) or event.data.expected_close_on is None:
        return
    opened = next((fact.effective_on for fact in history if isinstance(fact.event, OpportunityOpened)), None)
    since = opened or event.effective_on
    if event.data.expected_close_on < since:
        raise Refused(
            "SHEET",
            f"would close on {event.data.expected_close_on}, before the opportunity is opened on {since}",
            "/data/expected_close_on",
        )


@rule("SHEET")
def check_probability(candidate: Recorded, history: Iterable[Recorded]) -> None:
    """Refuse a forecast that is certain of what nobody has awarded yet."""
    event = candidate.event
    if not isinstance(event, ForecastRecorded) or event.data.probability != CERTAIN:
        return
    awarded = any(isinstance(fact.event, BusinessAwarded) and fact.order < candidate.order for fact in history)
    if not awarded:
        raise Refused("SHEET", "is 100 only once the business is awarded; state 0 to 99", "/data/probability")


@rule("SELECT")
def check_gate(event: GateDecided, stages: Stages) -> None:
    """Refuse a decision at a stage that isn't configured, or has no gate."""
    known = stages.on(event.effective_on)
    stage = known.find(event.data.stage)
    if stage is None or not stage.gate:
        gates = ", ".join(one.name for one in known.stages if one.gate) or "none"
        detail = f"{event.data.stage!r} is no stage with a gate on {event.effective_on}; those with one are {gates}"
        raise Refused("SELECT", detail, "/data/stage", unknown=True)
