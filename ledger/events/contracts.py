"""Contracts after the award: renewed, and one day ended."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.dates import BusinessDate
from ledger.events.amounts import RenewalLine, check_lines
from ledger.events.base import AccountEvent, ContractRef, EventData, FromList, after, broken, example
from ledger.money import Currency, to_minor
from ledger.text import Text

MOST_MINOR_UNITS = 10**18
"""What the lines of a renewal come to at most, in minor units: sums of whole ledgers have to stay exact, too."""


class ContractRenewed(AccountEvent):
    """The contract is renewed for a period, from a day until (not including) another, with an amount per line."""

    rules = ("RESIDUAL", "RESIDUAL-BASE", "RESIDUAL-SHARE", "RESIDUAL-EXACT", "RESIDUAL-NOBODY", "PRIME")
    model_config = example(
        "contract_renewed",
        {
            "contract_id": "contract-9",
            "period_from": "2027-03-15",
            "period_until": "2028-03-15",
            "currency": "USD",
            "lines": [{"line": "gtx-pro", "amount": "45000.00"}],
        },
        on="2027-03-15",
    )

    class Data(EventData):
        contract_id: ContractRef
        period_from: BusinessDate
        period_until: BusinessDate
        currency: Currency
        lines: Annotated[tuple[RenewalLine, ...], FromList, Field(min_length=1, max_length=1_000)]

        @model_validator(mode="after")
        def _is_a_period_of_exact_lines(self) -> Self:
            if not after(self.period_from, self.period_until):
                raise broken("must be later than period_from", at=("period_until",))
            check_lines(self.lines, self.currency)
            if sum(to_minor(one.amount, self.currency) for one in self.lines) > MOST_MINOR_UNITS:
                raise broken("come to more than a renewal may: 10^18 of the currency's minor unit", at=("lines",))
            return self

    type: Literal["contract_renewed"] = "contract_renewed"
    data: Data


class ContractEnded(AccountEvent):
    """The contract ends, and with it the right won on it."""

    rules = ("OM-WON", "RESIDUAL")
    model_config = example("contract_ended", {"contract_id": "contract-9", "reason": "Not renewed."}, on="2028-03-15")

    class Data(EventData):
        contract_id: ContractRef
        reason: Text

    type: Literal["contract_ended"] = "contract_ended"
    data: Data
