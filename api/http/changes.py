"""Changes of rights: what each recorded event made different, page by page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from api.feeds.feeds import ChangeFeed
from api.feeds.own import BEGINNING, Concerns, OwnChangeFeed
from api.http.access import Access
from api.http.own import view
from api.http.own_models import example
from api.http.paging import ListAnswer
from api.http.problem_kinds import INVALID_CURSOR, LEDGER_FULL, LEDGER_READ_ONLY, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import AccountId, LineId, Listing
from api.http.routes import Own, asks, routes
from api.http.sending import send_raw_list
from api.identity.sealing import Seal
from ledger.dates import BusinessDate
from policies.changes import CHANGES
from projections.problems import UnknownSubject

router = routes("feeds")


def _read_kind(value: str) -> str:
    if value not in CHANGES:
        raise PydanticCustomError("kind", "must be the name of a kind of change")
    return value


KindName = Annotated[str, AfterValidator(_read_kind), WithJsonSchema({"type": "string", "enum": list(CHANGES)})]

LineOfChange = Annotated[
    LineId | None,
    Field(
        description="Only changes on this line. A partner that names an account too is told when the line opens, "
        "whatever it has to do with it.",
        examples=["gtx-pro"],
    ),
]

FOLLOWING = (UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR, LEDGER_FULL, LEDGER_READ_ONLY)
"""What may go wrong beyond what may anywhere. The first cursor of all makes a secret, which has to be written."""

CHANGE: dict[str, Any] = {
    "id": "57:1:acme",
    "position": 57,
    "change": "right_lapsed",
    "account_id": "acme",
    "right": "opportunity_manager",
    "opportunity_id": "opp-1",
    "line": "gtx-pro",
    "contract_id": None,
    "holder": None,
    "previous_holder": "jane",
    "status": "lapsed",
    "previous_status": "in_grace",
    "from": "2026-06-30",
    "until": None,
    "deadline_on": "2026-06-29",
    "previous_deadline_on": "2026-06-29",
    "days_left": None,
    "event": {"event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11", "type": "rights_lapsed"},
    "recorded_at": "2026-06-30T00:05:00.000000Z",
}


OWN_CHANGE: dict[str, Any] = {
    **{name: value for name, value in CHANGE.items() if name != "position"},
    "id": "q1Zx0bWl4k3oYw7Jt2mJx9cV5rQhU8sD0aTn6LgEeFbK",
    "previous_holder": "north",
    "event": None,
}


class CausedBy(BaseModel):
    """The event that a change came with."""

    event_id: str
    type: str


class ChangeAnswer(BaseModel):
    """One thing that is different about who holds what, as of the day on which it was recorded."""

    model_config = ConfigDict(title="Change", json_schema_extra={"examples": [CHANGE]})

    id: str = Field(description="Its place in the feed: go on `after` it.")
    position: int = Field(description="The position of the event it came with.")
    change: KindName = Field(description="; ".join(f"`{name}`: {said}" for name, said in CHANGES.items()))
    account_id: str
    right: str | None = Field(description="The kind of right; null for a change of a line.")
    opportunity_id: str | None
    line: str | None
    contract_id: str | None
    holder: str | None = Field(description="Who holds it now; null where nobody does.")
    previous_holder: str | None
    status: str | None
    previous_status: str | None
    valid_from: BusinessDate = Field(alias="from", description="The first day that is different.")
    until: BusinessDate | None = Field(description="The day from which this is over, null where no end is known.")
    deadline_on: BusinessDate | None = Field(description="The last day of grace of a claim.")
    previous_deadline_on: BusinessDate | None
    days_left: int | None = Field(description="With lapses_soon: the days until the deadline.")
    event: CausedBy
    recorded_at: str


class ChangesAnswer(ListAnswer):
    """A page of changes."""

    model_config = ConfigDict(title="Changes")

    items: list[ChangeAnswer]


class OwnChangeAnswer(BaseModel):
    """One thing that is different about what you hold, or about a line that concerns you. Never who else holds what."""

    model_config = example("OwnChange", OWN_CHANGE)

    id: str = Field(description="Its place in your feed: go on `after` it.")
    change: KindName = Field(description="As in `Change`.")
    account_id: str
    right: str | None = Field(description="The kind of right; null for a change of a line.")
    opportunity_id: str | None
    line: str | None
    contract_id: str | None
    holder: str | None = Field(description="You, or a member of yours; null where you don't hold it now.")
    previous_holder: str | None
    status: str | None
    previous_status: str | None
    valid_from: BusinessDate = Field(alias="from", description="The first day that is different.")
    until: BusinessDate | None = Field(description="The day from which this is over, null where no end is known.")
    deadline_on: BusinessDate | None
    previous_deadline_on: BusinessDate | None
    days_left: int | None = Field(description="With lapses_soon: the days until the deadline.")
    event: CausedBy | None = Field(description="The event it came with, where that is a fact of your own.")
    recorded_at: str


class OwnChangesAnswer(ListAnswer):
    """What changed for you."""

    items: list[OwnChangeAnswer]


class ChangesAsked(Listing):
    """Which changes."""

    account_id: AccountId | None = None
    line: LineOfChange = None
    kind: Annotated[KindName | None, Field(description="Only changes of this kind.", examples=["line_opened"])] = None


def concerns(access: Access) -> Concerns:
    """What concerns the party of a caller who sees only what is its own."""
    return Concerns(access.read, access.caller.party_id or "", access.ledger.today)


def own_change_feed(
    access: Access, account_id: str | None, line: str | None, kinds: Collection[str], on: date | None = None
) -> OwnChangeFeed:
    """The changes that such a caller may follow. May wait. Raises StoreError."""
    seal = Seal(access.ledger.store, access.caller.party_id or "")
    return OwnChangeFeed(
        access.read,
        concerns(access),
        seal,
        access.settings.zone,
        account_id=account_id,
        line=line,
        kinds=kinds,
        on=on,
    )


def _own_changes(asked: ChangesAsked, access: Access) -> Response:
    seen = view(asked, access)
    kinds = () if asked.kind is None else (asked.kind,)
    feed = own_change_feed(access, asked.account_id, asked.line, kinds, asked.on)
    found = feed.read(asked.after or BEGINNING, asked.limit + 1, up_to=seen.at.position).messages
    following = found[asked.limit - 1].cursor if len(found) > asked.limit else None
    shown = (one.body for one in found[: asked.limit])
    return send_raw_list("items", shown, {"next": following, "position": seen.position})


@asks(
    router,
    "/v1/changes",
    ChangesAsked,
    ChangesAnswer,
    may="feeds",
    own=Own(_own_changes, OwnChangesAnswer),
    problems=FOLLOWING,
)
async def changes(asked: ChangesAsked, access: Access) -> Response:
    """The changes of rights in the order of recording: what began, moved, opened, lapsed, and by which event.

    Each event's many intervals are told as what is different from the day of its recording on. What only time brings
    (a lapse, a claim that moves up, a deadline near) stands at the scheduler's notice of it. The cursor is a place in
    the feed: to follow, ask again `after` the last `next`, or the last `id`; a position will do as well. A page may
    have fewer items than `limit` and be followed by more. With `on`, only changes of that day. A partner is told what
    concerns itself, and of a line of an account that it asks for, whether it opened.
    """
    return await access.run(_changes, asked, access)


def _changes(asked: ChangesAsked, access: Access) -> Response:
    position = access.moment(asked).position
    if asked.account_id is not None and access.read.known("account", asked.account_id, at=position) is None:
        raise UnknownSubject("account", asked.account_id)
    kinds = () if asked.kind is None else (asked.kind,)
    feed = ChangeFeed(
        access.read, access.settings.zone, account_id=asked.account_id, line=asked.line, kinds=kinds, on=asked.on
    )
    stretch = feed.read(asked.after or "0", asked.limit, up_to=position)
    following = stretch.reached if stretch.more else None
    return send_raw_list("items", (one.body for one in stretch.messages), {"next": following, "position": position})
