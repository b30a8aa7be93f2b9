"""Key players: who matters at the customer, what they want, and how they stand to us."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ledger.events.base import AccountEvent, Asks, EventData, OpportunityRef, PartyRef, broken, example
from ledger.identifiers import Identifier
from ledger.text import Name, Text

Receptivity = Literal["G", "T", "I", "O"]
"""How open somebody is to what is new from us, in the letters of the map."""


class PlayerData(EventData):
    """Names a key player: by an id of the map's own, or by a registered contact."""

    opportunity_id: OpportunityRef
    player_id: Identifier | None = None
    party_id: PartyRef | None = None

    @model_validator(mode="after")
    def _one_player(self) -> Self:
        if (self.player_id is None) == (self.party_id is None):
            raise broken("must name the player by player_id or by party_id", rule="KEY-PLAYERS")
        return self


class KeyPlayerMapped(AccountEvent):
    """What is known of a key player from now on; it takes the place of what was mapped of the same player before."""

    rules = ("KEY-PLAYERS",)
    model_config = example(
        "key_player_mapped",
        {
            "opportunity_id": "opp-1",
            "player_id": "head-of-design",
            "name": "Ada Verne",
            "decision_role": "decides on the technology",
            "personal_win": "Wants the new line of models under her name.",
            "receptivity": "G",
            "influence": 4,
            "relationship": 1,
        },
    )

    class Data(PlayerData):
        name: Name | None = None
        decision_role: Name | None = None
        personal_win: Text | None = None
        threat: Text | None = None
        receptivity: Annotated[Receptivity, Asks("KEY-PLAYERS")] | None = None
        influence: Annotated[int, Field(ge=1, le=5), Asks("KEY-PLAYERS")] | None = None
        relationship: Annotated[int, Field(ge=-2, le=2), Asks("KEY-PLAYERS")] | None = None

        @model_validator(mode="after")
        def _has_a_name(self) -> Self:
            if self.player_id is not None and self.name is None:
                raise broken("is needed for a player that is no registered party", rule="KEY-PLAYERS", at=("name",))
            return self

    type: Literal["key_player_mapped"] = "key_player_mapped"
    data: Data


class KeyPlayerRemoved(AccountEvent):
    """A key player plays no part any more."""

    rules = ("KEY-PLAYERS",)
    model_config = example(
        "key_player_removed",
        {"opportunity_id": "opp-1", "player_id": "head-of-design", "reason": "Has left Acme."},
    )

    class Data(PlayerData):
        reason: Text

    type: Literal["key_player_removed"] = "key_player_removed"
    data: Data
