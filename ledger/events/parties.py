"""Parties: the people and organisations that hold rights or act for those who do."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from ledger.events.base import EventData, GlobalEvent, Introduces, PartyRef, broken, example
from ledger.identifiers import Identifier
from ledger.text import Name

PartyKind = Literal["company", "employee", "partner", "contact"]
PartnerTier = Literal["strategic_solution_provider", "strategic_channel_partner", "co_sell", "reseller"]


class PartyRegistered(GlobalEvent):
    """A party becomes known to the ledger, or is described anew from a date on."""

    rules = ("MAM-PARTNER",)
    model_config = example(
        "party_registered",
        {"party_id": "north", "name": "North Systems", "kind": "partner", "tier": "reseller"},
        account_id=None,
    )

    class Data(EventData):
        party_id: Annotated[Identifier, Introduces("party")]
        name: Name
        kind: PartyKind
        tier: PartnerTier | None = None
        member_of: PartyRef | None = None

        @model_validator(mode="after")
        def _hangs_together(self) -> Self:
            if self.tier is not None and self.kind != "partner":
                raise broken("only a partner has a tier", at=("tier",))
            if self.member_of == self.party_id:
                raise broken("must name another party", at=("member_of",))
            return self

    type: Literal["party_registered"] = "party_registered"
    data: Data
