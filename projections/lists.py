"""Lists: every account, contact, lead and opportunity on a day as lines of cells, in the order of their ids.

Lists are walked account by account, so many at a time: none is held as a whole, however long it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from ledger.money import from_minor
from ledger.recorded import Recorded
from ledger.store import OneOf, Prepared, Reader
from ledger.store.reading import decoded
from ledger.store.schema import events as log
from policies.contacts import contacts_on
from policies.kept import Sheet
from policies.list_columns import ListRow
from projections.accounts import ACCOUNTS, AccountSheet, account_sheet
from projections.asking import Moment
from projections.disputes import WITHDRAWN
from projections.lead_lists import all_leads, lead_row
from projections.parties import parties_known
from projections.rows import decode_sheet
from projections.schema import kept_sheets, known

AT_ONCE = 200
"""How many accounts are walked with one set of questions."""

ACCOUNT_FACTS = ("account_opened", "account_identity_changed", "account_elevated")
CONTACT_FACTS = ("contact_recorded",)

_sheets = kept_sheets.c


def facts_prepared(types: Iterable[str]) -> Prepared:
    """The facts of some types on accounts. Within an account the type is only filtered, as for disputes."""
    return Prepared(
        select(log.c.body)
        .where(
            OneOf(log.c.account_id, "account_ids"),
            log.c.position <= bindparam("at"),
            log.c.type.concat("").in_([bindparam(name, name) for name in types]),
        )
        .order_by(log.c.position)
    )


def _sheets_prepared(chosen: ColumnElement[bool]) -> Prepared:
    return Prepared(
        select(_sheets.body)
        .where(
            chosen,
            known(kept_sheets, bindparam("at", type_=_sheets.known_from.type)),
            _sheets.valid_from <= bindparam("on"),
            _sheets.valid_until > bindparam("on"),
        )
        .order_by(_sheets.account_id, _sheets.opportunity_id)
    )


OF_ACCOUNTS = facts_prepared(ACCOUNT_FACTS)
OF_CONTACTS = facts_prepared(CONTACT_FACTS)
SHEETS = _sheets_prepared(OneOf(_sheets.account_id, "account_ids"))
SHEETS_OF_MANAGER = _sheets_prepared(_sheets.manager == bindparam("manager"))
SHEETS_BY_ID = _sheets_prepared(OneOf(_sheets.opportunity_id, "opportunity_ids"))


def accounts_in_chunks(reader: Reader, position: int) -> Iterator[list[str]]:
    """The ids of all accounts known at a position, so many at a time."""
    after = ""
    while True:
        found = [one for (one,) in reader.rows(ACCOUNTS, {"after": after, "at": position, "limit": AT_ONCE})]
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
        after = found[-1]


def facts_in_effect_of(
    reader: Reader, prepared: Prepared, account_ids: Sequence[str], position: int
) -> Mapping[str, list[Recorded]]:
    """The facts of accounts that count, by account, in the order in which rules read them."""
    wanted: dict[str, Any] = {"account_ids": list(account_ids), "at": position}
    withdrawn = {event_id for (event_id,) in reader.rows(WITHDRAWN, wanted)}
    found: defaultdict[str, list[Recorded]] = defaultdict(list)
    for fact in sorted(decoded(reader.rows(prepared, wanted)), key=lambda fact: fact.order):
        if fact.event_id not in withdrawn:
            found[str(fact.account_id)].append(fact)
    return found


def list_rows(reader: Reader, of: str, moment: Moment, fixed: Mapping[str, str] | None = None) -> Iterator[ListRow]:
    """The lines of a list on the day, those of accounts that open only later among them.

    `fixed` are ids that lines must have to be of use (all of them, or more lines, may come).
    """
    wanted = fixed or {}
    if of == "leads":
        yield from map(lead_row, all_leads(reader, moment))
        return
    if of == "opportunities" and "manager" in wanted and "account_id" not in wanted:
        for sheet in sheets_of_manager(reader, wanted["manager"], moment):
            yield opportunity_row(sheet)
        return
    one = [wanted["account_id"]] if "account_id" in wanted else None
    for account_ids in accounts_in_chunks(reader, moment.position) if one is None else (one,):
        yield from _ROWS[of](reader, account_ids, moment)


def account_sheets(reader: Reader, account_ids: Sequence[str], moment: Moment) -> list[AccountSheet]:
    """Accounts of these ids, those that are known at the moment."""
    facts = facts_in_effect_of(reader, OF_ACCOUNTS, account_ids, moment.position)
    return [account_sheet(one, facts[one], moment.on) for one in account_ids if _is_opened(facts.get(one, ()))]


def sheets_of(reader: Reader, account_ids: Sequence[str], moment: Moment) -> list[Sheet]:
    """The sheets on the day of the opportunities on accounts."""
    return _sheets_found(reader, SHEETS, moment, account_ids=list(account_ids))


def sheets_by_id(reader: Reader, opportunity_ids: Sequence[str], moment: Moment) -> list[Sheet]:
    """The sheets on the day of the opportunities with these ids, those that there are."""
    return _sheets_found(reader, SHEETS_BY_ID, moment, opportunity_ids=list(opportunity_ids))


def sheets_of_manager(reader: Reader, party_id: str, moment: Moment) -> list[Sheet]:
    """The sheets on the day of the opportunities that a party manages."""
    return _sheets_found(reader, SHEETS_OF_MANAGER, moment, manager=party_id)


def contact_rows(reader: Reader, account_ids: Sequence[str], moment: Moment) -> Iterator[dict[str, Any]]:
    """The contacts of accounts on the day; `attributes` and the `position` of the record beside the list's columns."""
    facts = facts_in_effect_of(reader, OF_CONTACTS, account_ids, moment.position)
    found = {one: contacts_on(facts.get(one, ()), moment.on) for one in account_ids}
    named = {party_id for contacts in found.values() for party_id in contacts}
    parties = parties_known(reader, named, moment.position)
    for account_id, contacts in found.items():
        for party_id, contact in sorted(contacts.items()):
            party = parties.version(party_id, moment.on)
            yield {
                "account_id": account_id,
                "party_id": party_id,
                "name": None if party is None else party.name,
                "title": contact.data.title,
                "email": contact.data.email,
                "phone": contact.data.phone,
                "role": contact.data.role,
                "since": contact.fact.effective_on,
                "attributes": contact.data.attributes,
                "position": contact.fact.position,
            }


