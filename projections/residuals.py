"""Residual streams: who holds them on a day and how their renewals are split, and what renewals to come would earn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select, text, tuple_, union

from ledger.store import OneOf, Prepared, Reader
from policies.days import next_day
from policies.kept import Right, Stream
from policies.residuals import Expected, Outlook, expected_renewals, outlook
from projections.asking import Moment, Page, read_cursor, write_cursor
from projections.problems import UnknownSubject
from projections.rows import decode_right, decode_stream
from projections.schema import kept_mentions, kept_rights, kept_streams, known

AT_ONCE = 200
ENDED = "ended"

_streams, _rights, _mentions = kept_streams.c, kept_rights.c, kept_mentions.c
_AT: BindParameter[int] = bindparam("at", type_=_streams.known_from.type)
_PLACE = (_streams.account_id, _streams.known_from, _streams.ordinal)
_AFTER = tuple(bindparam(f"after_{number}", type_=one.type) for number, one in enumerate(_PLACE))
_BEGUN = _streams.valid_from < bindparam("until")
_NOT_OVER = _streams.valid_until > bindparam("since")
_SHARING = (
    select(_rights.opportunity_id)
    .where(
        known(kept_rights, bindparam("at", type_=_rights.known_from.type)),
        _rights.kind == bindparam("teaming", "teaming"),
        _rights.holder == bindparam("party_id"),
        _rights.valid_from < bindparam("until"),
        _rights.valid_until > bindparam("since"),
    )
    .scalar_subquery()
)


_NAMING = select(_mentions.account_id).where(_mentions.party_id == bindparam("party_id")).scalar_subquery()
_CREDITS = "json_each(kept_streams.body, '$.overlays') AS credit WHERE json_extract(credit.value, '$[0]')"
_CREDITS_ON_POSTGRESQL = (
    "json_array_elements(CAST(kept_streams.body AS json) -> 'overlays') AS credit WHERE credit ->> 0"
)


def _statement(*, party: bool, account: bool, place: ColumnElement[bool]) -> Prepared:
    """The streams that run on some of the days; those of a party are the ones it holds, shares in or is credited on."""
    statement = select(*_PLACE, _streams.body).where(known(kept_streams, _AT), _BEGUN, _NOT_OVER, place)
    if account:
        statement = statement.where(_streams.account_id == bindparam("account_id"))
    if not party:
        return Prepared(_ordered(statement))
    held = statement.where(_streams.holder == bindparam("party_id"))
    shared = statement.where(_streams.opportunity_id.in_(_SHARING))

    def whole(credits_: str) -> Select[Any]:
        credited = statement.where(
            _streams.account_id.in_(_NAMING),
            text(f"EXISTS (SELECT 1 FROM {credits_} = :party_id)"),  # noqa: S608 - one of the two above
        )
        return _ordered(select(union(held, shared, credited).subquery()))

    return Prepared(whole(_CREDITS), postgresql=whole(_CREDITS_ON_POSTGRESQL))


def _ordered(statement: Select[Any]) -> Select[Any]:
    return statement.order_by(*list(statement.selected_columns)[:3]).limit(bindparam("limit"))


_LATER = tuple_(*_PLACE) > tuple_(*_AFTER)
_HERE_OR_LATER = tuple_(*_PLACE) >= tuple_(*_AFTER)
BOTH = (False, True)
STREAMS = {(p, a): _statement(party=p, account=a, place=_LATER) for p in BOTH for a in BOTH}
"""By whether a party and an account are named."""

TO_COME = {(p, a): _statement(party=p, account=a, place=_HERE_OR_LATER) for p in BOTH for a in BOTH}
"""The same, from the stream on at which a page ended."""

TITLES = Prepared(
    select(_rights.contract_id, _rights.opportunity_id, _rights.body)
    .where(
        OneOf(_rights.account_id, "account_ids"),
        known(kept_rights, bindparam("at", type_=_rights.known_from.type)),
        _rights.kind == bindparam("residual", "residual"),
    )
    .order_by(_rights.valid_from)
)


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """A stream on a day, what is to come of it, and its chain of title over all days."""

    stream: Stream
    outlook: Outlook
    title: tuple[Right, ...]


def residuals(
    reader: Reader,
    moment: Moment,
    *,
    party_id: str | None = None,
    account_id: str | None = None,
    include_ended: bool = False,
    after: str | None = None,
    limit: int = 100,
) -> Page[StreamAnswer]:
    """The streams on the day: those that a party holds, shares in or is credited on beside the split, or those of an
    account, if one is named.

    Streams of ended contracts are left out unless `include_ended`. Raises UnknownSubject, InvalidCursor.
    """
    wanted = _wanted(reader, moment, party_id, account_id)
    wanted |= {"since": moment.on, "until": next_day(moment.on), "limit": max(limit, AT_ONCE) + 1}
    place: tuple[Any, ...] = ("", 0, 0) if after is None else read_cursor(after, str, int, int)
    prepared = STREAMS[party_id is not None, account_id is not None]
    found: list[tuple[tuple[Any, ...], Stream]] = []
    while len(found) <= limit:
        rows = reader.rows(prepared, {**wanted, **_places(place)})
        streams = [(tuple(key), decode_stream(body)) for *key, body in rows]
        found += [(key, stream) for key, stream in streams if include_ended or stream.state != ENDED]
        if len(rows) < wanted["limit"]:
            break
        place = streams[-1][0]
    following = write_cursor(*found[limit - 1][0]) if len(found) > limit else None
    return Page(tuple(_with_titles(reader, moment, [stream for _, stream in found[:limit]])), following)


def expected(
    reader: Reader,
    moment: Moment,
    until: date,
    *,
    party_id: str | None = None,
    account_id: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[Expected]:
    """What the renewals to come from the day until (not including) another would earn whom, stream by stream.

    Reckoned with the amounts last renewed or awarded, and with what is known of holders and shares on each due date.
    Raises UnknownSubject, InvalidCursor.
    """
    wanted = _wanted(reader, moment, party_id, account_id)
    wanted |= {"since": moment.on, "until": until, "limit": AT_ONCE}
    *place, passed = ("", 0, 0, 0) if after is None else read_cursor(after, str, int, int, int)
    prepared = TO_COME[party_id is not None, account_id is not None]
    found: list[Expected] = []
    while True:
        rows = reader.rows(prepared, {**wanted, **_places(place)})
        for *key, body in rows:
            to_come = [
                one
                for one in expected_renewals(decode_stream(body), moment.on, until)
                if party_id in (None, one.party_id)
            ]
            skipped = passed if key == list(place) else 0
            for number, one in enumerate(to_come[skipped:], skipped):
                if len(found) == limit:
                    return Page(tuple(found), write_cursor(*key, number))
                found.append(one)
        if len(rows) < AT_ONCE:
            return Page(tuple(found), None)
        *place, _ = rows[-1]
        passed = 2**31  # the last row was gone through; it comes again first


def _wanted(reader: Reader, moment: Moment, party_id: str | None, account_id: str | None) -> dict[str, Any]:
    for kind, name in (("party", party_id), ("account", account_id)):
        if name is not None and reader.known(kind, name, at=moment.position) is None:
            raise UnknownSubject(kind, name)
    return {"at": moment.position, "party_id": party_id, "account_id": account_id}


def _with_titles(reader: Reader, moment: Moment, streams: Iterable[Stream]) -> Iterable[StreamAnswer]:
    streams = list(streams)
    titles: Mapping[tuple[str, str], list[Right]] = defaultdict(list)
    accounts = sorted({stream.account_id for stream in streams})
    rows = reader.rows(TITLES, {"account_ids": accounts, "at": moment.position}) if accounts else []
    for contract_id, opportunity_id, body in rows:
        titles[contract_id, opportunity_id].append(decode_right(body))
    for stream in streams:
        title = titles[stream.contract_id, stream.opportunity_id]
        yield StreamAnswer(stream, outlook(stream, moment.on), tuple(title))


def _places(place: Iterable[Any]) -> dict[str, Any]:
    return {f"after_{number}": value for number, value in enumerate(place)}
