"""What a view shows: the lines of its list on a day that pass its filters, in its order."""

from __future__ import annotations

from ledger.store import Reader
from policies.list_columns import KEYS, ListRow
from policies.views import ListView, fixed, shown
from projections.asking import Moment
from projections.lists import list_rows


def shown_by(reader: Reader, view: ListView, moment: Moment) -> list[ListRow]:
    """All lines that a view shows on the day. To put them in order, they are held in memory."""
    return shown(view.data, list_rows(reader, view.data.of, moment, dict(fixed(view.data))), moment.on)


def key_of(view: ListView, row: ListRow) -> str:
    """What tells a line of a view from its others."""
    return " ".join(str(row[name]) for name in KEYS[view.data.of])
