"""Revenue shares: how parties agree to split what an opportunity earns."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from ledger.dates import BusinessDate
from ledger.events.amounts import check_once
from ledger.events.base import (
    AccountEvent,
    AgreementRef,
    Asks,
    EventData,
    FromList,
    Introduces,
    OpportunityRef,
    PartyRef,
    Record,
    after,
    broken,
    example,
)
from ledger.identifiers import Identifier

PERCENT_PATTERN = r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,4})?$"
WHOLE = Decimal(100)
PERCENT_DECIMALS = 4
WHOLE_STEPS = int(WHOLE.scaleb(PERCENT_DECIMALS))
"""One hundred percent in the finest steps that a percentage can be written in."""

_PERCENT = re.compile(PERCENT_PATTERN)


def _read_percent(value: Any) -> Decimal:
    text = str(value) if type(value) is Decimal else value
    if type(text) is not str or not _PERCENT.fullmatch(text):
        raise PydanticCustomError("percent", "must be a decimal number in a string with at most 4 decimals")
    percent = Decimal(text)
    if not 0 < percent <= WHOLE:
        raise PydanticCustomError("percent", "must be greater than 0 and at most 100")
    return percent


def in_steps(percent: str) -> int:
    """A percentage in steps of its last decimal: "62.5" is 625,000 of 1,000,000."""
    return int(Decimal(percent).scaleb(PERCENT_DECIMALS))


Percent = Annotated[
    Decimal,
    BeforeValidator(_read_percent),
    WithJsonSchema({"type": "string", "pattern": PERCENT_PATTERN, "examples": ["62.5"]}),
]


class Share(Record):
    """One party's part, in percent."""

    party_id: PartyRef
    percent: Annotated[Percent, Asks("SHARE")]


class RevenueShareProposed(AccountEvent):
    """A party proposes how revenue is split, and who is credited beside it; whoever proposes has thereby accepted."""

    rules = ("SHARE", "SHARE-MAM", "RESIDUAL-SHARE", "CALL-TEAMING")
    model_config = example(
        "revenue_share_proposed",
        {
            "opportunity_id": "opp-1",
            "agreement_id": "share-3",
            "proposed_by": "jane",
            "shares": [{"party_id": "jane", "percent": "62.5"}, {"party_id": "mary", "percent": "37.5"}],
            "from": "2026-02-01",
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        agreement_id: Annotated[Identifier, Introduces("agreement")]
        proposed_by: PartyRef
        shares: Annotated[tuple[Share, ...], FromList, Field(min_length=1, max_length=100), Asks("SHARE")]
        starts_on: BusinessDate = Field(alias="from")
        ends_on: BusinessDate | None = Field(default=None, alias="until")
        # credited beside the split, in percent of its base: no part of the 100 %, never paid from it, need not accept
        overlays: Annotated[tuple[Share, ...], FromList, Field(max_length=100), Asks("SHARE")] = ()

        @model_validator(mode="after")
        def _adds_up(self) -> Self:
            check_once([one.party_id for one in self.shares], at="shares", below=("party_id",), rule="SHARE")
            check_once([one.party_id for one in self.overlays], at="overlays", below=("party_id",), rule="SHARE")
            if not after(self.starts_on, self.ends_on):
                raise broken("must be later than from", at=("until",))
            total = sum((one.percent for one in self.shares), Decimal(0))
            if total != WHOLE:
                raise broken(
                    "total {total} instead of exactly 100",
                    rule="SHARE",
                    invariant=True,
                    at=("shares",),
                    total=str(total),
                )
            return self

    type: Literal["revenue_share_proposed"] = "revenue_share_proposed"
    data: Data


class AnswerData(EventData):
    """Which agreement, and which party answers."""

    agreement_id: AgreementRef
    party_id: PartyRef


class RevenueShareAccepted(AccountEvent):
    """A party named in the share accepts it."""

    rules = ("SHARE",)
    model_config = example("revenue_share_accepted", {"agreement_id": "share-3", "party_id": "mary"})

    class Data(AnswerData):
        pass

    type: Literal["revenue_share_accepted"] = "revenue_share_accepted"
    data: Data


class RevenueShareDeclined(AccountEvent):
    """A party named in the share refuses it, which ends it."""

    rules = ("SHARE",)
    model_config = example("revenue_share_declined", {"agreement_id": "share-3", "party_id": "mary"})

    class Data(AnswerData):
        pass

    type: Literal["revenue_share_declined"] = "revenue_share_declined"
    data: Data


class RevenueShareEnded(AccountEvent):
    """A party ends the share from a date on."""

    rules = ("SHARE",)
    model_config = example("revenue_share_ended", {"agreement_id": "share-3", "party_id": "mary"})

    class Data(AnswerData):
        pass

    type: Literal["revenue_share_ended"] = "revenue_share_ended"
    data: Data
