"""The store of facts. `open_store(url)` gives a Store: `write` for units of work, `read` for questions."""

from ledger.store.opening import open_store
from ledger.store.prepared import OneOf, Prepared
from ledger.store.reading import Reader
from ledger.store.store import Store
from ledger.store.unit import Unit
from ledger.store.values import Draft, Entry, Head, KeptAnswer, Known, Stored, Waits, World

__all__ = [
    "Draft",
    "Entry",
    "Head",
    "KeptAnswer",
    "Known",
    "OneOf",
    "Prepared",
    "Reader",
    "Store",
    "Stored",
    "Unit",
    "Waits",
    "World",
    "open_store",
]
