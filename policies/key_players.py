"""Key players: the map of who matters at the customer, who is for us and who against, and what is not known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.events.key_players import KeyPlayerMapped, KeyPlayerRemoved, PlayerData
from ledger.recorded import Recorded
from policies.parties import Parties
from policies.refusals import Refused
from policies.rulebook import rule

PlayerKey = tuple[str | None, str | None]
"""A player's own id, or the party that it is."""

MapGap = Literal["no_key_player", "no_decision_role", "no_supporter"]

ASKED = ("decision_role", "motive", "receptivity", "influence", "relationship")
"""What is to be known of every player; a motive is a personal win or a threat."""


@dataclass(frozen=True, slots=True)
class KeyPlayer:
    """A key player as mapped."""

    fact: Recorded
    said: KeyPlayerMapped.Data

    @property
    def gaps(self) -> tuple[str, ...]:
        """What of ASKED is not known."""
        return tuple(name for name in ASKED if not self._knows(name))

    @property
    def is_for_us(self) -> bool:
        return (self.said.relationship or 0) > 0

    @property
    def is_against_us(self) -> bool:
        return (self.said.relationship or 0) < 0

    def outweighs(self, other: KeyPlayer) -> bool:
        """Whether this one's influence is known to be the greater."""
        return (
            self.said.influence is not None
            and other.said.influence is not None
            and self.said.influence > other.said.influence
        )

    def _knows(self, name: str) -> bool:
        if name == "motive":
            return self.said.personal_win is not None or self.said.threat is not None
        return getattr(self.said, name) is not None


@dataclass(frozen=True, slots=True)
class Opponent:
    """A key player who is against us, and the supporters whose influence is greater."""

    player: KeyPlayer
    outweighed_by: tuple[KeyPlayer, ...]


@dataclass(frozen=True, slots=True)
class KeyPlayerMap:
    """The map on a day: its players, the most influential first, those against us, and what is missing on the whole."""

    players: tuple[KeyPlayer, ...]
    against: tuple[Opponent, ...]
    gaps: tuple[MapGap, ...]


@rule("KEY-PLAYERS")
def key_players(history: Iterable[Recorded], on: date) -> KeyPlayerMap:
    """The map that the facts of an opportunity give on a day: of each player the latest, without those removed."""
    on_map = {key: player for key, player in _read(history, on).items() if player is not None}
    players = tuple(sorted(on_map.values(), key=_weight))
    supporters = [player for player in players if player.is_for_us]
    against = tuple(
        Opponent(player, tuple(one for one in supporters if one.outweighs(player)))
        for player in players
        if player.is_against_us
    )
    return KeyPlayerMap(players, against, _gaps(players))


@rule("KEY-PLAYERS")
def check_key_player(candidate: Recorded, others: Sequence[Recorded], parties: Parties) -> None:
    """Refuse a registered party that is no contact, and the removal of somebody who is not on the map.

    `others` are the facts of the opportunity's sheet without what the candidate corrects.
    """
    event = candidate.event
    if isinstance(event, KeyPlayerMapped):
        party_id = event.data.party_id
        party = None if party_id is None else parties.version(party_id, event.effective_on)
        if party is not None and party.kind != "contact":
            raise Refused("KEY-PLAYERS", f"{party_id} is registered as {party.kind}, not as contact", "/data/party_id")
    elif isinstance(event, KeyPlayerRemoved):
        pointer = "/data/player_id" if event.data.party_id is None else "/data/party_id"
        known = _read(others, event.effective_on)
        if _key(event.data) not in known:
            detail = f"names {event.data.party_id or event.data.player_id!r}, who is not on the map of this opportunity"
            raise Refused("KEY-PLAYERS", detail, pointer, unknown=True)
        if known[_key(event.data)] is None:
            raise Refused("KEY-PLAYERS", "this key player was removed before", pointer)


def _read(history: Iterable[Recorded], on: date) -> dict[PlayerKey, KeyPlayer | None]:
    """Every player ever mapped by a day; None for one that was removed since."""
    known: dict[PlayerKey, KeyPlayer | None] = {}
    for fact in sorted(history, key=lambda fact: fact.order):
        event = fact.event
        if fact.effective_on > on:
            break
        if isinstance(event, KeyPlayerMapped):
            known[_key(event.data)] = KeyPlayer(fact, event.data)
        elif isinstance(event, KeyPlayerRemoved) and _key(event.data) in known:
            known[_key(event.data)] = None
    return known


def _key(data: PlayerData) -> PlayerKey:
    return (data.player_id, data.party_id)


def _weight(player: KeyPlayer) -> tuple[int, str]:
    return (-(player.said.influence or 0), player.said.party_id or player.said.player_id or "")


def _gaps(players: Sequence[KeyPlayer]) -> tuple[MapGap, ...]:
    if not players:
        return ("no_key_player",)
    gaps: list[MapGap] = []
    if all(player.said.decision_role is None for player in players):
        gaps.append("no_decision_role")
    if not any(player.is_for_us for player in players):
        gaps.append("no_supporter")
    return tuple(gaps)
