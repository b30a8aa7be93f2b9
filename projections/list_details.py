"""Lines of lists with everything that is said in them: what files hold, beyond what lists are sorted and filtered by.

Each line has the `position` of the last event that says something in it, so that whoever read it can tell later whether
it still stands.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from ledger.canonical import encode_stated
from ledger.events.awards import BusinessAwarded
from ledger.recorded import Recorded
from ledger.store import Prepared, Reader
from policies.kept import Sheet
from policies.list_columns import ListRow
from policies.parties import Parties
from policies.sheets import SHEET_TYPES, SheetState, read_state
from projections.asking import Moment
from projections.lead_lists import all_leads, lead_details, leads_by_id
from projections.lists import (
    AT_ONCE,
    OF_ACCOUNTS,
    account_row,
    account_sheets,
    accounts_in_chunks,
    contact_rows,
    facts_in_effect_of,
    facts_prepared,
    opportunity_row,
    sheets_by_id,
    sheets_of,
)
from projections.parties import REGISTRATIONS, Registration
from projections.schema import kept_parties

OF_SHEETS = facts_prepared(sorted(SHEET_TYPES))
AWARD = ("contract_id", "currency", "lines", "renewal")
CLOSING = ("business_lost", "opportunity_abandoned")
PARTIES = Prepared(
    select(kept_parties.c.party_id)
    .where(kept_parties.c.party_id > bindparam("after"), kept_parties.c.known_from <= bindparam("at"))
    .distinct()
    .order_by(kept_parties.c.party_id)
    .limit(bindparam("limit"))
)

Detailed = dict[str, Any]
Item = TypeVar("Item")


def detailed(reader: Reader, of: str, moment: Moment) -> Iterator[Detailed]:
    """Every line of a list on the day, in the order of its ids, with all that is said in it."""
    if of == "parties":
        yield from _all_parties(reader, moment)
        return
    if of == "leads":
        yield from map(lead_details, all_leads(reader, moment))
        return
    for account_ids in accounts_in_chunks(reader, moment.position):
        yield from _DETAILED[of](reader, account_ids, moment)


def detailed_rows(reader: Reader, of: str, rows: Iterable[ListRow], moment: Moment) -> Iterator[Detailed]:
    """These lines of a list, in their order, with all that is said in them."""
    for chunk in in_chunks(rows):
        yield from details_of(reader, of, [_key(of, row) for row in chunk], moment)


def details_of(reader: Reader, of: str, keys: Sequence[tuple[str, ...]], moment: Moment) -> list[Detailed]:
    """The lines with these keys that there are on the day, in the order of the keys.

    A key is the id of what the line is about; of a contact, the account's and the party's.
    """
    first = list(dict.fromkeys(key[0] for key in keys))
    if of == "parties":
        found: Iterable[Detailed] = _parties(reader, first, moment)
    elif of == "leads":
        found = map(lead_details, leads_by_id(reader, first, moment))
    elif of == "opportunities":
        found = _of_sheets(reader, sheets_by_id(reader, first, moment), moment)
    else:
        found = _DETAILED[of](reader, first, moment)
    by_key = {_key(of, one): one for one in found}
    return [by_key[key] for key in keys if key in by_key]


def in_chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items, so many at a time."""
    left = iter(items)
    while chunk := list(islice(left, AT_ONCE)):
        yield chunk


_KEYS: Mapping[str, tuple[str, ...]] = {
    "parties": ("party_id",),
    "accounts": ("account_id",),
    "contacts": ("account_id", "party_id"),
    "leads": ("lead_id",),
    "opportunities": ("opportunity_id",),
}


def _key(of: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _KEYS[of])


def _accounts(reader: Reader, account_ids: Sequence[str], moment: Moment) -> Iterator[Detailed]:
    facts = facts_in_effect_of(reader, OF_ACCOUNTS, account_ids, moment.position)
    for sheet in account_sheets(reader, account_ids, moment):
        last = max(fact.position for fact in facts[sheet.account_id])
        yield {**account_row(sheet), "attributes": dict(sheet.attributes) or None, "position": last}


