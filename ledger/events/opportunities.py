"""Opportunities: opened with what the sheet knows, managed by one Opportunity Manager, sometimes given up."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from ledger.events.base import (
    AccountEvent,
    Asks,
    EventData,
    Introduces,
    LeadRef,
    OpportunityRef,
    PartyRef,
    broken,
    example,
)
from ledger.events.sheets import SheetFields
from ledger.identifiers import Identifier
from ledger.text import Name, Text, is_text


class OpportunityOpened(AccountEvent):
    """An opportunity is opened on the account, with as much of its sheet as is known."""

    rules = ("SHEET", "LEAD")
    model_config = example(
        "opportunity_opened",
        {
            "opportunity_id": "opp-1",
            "name": "Acme: graphics workstations",
            "amount": "48210.00",
            "currency": "USD",
            "expected_close_on": "2026-03-31",
            "stage": "qualified",
            "probability": 40,
        },
    )

    class Data(SheetFields):
        opportunity_id: Annotated[Identifier, Introduces("opportunity")]
        name: Annotated[Name, Introduces("opportunity_name"), Asks("SHEET")]
        lead_id: LeadRef | None = None

    type: Literal["opportunity_opened"] = "opportunity_opened"
    data: Data


Assurance = bool | str | tuple[str, ...]
"""Whether something is there (a plain yes), or what it is."""


def _read_assurance(value: Any) -> Assurance:
    if type(value) is bool or type(value) is str:
        stated: tuple[Any, ...] = (value,)
    elif type(value) in (list, tuple) and len(value) <= 100:
        stated = tuple(value)
        value = stated
    else:
        raise PydanticCustomError("assurance", "must be true, a text, or a list of at most 100 texts")
    return _stated(value, stated)


def _stated(value: Assurance, stated: tuple[Any, ...]) -> Assurance:
    """Refuse by the rule what states nothing, by its form what is not text."""
    for one in stated:
        if type(one) is str and one.strip() and not is_text(one):
            raise PydanticCustomError("assurance", "must be text of at most 4000 characters")
        if type(one) is not str and type(value) is not bool:
            raise PydanticCustomError("assurance", "must be a list of texts")
    if not stated or not all(one is True or (type(one) is str and one.strip()) for one in stated):
        raise broken("must be there when a manager is appointed", rule="OM-QUALIFIED", invariant=True)
    return value


def _read_authority(value: Any) -> str:
    if type(value) is not str:
        raise PydanticCustomError("authority", "must be a text: who authorised it")
    if not value.strip():
        raise broken("must say who authorised it", rule="OM-QUALIFIED", invariant=True)
    if not is_text(value):
        raise PydanticCustomError("authority", "must be text of at most 4000 characters")
    return value


_Assured = Annotated[Assurance, BeforeValidator(_read_assurance), Asks("OM-QUALIFIED")]
_Authority = Annotated[str, BeforeValidator(_read_authority), Asks("OM-QUALIFIED")]


class OpportunityManagerAppointed(AccountEvent):
    """A party is made the opportunity's one manager, by somebody's authority, with skills and resources at hand."""

    rules = ("OM-ONE", "OM-QUALIFIED", "OM-ESTABLISHED", "OM-NOT-ACCOUNT")
    model_config = example(
        "opportunity_manager_appointed",
        {
            "opportunity_id": "opp-1",
            "party_id": "jane",
            "authorized_by": "sales management",
            "skills": ["graphics", "negotiation"],
            "resources": True,
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        party_id: PartyRef
        authorized_by: _Authority
        skills: _Assured
        resources: _Assured

    type: Literal["opportunity_manager_appointed"] = "opportunity_manager_appointed"
    data: Data


class OpportunityAbandoned(AccountEvent):
    """The Opportunity Manager gives the opportunity up."""

    rules = ("OM-ABANDON", "OM-LAPSED")
    model_config = example("opportunity_abandoned", {"opportunity_id": "opp-1", "reason": "The budget was withdrawn."})

    class Data(EventData):
        opportunity_id: OpportunityRef
        reason: Text

    type: Literal["opportunity_abandoned"] = "opportunity_abandoned"
    data: Data
