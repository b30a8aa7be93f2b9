"""Key players: the map of a day, who is against us, what is not known, and what is refused."""

from datetime import date

import pytest
from pydantic import ValidationError

from ledger.events.catalogue import example_of
from ledger.events.problems import explain
from policies.key_players import ASKED, key_players
from tests.policies.memory import parse_one
from tests.scenarios.telling import history, refusal

FEB = date(2026, 2, 28)


def test_the_latest_entry_of_a_player_stands_as_a_whole() -> None:
    """What it leaves out is not known any more."""
    facts = history(
        "2026-02-02 player ada mapped on opp-1 as user wanting speed receptivity G influence 4 relationship 2",
        "2026-02-09 player ada mapped on opp-1 influence 2",
    )
    (player,) = key_players(facts, date(2026, 2, 8)).players
    assert (player.gaps, player.is_for_us) == ((), True)
    (player,) = key_players(facts, FEB).players
    assert player.gaps == tuple(name for name in ASKED if name != "influence")


def test_the_most_influential_come_first_and_the_unknown_last() -> None:
    """Of the same influence by their ids; a registered contact is a player too."""
    facts = history(
        "2026-02-02 player zoe mapped on opp-1 influence 3",
        "2026-02-02 player ada mapped on opp-1",
        "2026-02-02 party cleo mapped on opp-1 influence 5",
        "2026-02-02 player bob mapped on opp-1 influence 3",
    )
    players = key_players(facts, FEB).players
    assert [one.said.party_id or one.said.player_id for one in players] == ["cleo", "bob", "zoe", "ada"]


def test_an_opponent_is_outweighed_only_by_supporters_known_to_be_stronger() -> None:
    """Not by an equal, not by one whose influence is unknown, not by somebody neutral."""
    facts = history(
        "2026-02-02 player otto mapped on opp-1 influence 3 relationship -2",
        "2026-02-02 player equal mapped on opp-1 influence 3 relationship 2",
        "2026-02-02 player unknown mapped on opp-1 relationship 2",
        "2026-02-02 player neutral mapped on opp-1 influence 5 relationship 0",
        "2026-02-03 player strong mapped on opp-1 influence 4 relationship 1",
    )
    (opponent,) = key_players(facts, date(2026, 2, 2)).against
    assert (opponent.player.said.player_id, opponent.outweighed_by) == ("otto", ())
    (opponent,) = key_players(facts, FEB).against
    assert [one.said.player_id for one in opponent.outweighed_by] == ["strong"]


def test_what_the_map_lacks() -> None:
    """Nobody at all; then a role in the decision and a supporter, until one of each is there."""
    facts = history(
        "2026-02-02 player otto mapped on opp-1 influence 3 relationship 0",
        "2026-02-03 player ada mapped on opp-1 as signer",
        "2026-02-04 player zoe mapped on opp-1 relationship 1",
    )
    gaps = [key_players(facts, date(2026, 2, day)).gaps for day in (1, 2, 3, 4)]
    assert gaps == [("no_key_player",), ("no_decision_role", "no_supporter"), ("no_supporter",), ()]


@pytest.mark.parametrize(
    ("lines", "pointer", "unknown"),
    [
        (["2026-02-03 player zoe removed from opp-1"], "/data/player_id", True),
        (["2026-02-01 player ada removed from opp-1"], "/data/player_id", True),
        (
            ["2026-02-03 player ada removed from opp-1", "2026-02-04 player ada removed from opp-1"],
            "/data/player_id",
            False,
        ),
        (["2026-02-03 party north mapped on opp-1 influence 3"], "/data/party_id", False),
    ],
)
def test_what_is_refused(lines: list[str], pointer: str, unknown: bool) -> None:
    """By KEY-PLAYERS, at its place."""
    refused = refusal("2026-02-02 player ada mapped on opp-1", *lines)
    assert (refused.rule, refused.pointer, refused.unknown) == ("KEY-PLAYERS", pointer, unknown)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"influence": 0}, "/data/influence"),
        ({"influence": 6}, "/data/influence"),
        ({"relationship": 5}, "/data/relationship"),
        ({"relationship": -3}, "/data/relationship"),
        ({"receptivity": "X"}, "/data/receptivity"),
        ({"party_id": "cleo"}, "/data"),
        ({"player_id": None}, "/data"),
        ({"name": None}, "/data/name"),
    ],
)
def test_what_the_form_refuses(change: dict[str, object], pointer: str) -> None:
    """By KEY-PLAYERS, as malformed."""
    with pytest.raises(ValidationError) as raised:
        parse_one("key_player_mapped", "2026-01-10", **(example_of("key_player_mapped")["data"] | change))
    assert [(one.rule, one.pointer, one.kind) for one in explain(raised.value)] == [("KEY-PLAYERS", pointer, "form")]


@pytest.mark.parametrize(("influence", "relationship"), [(1, -2), (5, 2)])
def test_the_ends_of_the_scales_are_taken(influence: int, relationship: int) -> None:
    """1 to 5, and -2 to 2."""
    data = example_of("key_player_mapped")["data"] | {"influence": influence, "relationship": relationship}
    assert parse_one("key_player_mapped", "2026-01-10", **data).type == "key_player_mapped"
