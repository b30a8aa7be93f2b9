"""What an append will write, worked out from the drafts once position and instant are known. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger import canonical
from ledger.events.references import introductions
from ledger.history import names_as_gone
from ledger.recorded import Recorded
from ledger.store.prepared import Row
from ledger.store.values import Draft
from ledger.upcasting import SCHEMA_VERSIONS


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of an append, each in the order of its table's columns."""

    recorded: list[Recorded]
    events: list[Row]
    accounts: list[Row]
    known_ids: list[Row]
    withdrawn: list[tuple[str, int]]
    """(id of an event recorded earlier, position of the event that takes it back)."""

    @property
    def last_position(self) -> int:
        return self.recorded[-1].position


def numbered(drafts: Sequence[Draft], first: int, recorded_at: datetime) -> list[Recorded]:
    """The drafts as they will be recorded from position `first` on."""
    return [
        Recorded(
            position=position,
            recorded_at=recorded_at,
            actor=draft.actor,
            event_id=draft.event_id,
            event=draft.event,
            schema_version=SCHEMA_VERSIONS[draft.event.type],
        )
        for position, draft in enumerate(drafts, first)
    ]


def batch(drafts: Sequence[Draft], first: int, recorded_at: datetime) -> Batch:
    """The rows with which the drafts enter the ledger from position `first` on. There is at least one draft."""
    recorded = numbered(drafts, first, recorded_at)
    taken_back = {gone: one.position for one in reversed(recorded) for gone in names_as_gone(one)}
    here = {one.event_id for one in recorded}
    return Batch(
        recorded=recorded,
        events=[_event_row(one) for one in recorded],
        accounts=list({one.account_id: one.position for one in recorded if one.account_id is not None}.items()),
        known_ids=[row for one in recorded for row in known_rows(one, taken_back.get(one.event_id))],
        withdrawn=[(event_id, position) for event_id, position in taken_back.items() if event_id not in here],
    )


def _event_row(one: Recorded) -> Row:
    body = canonical.encode(one)
    return (
        one.position,
        one.event_id,
        one.type,
        one.schema_version,
        one.account_id,
        one.effective_on,
        one.recorded_at,
        one.actor,
        body.decode(),
        canonical.leaf_hash(body),
    )


def known_rows(one: Recorded, gone_position: int | None) -> list[Row]:
    """The rows with which the event makes something known, if it does."""
    return [(made.id, made.kind, one.position, one.account_id, gone_position) for made in introductions(one.event)]
