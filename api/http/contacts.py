"""Contacts: the people at a customer, as they are known on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import list_answers
from api.http.access import Access
from api.http.paging import ListAnswer, listing, page_of
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, Listing
from api.http.routes import asks, routes
from projections.asking import Moment, Page
from projections.list_details import Detailed
from projections.lists import contact_rows
from projections.problems import UnknownSubject

router = routes("accounts")

CONTACT: dict[str, Any] = {
    "account_id": "acme",
    "party_id": "nora",
    "name": "Nora Verne",
    "title": "Head of Purchasing",
    "email": "nora@acme.example",
    "phone": None,
    "role": "decides",
    "since": "2026-01-10",
    "attributes": {},
}


class ContactAnswer(BaseModel):
    """A contact of an account, as it was last recorded."""

    model_config = ConfigDict(title="Contact", json_schema_extra={"examples": [CONTACT]})

    account_id: str
    party_id: str
    name: str | None = Field(description="What the party is called on the day.")
    title: str | None
    email: str | None
    phone: str | None
    role: str | None
    since: date = Field(description="Since when this is what is known.")
    attributes: dict[str, str | int | bool]


class ContactsAnswer(ListAnswer):
    """A page of contacts, by party."""

    items: list[ContactAnswer]


class ContactsAsked(Listing):
    """Of which account."""

    account_id: AccountId


@asks(
    router,
    "/v1/accounts/{account_id}/contacts",
    ContactsAsked,
    ContactsAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def contacts(asked: ContactsAsked, access: Access) -> Response:
    """The contacts of an account on the day."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[Detailed]:
        if access.read.known("account", asked.account_id, at=at.position) is None:
            raise UnknownSubject("account", asked.account_id)
        found = contact_rows(access.read, [asked.account_id], at)
        return page_of([(str(one["party_id"]), one) for one in found], after, limit)

    return await listing(access, asked, ask, list_answers.contact)
