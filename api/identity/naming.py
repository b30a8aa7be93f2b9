"""Naming: whether what is told to a party names another one. What does is withheld as a whole, and never rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from api.identity.belongings import MENTIONED, Belongings
from projections.parties import parties_known

Value = TypeVar("Value")


def others_on(own: Belongings, account_id: str | None, more: Iterable[str] = ()) -> frozenset[str]:
    """By which words others can be named that an account knows: their ids, and the names they were registered by.

    `more` are ids of parties that are known otherwise.
    """
    mentioned = own.reader.rows(MENTIONED, {"account_id": account_id}) if account_id is not None else []
    named = {*more, *(party_id for (party_id,) in mentioned)} - own.parties
    parties = parties_known(own.reader, named, own.position)
    return frozenset(named | {version.name for party_id in named for _, version in parties.versions(party_id)})


def names(value: Any, words: Iterable[str]) -> bool:
    """Whether a text has one of the words in it, as a word of its own; of what is no text, any text in it."""
    if isinstance(value, str):
        return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", value, re.IGNORECASE) for word in words)
    if isinstance(value, Mapping):
        return names([*value.keys(), *value.values()], words)
    return isinstance(value, Iterable) and any(names(one, words) for one in value)


class Telling:
    """Tells values that name nobody else; which fields it did not tell stands in `withheld`."""

    def __init__(self, others: frozenset[str]) -> None:
        self._others = others
        self._withheld: dict[str, None] = {}

    @property
    def withheld(self) -> list[str]:
        """The names of the fields withheld so far, each once."""
        return list(self._withheld)

    def tell(self, field: str, value: Value) -> Value | None:
        """The value; None for one that names another party."""
        if not names(value, self._others):
            return value
        self._withheld[field] = None
        return None