def _opportunities(reader: Reader, account_ids: Sequence[str], moment: Moment) -> Iterator[Detailed]:
    return _of_sheets(reader, sheets_of(reader, account_ids, moment), moment)


def _of_sheets(reader: Reader, sheets: Sequence[Sheet], moment: Moment) -> Iterator[Detailed]:
    account_ids = list(dict.fromkeys(sheet.account_id for sheet in sheets))
    facts = facts_in_effect_of(reader, OF_SHEETS, account_ids, moment.position)
    by_opportunity: defaultdict[str, list[Recorded]] = defaultdict(list)
    for fact in (fact for of_account in facts.values() for fact in of_account):
        by_opportunity[getattr(fact.data, "opportunity_id", "")].append(fact)
    for sheet in sheets:
        yield _opportunity(sheet, by_opportunity[sheet.opportunity_id], moment)


def _opportunity(sheet: Sheet, history: Sequence[Recorded], moment: Moment) -> Detailed:
    state, _ = read_state(history, moment.on)
    capabilities = (*(state.fields.get("capabilities") or ()), None, None, None)
    return {
        **opportunity_row(sheet),
        **{name: state.fields.get(name) for name in ("problem", "pain", "reasons", "impacts", "attributes")},
        **{f"capability_{number}": one for number, one in enumerate(capabilities[:3], 1)},
        "closed_because": _closed_because(state, history),
        "awards": [_award(fact) for fact in history if _is_award(fact, moment)] or None,
        "position": max(fact.position for fact in history),
    }


def _is_award(fact: Recorded, moment: Moment) -> bool:
    return isinstance(fact.event, BusinessAwarded) and fact.effective_on <= moment.on


def _award(fact: Recorded) -> Detailed:
    """What an award said, as the event states it, and when."""
    said: Detailed = json.loads(encode_stated(fact.event))
    return {"on": said["effective_on"], **{name: said["data"][name] for name in AWARD if name in said["data"]}}


def _closed_because(state: SheetState, history: Iterable[Recorded]) -> str | None:
    """The reason that the loss or the abandonment gave by which it closed."""
    if state.state not in {"lost", "abandoned"}:
        return None
    ends = [fact for fact in history if fact.type in CLOSING and fact.effective_on == state.closed_on]
    return str(getattr(ends[-1].data, "reason", "")) if ends else None


def _all_parties(reader: Reader, moment: Moment) -> Iterator[Detailed]:
    after = ""
    while True:
        rows = reader.rows(PARTIES, {"after": after, "at": moment.position, "limit": AT_ONCE})
        found = [party_id for (party_id,) in rows]
        yield from _parties(reader, found, moment)
        if len(found) < AT_ONCE:
            return
        after = found[-1]


def _parties(reader: Reader, party_ids: Sequence[str], moment: Moment) -> Iterator[Detailed]:
    wanted = set(party_ids)
    rows = [Registration(*row) for row in reader.rows(REGISTRATIONS, {"ids": list(party_ids)})]
    known = [one for one in rows if one.party_id in wanted and one.is_known_at(moment.position)]
    parties, positions = Parties(), defaultdict[str, int](int)
    for one in known:
        parties.put(one.order, one.party)
        positions[one.party_id] = max(positions[one.party_id], one.known_from)
    for party_id in sorted(positions):
        versions = parties.versions(party_id)
        since, party = ([one for one in versions if one[0] <= moment.on] or versions[:1])[-1]
        yield {
            "party_id": party_id,
            "name": party.name,
            "kind": party.kind,
            "tier": party.tier,
            "member_of": party.member_of,
            "since": since,
            "position": positions[party_id],
        }


_DETAILED = {"accounts": _accounts, "contacts": contact_rows, "opportunities": _opportunities}
