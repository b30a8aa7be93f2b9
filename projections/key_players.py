"""Key players: the map of an opportunity on a day."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.store import Reader
from policies.key_players import KeyPlayerMap, key_players
from policies.parties import Parties
from projections.asking import Moment
from projections.live_facts import facts_of_opportunity
from projections.parties import parties_known


@dataclass(frozen=True, slots=True)
class KeyPlayerSheet:
    """The map of an opportunity, and the registered parties on it, whose names stand there."""

    opportunity_id: str
    account_id: str
    moment: Moment
    map: KeyPlayerMap
    parties: Parties

    def name_of(self, party_id: str | None) -> str | None:
        """The name under which a party is registered on the day."""
        party = None if party_id is None else self.parties.version(party_id, self.moment.on)
        return None if party is None else party.name


def key_player_sheet(reader: Reader, opportunity_id: str, moment: Moment) -> KeyPlayerSheet:
    """The map as it stands on the day. Raises UnknownSubject."""
    account_id, facts = facts_of_opportunity(reader, opportunity_id, moment.position)
    found = key_players(facts, moment.on)
    named = [player.said.party_id for player in found.players if player.said.party_id is not None]
    return KeyPlayerSheet(opportunity_id, account_id, moment, found, parties_known(reader, named, moment.position))
