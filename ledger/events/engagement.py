"""Evidence of opportunity management: engagement, plan, coordination, and activity shared with partners."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from ledger.events.accounts import Attributes
from ledger.events.base import AccountEvent, EventData, FromList, OpportunityRef, PartyRef, broken, example
from ledger.identifiers import Identifier
from ledger.text import Reference, Text, is_text

PLAN_FIELDS = TypeAdapter(Attributes)


class EngagementRecorded(AccountEvent):
    """A party has engaged with the customer on the opportunity."""

    rules = ("OM-ESTABLISHED",)
    model_config = example(
        "engagement_recorded",
        {"opportunity_id": "opp-1", "party_id": "jane", "activity": "First meeting with the head of design."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        party_id: PartyRef
        activity: Text

    type: Literal["engagement_recorded"] = "engagement_recorded"
    data: Data


def _read_plan(value: Any) -> str | dict[str, str | int | bool]:
    if type(value) is dict:
        plan = PLAN_FIELDS.validate_python(value, strict=True)
        if not plan:
            raise PydanticCustomError("plan", "must not be empty")
        return plan
    if type(value) is str and is_text(value):
        return value
    raise PydanticCustomError("plan", "must be a text, or an object of texts, whole numbers, true and false")


Plan = Annotated[str | dict[str, str | int | bool], BeforeValidator(_read_plan)]


class OpportunityPlanAdopted(AccountEvent):
    """The plan by which the opportunity is to be won: where it is kept, what it says, or a closing plan."""

    rules = ("OM-ESTABLISHED", "CLOSE-PLAN")
    model_config = example("opportunity_plan_adopted", {"opportunity_id": "opp-1", "plan_ref": "plans/opp-1.pdf"})

    class Data(EventData):
        opportunity_id: OpportunityRef
        plan_ref: Reference | None = None
        plan: Plan | None = None
        closing_plan_id: Identifier | None = None

        @model_validator(mode="after")
        def _there_is_a_plan(self) -> Self:
            if self.plan_ref is None and self.plan is None and self.closing_plan_id is None:
                raise broken("must give plan_ref, plan or closing_plan_id")
            return self

    type: Literal["opportunity_plan_adopted"] = "opportunity_plan_adopted"
    data: Data


class CoordinationRecorded(AccountEvent):
    """The opportunity was coordinated with the named parties, or with sales support alone."""

    rules = ("OM-ESTABLISHED", "CO-SELL")
    model_config = example(
        "coordination_recorded",
        {"opportunity_id": "opp-1", "with": ["north"], "activity": "Agreed who presents which line."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        with_parties: Annotated[tuple[PartyRef, ...], FromList, Field(max_length=1_000)] = Field(alias="with")
        activity: Text

    type: Literal["coordination_recorded"] = "coordination_recorded"
    data: Data


class ActivityShared(AccountEvent):
    """Activity on the opportunity was shared with partners."""

    rules = ("CALL-UNSHARED",)
    model_config = example(
        "activity_shared",
        {"opportunity_id": "opp-1", "partners": ["north"], "activity": "Sent the notes of the workshop."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        partners: Annotated[tuple[PartyRef, ...], FromList, Field(min_length=1, max_length=1_000)]
        activity: Text

    type: Literal["activity_shared"] = "activity_shared"
    data: Data
