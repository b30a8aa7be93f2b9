"""Partners in an opportunity: included for lines, released, and the copies they send as a courtesy."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.events.amounts import check_once, check_optional_amount
from ledger.events.base import AccountEvent, EventData, FromList, Line, OpportunityRef, PartyRef, example
from ledger.money import Amount, Currency
from ledger.text import Reference, Text

PartnerRole = Literal["co_sell", "prime_resale"]


class PartnerIncluded(AccountEvent):
    """A partner joins the opportunity for some lines: it sells its own, or we resell them."""

    rules = ("PRIME", "CO-SELL", "CO-SELL-COPIES", "CO-SELL-HANDS-OFF", "CALL-CO-SELL", "CALL-PRIME")
    model_config = example(
        "partner_included",
        {"opportunity_id": "opp-1", "partner_id": "north", "role": "co_sell", "lines": ["installation"]},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        partner_id: PartyRef
        role: PartnerRole
        lines: Annotated[tuple[Line, ...], FromList, Field(min_length=1, max_length=1_000)]

        @model_validator(mode="after")
        def _names_each_line_once(self) -> Self:
            check_once(self.lines, at="lines")
            return self

    type: Literal["partner_included"] = "partner_included"
    data: Data


class PartnerReleased(AccountEvent):
    """A partner leaves the opportunity."""

    rules = ("PRIME", "CO-SELL")
    model_config = example(
        "partner_released",
        {"opportunity_id": "opp-1", "partner_id": "north", "reason": "The customer installs itself."},
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        partner_id: PartyRef
        reason: Text

    type: Literal["partner_released"] = "partner_released"
    data: Data


class CopyData(EventData):
    """Which document a partner sent a copy of, and the amount it stands for."""

    opportunity_id: OpportunityRef
    partner_id: PartyRef
    document_ref: Reference
    amount: Amount | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _amount_has_its_currency(self) -> Self:
        check_optional_amount(self.amount, self.currency)
        return self


class CoSellQuoteShared(AccountEvent):
    """A co-sell partner sends a copy of its quote."""

    rules = ("CO-SELL-COPIES",)
    model_config = example(
        "co_sell_quote_shared",
        {"opportunity_id": "opp-1", "partner_id": "north", "document_ref": "quotes/N-118.pdf"},
    )

    class Data(CopyData):
        pass

    type: Literal["co_sell_quote_shared"] = "co_sell_quote_shared"
    data: Data


class CoSellContractShared(AccountEvent):
    """A co-sell partner sends a copy of its contract."""

    rules = ("CO-SELL-COPIES",)
    model_config = example(
        "co_sell_contract_shared",
        {
            "opportunity_id": "opp-1",
            "partner_id": "north",
            "document_ref": "contracts/N-40.pdf",
            "amount": "7200.00",
            "currency": "USD",
        },
    )

    class Data(CopyData):
        pass

    type: Literal["co_sell_contract_shared"] = "co_sell_contract_shared"
    data: Data
