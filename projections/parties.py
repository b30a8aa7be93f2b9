"""The register of parties, as known at a position."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.store.reading import Reader
from policies.parties import Parties


def parties_known(reader: Reader, party_ids: Iterable[str], position: int) -> Parties:
    """The parties named and the organisations they are members of; those never registered are left out."""
    raise NotImplementedError
