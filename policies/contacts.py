"""Contacts: who is one of an account, and what is known of them on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.events.contacts import ContactRecorded
from ledger.recorded import Recorded
from policies.parties import Parties
from policies.refusals import Refused
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of an account as it was last recorded."""

    account_id: str
    fact: Recorded
    data: ContactRecorded.Data


@rule("VIEWS")
def contacts_on(facts: Iterable[Recorded], on: date) -> dict[str, Contact]:
    """The contacts of an account on a day, by the party that each is; of several records of one the last counts."""
    found: dict[str, Contact] = {}
    for fact in sorted(facts, key=lambda fact: fact.order):
        event = fact.event
        if isinstance(event, ContactRecorded) and fact.effective_on <= on:
            found[event.data.party_id] = Contact(event.account_id, fact, event.data)
    return found


@rule("VIEWS")
def check_contact(event: ContactRecorded, parties: Parties) -> None:
    """Refuse somebody who is no contact: a company, an employee, a partner."""
    party = parties.version(event.data.party_id, event.effective_on)
    if party is not None and party.kind != "contact":
        detail = f"is registered as {party.kind}; a contact of an account is a party of the kind contact"
        raise Refused("VIEWS", detail, "/data/party_id")
