"""What is owed: the kept obligations as they stand on a day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam, select, tuple_

from ledger.store import OneOf, Prepared, Reader
from policies.obligations import Owed, owed_on
from projections.asking import Moment, Page, read_cursor, write_cursor
from projections.parties import parties_known
from projections.problems import UnknownSubject
from projections.rows import decode_obligation
from projections.schema import kept_obligations, known

AT_ONCE = 200
ALL = 2**31

_owed = kept_obligations.c
_AT: BindParameter[int] = bindparam("at", type_=_owed.known_from.type)
_PLACE = (_owed.account_id, _owed.known_from, _owed.ordinal)
_AFTER = tuple(bindparam(f"after_{number}", type_=one.type) for number, one in enumerate(_PLACE))


def _statement(*, party: bool, account: bool) -> Prepared:
    statement = select(*_PLACE, _owed.body).where(
        known(kept_obligations, _AT),
        _owed.valid_from <= bindparam("on"),
        _owed.valid_until > bindparam("on"),
        tuple_(*_PLACE) >= tuple_(*_AFTER),
    )
    if party:
        statement = statement.where(OneOf(_owed.party_id, "parties"))
    if account:
        statement = statement.where(_owed.account_id == bindparam("account_id"))
    return Prepared(statement.order_by(*_PLACE).limit(bindparam("limit")))


STATEMENTS = {
    (party, account): _statement(party=party, account=account) for party in (False, True) for account in (False, True)
}
"""By whether a party and an account are named."""


def obligations(
    reader: Reader,
    moment: Moment,
    *,
    party_id: str | None = None,
    account_id: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[Owed]:
    """What is owed on the day, by a party (or the organisation it acts as) or on an account if one is named.

    Raises UnknownSubject, InvalidCursor.
    """
    wanted: dict[str, Any] = {"at": moment.position, "on": moment.on, "limit": AT_ONCE, "account_id": account_id}
    if party_id is not None:
        wanted["parties"] = _same_parties(reader, party_id, moment)
    if account_id is not None and reader.known("account", account_id, at=moment.position) is None:
        raise UnknownSubject("account", account_id)
    *place, passed = ("", 0, 0, 0) if after is None else read_cursor(after, str, int, int, int)
    prepared = STATEMENTS[party_id is not None, account_id is not None]
    found: list[Owed] = []
    while True:
        rows = reader.rows(prepared, {**wanted, **{f"after_{number}": value for number, value in enumerate(place)}})
        for *key, body in rows:
            due = owed_on(decode_obligation(body), moment.on)
            for number, one in enumerate(due[passed:] if key == place else due, passed if key == place else 0):
                if len(found) == limit:
                    return Page(tuple(found), write_cursor(*key, number))
                found.append(one)
        if len(rows) < AT_ONCE:
            return Page(tuple(found), None)
        *place, _ = rows[-1]
        passed = ALL  # the last row was gone through; it comes again first


def _same_parties(reader: Reader, party_id: str, moment: Moment) -> list[str]:
    """The party, and the one it acts as on the day."""
    parties = parties_known(reader, [party_id], moment.position)
    if parties.version(party_id, moment.on) is None:
        raise UnknownSubject("party", party_id)
    return sorted({party_id, parties.acting_as(party_id, moment.on)})
