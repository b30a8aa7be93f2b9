"""Contacts: the people at the customer, and what they are on an account."""

from typing import Literal

from ledger.events.accounts import Attributes
from ledger.events.base import AccountEvent, EventData, PartyRef, example
from ledger.text import Name


class ContactRecorded(AccountEvent):
    """A contact of the account, as it is known from the effective date on; said again, it replaces what was said."""

    rules = ("VIEWS",)
    model_config = example(
        "contact_recorded",
        {"party_id": "nora", "title": "Head of Purchasing", "email": "nora@acme.example", "role": "decides"},
    )

    class Data(EventData):
        party_id: PartyRef
        title: Name | None = None
        email: Name | None = None
        phone: Name | None = None
        role: Name | None = None
        attributes: Attributes | None = None

    type: Literal["contact_recorded"] = "contact_recorded"
    data: Data
