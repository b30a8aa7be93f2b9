"""Accounts: the customers on whom rights are held."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.events.base import AccountEvent, AccountRef, Event, EventData, Introduces, broken, example
from ledger.identifiers import Identifier
from ledger.text import Name, Text, is_text

LARGEST_WHOLE = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8785, 3.2.2.3)."""


def _read_attribute(value: Any) -> str | int | bool:
    if type(value) is bool:
        return value
    if type(value) is int and abs(value) <= LARGEST_WHOLE:
        return value
    if type(value) is str and (value == "" or is_text(value)):
        return value
    raise PydanticCustomError("attribute", "must be a text, a whole number, true or false")


AttributeValue = Annotated[str | int | bool, BeforeValidator(_read_attribute)]
Attributes = Annotated[dict[Identifier, AttributeValue], Field(max_length=100)]
"""Flat notes that no rule reads."""


class AccountOpened(Event):
    """A customer gets an account, perhaps below another one."""

    model_config = example(
        "account_opened", {"name": "Acme Corporation", "attributes": {"sector": "retail", "employees": 1200}}
    )

    class Data(EventData):
        name: Name
        parent_account_id: AccountRef | None = None
        attributes: Attributes | None = None

    type: Literal["account_opened"] = "account_opened"
    account_id: Annotated[Identifier, Introduces("account")]
    data: Data

    @model_validator(mode="after")
    def _is_not_its_own_parent(self) -> Self:
        if self.data.parent_account_id == self.account_id:
            raise broken("must name another account", at=("data", "parent_account_id"))
        return self


class AccountIdentityChanged(AccountEvent):
    """The customer has a new name or was merged into another account; no right changes by it."""

    model_config = example("account_identity_changed", {"name": "Acme Holding", "reason": "The company was renamed."})

    class Data(EventData):
        name: Name | None = None
        merged_into: AccountRef | None = None
        reason: Text

        @model_validator(mode="after")
        def _changes_something(self) -> Self:
            if self.name is None and self.merged_into is None:
                raise broken("must give a new name or the account merged into")
            return self

    type: Literal["account_identity_changed"] = "account_identity_changed"
    data: Data

    @model_validator(mode="after")
    def _is_not_merged_into_itself(self) -> Self:
        if self.data.merged_into == self.account_id:
            raise broken("must name another account", at=("data", "merged_into"))
        return self


class AccountElevated(AccountEvent):
    """The account becomes a major one, so that it may have a Major Account Manager."""

    rules = ("MAM-MAJOR",)
    model_config = example("account_elevated", {"reason": "Third division buys from us."})

    class Data(EventData):
        reason: Text | None = None

    type: Literal["account_elevated"] = "account_elevated"
    data: Data
