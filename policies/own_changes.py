"""Own changes: what of the changes on an account concerns some parties, told without anybody else.

Their rights are compared by themselves, so what another gains or loses has no place in it. Of a line they are told
whether anybody reserves it, which whoever asks who may call is told as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from policies.changes import Change, changes
from policies.kept import Right


@dataclass(frozen=True, slots=True)
class Whose:
    """The parties that are told, and the lines, each with its account, that they watch beside those of their own."""

    parties: frozenset[str]
    watched: frozenset[tuple[str, str]] = frozenset()

    def of(self, before: Sequence[Right], after: Sequence[Right], on: date) -> list[Change]:
        """What is different about their own rights, as of a day, and about the lines that concern them."""
        own = [one for one in changes(self._mine(before), self._mine(after), on) if one.right is not None]
        return own + self._lines(changes(before, after, on), (*before, *after))

    def of_notice(self, found: Iterable[Change], rights: Sequence[Right]) -> list[Change]:
        """What of the changes that time alone brought is theirs; a holder that is another is left out."""
        found = list(found)
        own = [
            replace(one, holder=self._if_own(one.holder), previous_holder=self._if_own(one.previous_holder))
            for one in found
            if one.right is not None and not self.parties.isdisjoint((one.holder, one.previous_holder))
        ]
        return own + self._lines(found, rights)

    def _lines(self, found: Iterable[Change], rights: Iterable[Right]) -> list[Change]:
        lines = {(one.account_id, one.line) for one in self._mine(rights) if one.line is not None} | self.watched
        return [one for one in found if one.right is None and (one.account_id, one.line) in lines]

    def _mine(self, rights: Iterable[Right]) -> list[Right]:
        return [one for one in rights if one.holder in self.parties]

    def _if_own(self, holder: str | None) -> str | None:
        return holder if holder in self.parties else None
