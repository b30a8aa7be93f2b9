"""Answers about key players, as JSON objects. Every door answers with these."""

from __future__ import annotations

from api.answers import Answer
from policies.key_players import KeyPlayer
from projections.key_players import KeyPlayerSheet


def key_player_sheet(sheet: KeyPlayerSheet) -> Answer:
    """The key player map of an opportunity: everybody on it, those against us, and what is missing."""
    return {
        "opportunity_id": sheet.opportunity_id,
        "account_id": sheet.account_id,
        "on": sheet.moment.on,
        "position": sheet.moment.position,
        "players": [_player(one, sheet) for one in sheet.map.players],
        "against": [
            {
                **_named(one.player, sheet),
                "influence": one.player.said.influence,
                "relationship": one.player.said.relationship,
                "outweighed_by": [_named(each, sheet) for each in one.outweighed_by],
            }
            for one in sheet.map.against
        ],
        "gaps": list(sheet.map.gaps),
    }


def _named(one: KeyPlayer, sheet: KeyPlayerSheet) -> Answer:
    name = one.said.name or sheet.name_of(one.said.party_id)
    return {"player_id": one.said.player_id, "party_id": one.said.party_id, "name": name}


def _player(one: KeyPlayer, sheet: KeyPlayerSheet) -> Answer:
    said = one.said
    return {
        **_named(one, sheet),
        "decision_role": said.decision_role,
        "personal_win": said.personal_win,
        "threat": said.threat,
        "receptivity": said.receptivity,
        "influence": said.influence,
        "relationship": said.relationship,
        "gaps": list(one.gaps),
        "mapped_on": one.fact.effective_on,
        "event_id": one.fact.event_id,
    }
