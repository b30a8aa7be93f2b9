"""Key players: the map of an opportunity."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import key_player_answers
from api.http.access import Access
from api.http.opportunities import OpportunityAsked
from api.http.problem_kinds import UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.reviews import EVENT_ID
from api.http.routes import asks, routes
from api.http.sending import send
from ledger.events.key_players import Receptivity
from policies.key_players import MapGap
from projections import key_players as read_live

router = routes("opportunities")

PLAYER: dict[str, Any] = {"player_id": "head-of-purchasing", "party_id": None, "name": "Otto Ahn"}
KEY_PLAYERS: dict[str, Any] = {
    "opportunity_id": "opp-1",
    "account_id": "acme",
    "on": "2026-02-01",
    "position": 57,
    "players": [
        {
            **PLAYER,
            "decision_role": "signs the contract",
            "personal_win": None,
            "threat": "Loses the supplier whom he brought in.",
            "receptivity": None,
            "influence": 4,
            "relationship": -1,
            "gaps": ["receptivity"],
            "mapped_on": "2026-01-10",
            "event_id": EVENT_ID,
        }
    ],
    "against": [{**PLAYER, "influence": 4, "relationship": -1, "outweighed_by": []}],
    "gaps": ["no_supporter"],
}


class PlayerNameAnswer(BaseModel):
    """Who a key player is: by an id of the map's own, or as a registered contact."""

    model_config = ConfigDict(title="KeyPlayerName")

    player_id: str | None
    party_id: str | None
    name: str | None


class PlayerAnswer(PlayerNameAnswer):
    """A key player as mapped."""

    model_config = ConfigDict(title="KeyPlayer")

    decision_role: str | None
    personal_win: str | None
    threat: str | None
    receptivity: Receptivity | None
    influence: int | None = Field(description="From 1 to 5.")
    relationship: int | None = Field(description="From -2 (wants us to lose) to 2 (wants us to win).")
    gaps: list[str] = Field(description="What is not known; a motive is a personal win or a threat.")
    mapped_on: date
    event_id: str


class OpponentAnswer(PlayerNameAnswer):
    """A key player who is against us."""

    model_config = ConfigDict(title="Opponent")

    influence: int | None
    relationship: int | None
    outweighed_by: list[PlayerNameAnswer] = Field(description="The supporters whose influence is greater.")


class KeyPlayersAnswer(BaseModel):
    """The key player map of an opportunity on a day."""

    model_config = ConfigDict(title="KeyPlayerMap", json_schema_extra={"examples": [KEY_PLAYERS]})

    opportunity_id: str
    account_id: str
    on: date
    position: int = Field(description="The position the answer was read at.")
    players: list[PlayerAnswer] = Field(description="The most influential first.")
    against: list[OpponentAnswer]
    gaps: list[MapGap] = Field(description="What the map lacks as a whole.")


@asks(
    router,
    "/v1/opportunities/{opportunity_id}/key-players",
    OpportunityAsked,
    KeyPlayersAnswer,
    may="sheet",
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def opportunity_key_players(asked: OpportunityAsked, access: Access) -> Response:
    """Who matters at the customer on the day, who is against us and outweighed by nobody, and what is not known."""

    def find() -> Response:
        sheet = read_live.key_player_sheet(access.read, asked.opportunity_id, access.moment(asked))
        return send(key_player_answers.key_player_sheet(sheet))

    return await access.run(find)
