"""The home list of a party: its opportunities that are upcoming or pending on a day."""

from __future__ import annotations

from ledger.store import Reader
from policies.figures import Figures
from policies.home import Pending, pending
from projections.asking import Moment
from projections.figures import settings
from projections.lists import sheets_of_manager
from projections.problems import UnknownSubject


def home(reader: Reader, party_id: str, moment: Moment) -> list[Pending]:
    """What waits for a manager on the day, in its order. Raises UnknownSubject."""
    if reader.known("party", party_id, at=moment.position) is None:
        raise UnknownSubject("party", party_id)
    figures = Figures(settings(reader.rows, moment.position))
    return pending(sheets_of_manager(reader, party_id, moment), moment.on, figures)