def account_row(sheet: AccountSheet) -> dict[str, Any]:
    """An account as a line of its list."""
    return {
        "account_id": sheet.account_id,
        "name": sheet.name,
        "parent_account_id": sheet.parent_account_id,
        "merged_into": sheet.merged_into,
        "opened_on": sheet.opened_on,
        "major_since": sheet.major_since,
    }


def opportunity_row(sheet: Sheet) -> dict[str, Any]:
    """An opportunity as a line of its list."""
    has_amount = sheet.amount is not None and sheet.currency is not None
    return {
        "opportunity_id": sheet.opportunity_id,
        "account_id": sheet.account_id,
        "name": sheet.name,
        "state": sheet.state,
        "stage": sheet.stage,
        "stage_since": sheet.stage_since,
        "opened_on": sheet.opened_on,
        "closed_on": sheet.closed_on,
        "manager": sheet.manager,
        "amount": Decimal(from_minor(sheet.amount or 0, sheet.currency or "")) if has_amount else None,
        "currency": sheet.currency,
        "probability": sheet.probability,
        "expected_close_on": sheet.expected_close_on,
        "first_close_on": sheet.first_close_on,
        "slips": sheet.slips,
        "next_milestone": sheet.next_milestone,
        "strategic": sheet.strategic,
        "region": sheet.region,
        "lead_id": sheet.lead_id,
        "gate": sheet.gate,
        "outcome": sheet.outcome,
    }


def _accounts(reader: Reader, account_ids: Sequence[str], moment: Moment) -> Iterator[ListRow]:
    return map(account_row, account_sheets(reader, account_ids, moment))


def _opportunities(reader: Reader, account_ids: Sequence[str], moment: Moment) -> Iterator[ListRow]:
    return map(opportunity_row, sheets_of(reader, account_ids, moment))


_ROWS = {"accounts": _accounts, "contacts": contact_rows, "opportunities": _opportunities}


def _is_opened(facts: Iterable[Recorded]) -> bool:
    return any(fact.type == "account_opened" for fact in facts)


def _sheets_found(reader: Reader, prepared: Prepared, moment: Moment, **chosen: Any) -> list[Sheet]:
    wanted = {**chosen, "at": moment.position, "on": moment.on}
    return [decode_sheet(body) for (body,) in reader.rows(prepared, wanted)]
