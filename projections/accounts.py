"""Accounts and their opportunities, as their own facts describe them on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, or_, select

from ledger.events.accounts import AccountElevated, AccountIdentityChanged, AccountOpened
from ledger.events.opportunities import OpportunityOpened
from ledger.recorded import Recorded
from ledger.store.prepared import Prepared
from ledger.store.reading import Reader
from ledger.store.schema import known_ids
from policies.days import on_day
from policies.establishment import establishment, opportunity_managers
from policies.history import Facts
from projections.asking import Moment, Page
from projections.problems import UnknownSubject
from projections.schema import kept_withdrawals

ACCOUNTS = Prepared(
    select(known_ids.c.id)
    .where(
        known_ids.c.kind == "account",
        known_ids.c.id > bindparam("after"),
        known_ids.c.position <= bindparam("at"),
        or_(known_ids.c.gone_position.is_(None), known_ids.c.gone_position > bindparam("at")),
    )
    .distinct()
    .order_by(known_ids.c.id)
    .limit(bindparam("limit"))
)
WITHDRAWN = Prepared(
    select(kept_withdrawals.c.event_id).where(
        kept_withdrawals.c.account_id == bindparam("account_id"), kept_withdrawals.c.position <= bindparam("at")
    )
)


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """What an account is on a day: its name then, the account above it, and since when it is a major one."""

    account_id: str
    name: str
    parent_account_id: str | None
    merged_into: str | None
    opened_on: date
    major_since: date | None
    attributes: Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class OpportunitySheet:
    """What an opportunity is on a day. `missing` is what its claim still lacks to be established, in words."""

    opportunity_id: str
    name: str
    opened_on: date
    manager: str | None
    established_on: date | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """An account with all its opportunities."""

    account: AccountSheet
    opportunities: tuple[OpportunitySheet, ...]


def account_overview(reader: Reader, account_id: str, moment: Moment) -> AccountOverview:
    """An account and its opportunities, those opened by the day. Raises UnknownSubject."""
    if reader.known("account", account_id, at=moment.position) is None:
        raise UnknownSubject("account", account_id)
    history = facts_in_effect(reader, account_id, moment.position)
    sheet = account_sheet(account_id, history, moment.on)
    return AccountOverview(sheet, _opportunities(account_id, history, moment.on))


def accounts(reader: Reader, moment: Moment, *, after: str | None = None, limit: int = 100) -> Page[AccountSheet]:
    """All accounts known, by their ids; one that opens only after the day is among them."""
    wanted = {"after": after or "", "at": moment.position, "limit": limit + 1}
    found = [account_id for (account_id,) in reader.rows(ACCOUNTS, wanted)]
    shown = found[:limit]
    sheets = tuple(account_sheet(one, facts_in_effect(reader, one, moment.position), moment.on) for one in shown)
    return Page(sheets, shown[-1] if len(found) > limit else None)


def facts_in_effect(reader: Reader, account_id: str, position: int) -> list[Recorded]:
    """The facts of the account that count, in the order in which rules read them."""
    withdrawn = {event_id for (event_id,) in reader.rows(WITHDRAWN, {"account_id": account_id, "at": position})}
    history = reader.history(account_id, up_to=position)
    return sorted((fact for fact in history if fact.event_id not in withdrawn), key=lambda fact: fact.order)


def account_sheet(account_id: str, history: Sequence[Recorded], on: date) -> AccountSheet:
    """An account on a day, from its facts that count, in their order."""
    day, data = next((fact.effective_on, fact.event.data) for fact in history if isinstance(fact.event, AccountOpened))
    name, merged_into, major_since = data.name, None, None
    for fact in _until(history, on):
        if isinstance(fact.event, AccountIdentityChanged):
            name = fact.event.data.name or name
            merged_into = fact.event.data.merged_into or merged_into
        elif isinstance(fact.event, AccountElevated):
            major_since = major_since or fact.effective_on
    return AccountSheet(
        account_id,
        name,
        data.parent_account_id,
        merged_into,
        day,
        major_since,
        data.attributes or {},
    )


def _opportunities(account_id: str, history: Sequence[Recorded], on: date) -> tuple[OpportunitySheet, ...]:
    facts = Facts(account_id)
    for fact in history:
        facts.add(fact)
    return tuple(
        _opportunity(fact.effective_on, fact.event.data, facts, on)
        for fact in _until(history, on)
        if isinstance(fact.event, OpportunityOpened)
    )


def _opportunity(opened_on: date, data: OpportunityOpened.Data, facts: Facts, on: date) -> OpportunitySheet:
    history = sorted(facts.of_opportunity(data.opportunity_id), key=lambda fact: fact.order)
    established, manager = establishment(history), on_day(opportunity_managers(history), on)
    missing = established.missing(on)
    return OpportunitySheet(
        data.opportunity_id,
        data.name,
        opened_on,
        None if manager is None else manager.value.party_id,
        established.order[0] if established.order is not None and not missing else None,
        missing,
    )


def _until(history: Iterable[Recorded], on: date) -> list[Recorded]:
    return [fact for fact in history if fact.effective_on <= on]
