"""`ledger what-if` and `ledger reassign`: tried out, read as a table, and recorded as one batch if that is wanted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import account, beginning, claim, event, party

FIGURE = ("--figure", "grace_days=60", "--from", "2026-01-01", "--on", "2026-06-10")
"""The claim of the story is then reserved through 30 May 2026 instead of 29 June."""


RESERVED = "denied (CALL-RESERVED), opens 2026-06-30"


def reassigned(to: str, opportunity_id: str = "opp-1", account_id: str = "acme") -> dict[str, Any]:
    """A reassignment for a coverage goal."""
    data = {"to_party_id": to, "coverage_goal": "Regions", "authorized_by": "sales management"}
    return event("opportunity_reassigned", account_id, "2026-03-01", opportunity_id=opportunity_id, **data)


def rows(said: str, account_id: str = "acme") -> list[str]:
    """The lines of the tables that are about an account, their blanks squeezed."""
    return [" ".join(line.split()) for line in said.splitlines() if line.startswith(account_id)]


def position(ledger: Ledger) -> int:
    """Where the ledger stands."""
    stands: int = ledger("events", "list", "--json").json["position"]
    return stands


def test_a_figure_is_read_as_before_and_after(ledger: Ledger) -> None:
    """Who may call on what, before and after; nothing is recorded."""
    recorded(ledger, *beginning(), *claim(), account("bolt"))
    said = ledger("what-if", *FIGURE)
    assert (said.code, said.err) == (0, "")
    assert rows(said.out)[-2:] == [
        f"acme any other employee, any other partner gtx-pro {RESERVED} allowed (CALL-AFTER-LAPSE)",
        "acme jane gtx-pro allowed (CALL-OM) allowed (CALL-AFTER-LAPSE)",
    ]
    assert "2 accounts compared: 1 would change, 1 would not." in said.out
    assert "intervals of rights end" in said.out
    assert said.out.endswith("Compared for 2026-06-10, as known at position 10. Nothing was recorded.\n")
    listed = ledger("what-if", *FIGURE, "--rights").out
    assert "+ acme opportunity_manager jane gtx-pro lapsed 2026-05-31 open" in [
        " ".join(line.split()) for line in listed.splitlines()
    ]
    assert position(ledger) == 10


def test_a_file_holds_what_the_http_api_takes(ledger: Ledger, tmp_path: Path) -> None:
    """The answer in JSON is that of the HTTP API, as one page."""
    recorded(ledger, *beginning(), party("mary"), *claim(), account("bolt"))
    supposed = {
        "events": [reassigned("mary")],
        "figures": [{"figure": "grace_days", "value": 60, "effective_on": "2026-01-01"}],
        "accounts": ["acme", "bolt"],
        "on": "2026-05-01",
        "known_at": 11,
    }
    file = tmp_path / "supposed.json"
    file.write_text(json.dumps(supposed))
    told = ledger("what-if", file, "--json").json
    assert (told["on"], told["position"], told["compared"], told["unchanged"]) == ("2026-05-01", 11, 2, 1)
    assert [one["account_id"] for one in told["items"]] == ["acme"]
    assert {"ended", "begun", "calling", "obligations", "residuals", "account_id"} == {*told["items"][0]}
    assert told == ledger("what-if", "-", "--json", typed=json.dumps(supposed)).json
    assert ledger("what-if", file, "--account", "bolt", "--json").json["items"] == []


def test_a_list_or_a_single_event_will_do(sqlite_ledger: Ledger) -> None:
    """Nobody has to wrap one event into a batch."""
    recorded(sqlite_ledger, *beginning(), party("mary"), *claim())
    for typed in (reassigned("mary"), [reassigned("mary")], {"events": [reassigned("mary")]}):
        said = sqlite_ledger("what-if", "-", "--on", "2026-03-10", typed=json.dumps(typed))
        assert "acme mary gtx-pro denied (CALL-RESERVED), opens 2026-06-30 allowed (CALL-OM)" in rows(said.out)


def test_what_if_an_event_were_not_there(ledger: Ledger) -> None:
    """By its id; what is owed on the day is told too."""
    recorded(ledger, *beginning(), party("mary"), *claim(), event("account_elevated", on="2026-03-01"))
    (mam,) = recorded(ledger, event("major_account_manager_appointed", on="2026-03-01", party_id="mary"))
    said = ledger("what-if", "--without", mam, "--on", "2026-03-10")
    assert "acme jane settle_with_mam to mary opp-1 open since 2026-03-01 -" in rows(said.out)
    again = ledger("what-if", "--without", "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11")
    assert (again.code, "/without/0  there is no event" in again.err) == (2, True)


def test_what_was_tried_is_recorded_at_once(ledger: Ledger) -> None:
    """As one batch with one reason; under a key just once."""
    _, *ids = recorded(ledger, *beginning(), party("mary"), *claim())
    command = ("what-if", "-", "--without", ids[-1], *FIGURE, "--record", "--reason", "Ruling 7", "--json")
    typed = json.dumps([party("omar"), reassigned("omar")])
    said = ledger(*command, "--idempotency-key", "ruling-7", typed=typed)
    assert said.code == 0, said.err
    events = said.json["recorded"]["events"]
    types = ["event_retracted", "policy_figure_set", "party_registered", "opportunity_reassigned"]
    assert [one["type"] for one in events] == types
    assert {one["data"]["reason"] for one in events[:2]} == {"Ruling 7"}
    assert said.json["items"]
    assert position(ledger) == said.json["recorded"]["position"] == 14
    again = ledger(*command, "--idempotency-key", "ruling-7", typed=typed)
    assert (again.code, again.json["recorded"]) == (0, {**said.json["recorded"], "replayed": True})
    other = ledger(*command, "--idempotency-key", "ruling-7", typed=json.dumps([party("olga")]))
    assert (other.code, position(ledger)) == (1, 14)


def test_what_is_refused_is_not_recorded(ledger: Ledger) -> None:
    """By a rule: exit code 1. Malformed or unknown: 2."""
    recorded(ledger, *beginning(), *claim())
    wrong = claim("north")[1]
    said = ledger("what-if", "-", "--record", typed=json.dumps([account("bolt"), wrong]))
    assert (said.code, "OM-ONE at /events/1/data/party_id" in said.err) == (1, True)
    assert ledger("what-if", "-", typed=json.dumps([{"type": "account_opened"}])).code == 2
    assert ledger("what-if", "-", typed=json.dumps([reassigned("nobody")])).code == 2
    assert ledger("what-if", *FIGURE, "--account", "nowhere").code == 2
    assert position(ledger) == 9


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--from", "2026-01-01"),
        ("--figure", "grace_days"),
        ("--figure", "grace_days=soon"),
        ("--figure", "patience=60"),
        ("--without", "opp-1"),
        (*FIGURE, "--record"),
        (*FIGURE, "--reason", "Ruling 7"),
        (*FIGURE, "--idempotency-key", "ruling-7"),
        (*FIGURE, "--record", "--reason", "Ruling 7", "--known-at", "3"),
        ("nowhere.json",),
    ],
)
def test_wrong_words_are_told(sqlite_ledger: Ledger, arguments: tuple[str, ...]) -> None:
    """Exit code 2, one sentence that says what to do, and nothing on standard output."""
    recorded(sqlite_ledger, *beginning())
    said = sqlite_ledger("what-if", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "content",
    [
        "nonsense",
        "7",
        '{"event": []}',
        '{"events": {}}',
        '{"events": [7]}',
        '{"without": [7]}',
        '{"figures": ["grace_days"]}',
        '{"events": [], "on": "soon"}',
        '{"figures": [{"figure": "grace_days", "value": 60}], "known_at": "soon"}',
        '{"figures": [{"figure": "grace_days", "value": 60}], "on": 7}',
    ],
)
def test_files_that_can_not_be_taken(sqlite_ledger: Ledger, content: str) -> None:
    """Exit code 2, and what they must hold."""
    said = sqlite_ledger("what-if", "-", typed=content)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_opportunities_are_reassigned_together(ledger: Ledger) -> None:
    """All that a party manages: tried first, then recorded as one batch, then there are none left."""
    others = [*claim("jane", "opp-2", "bolt"), *claim("mary", "opp-3", "bolt")]
    recorded(ledger, *beginning(), party("mary"), party("omar"), account("bolt"), *claim(), *others)
    before = position(ledger)
    command = ("reassign", "--from", "jane", "--to", "omar", "--goal", "Regions", "--effective-on", "2026-03-01")
    said = ledger(*command)
    assert (said.code, position(ledger)) == (0, before)
    assert rows(said.out) == [
        "acme any other partner gtx-pro denied (CALL-RESERVED), opens 2026-06-30 allowed (CALL-UNSHARED)",
        "acme jane gtx-pro allowed (CALL-OM) denied (CALL-RESERVED), opens 2026-06-30",
        "acme omar gtx-pro denied (CALL-RESERVED), opens 2026-06-30 allowed (CALL-OM)",
    ]
    assert len(rows(said.out, "bolt")) == 3
    only = ledger(*command, "--account", "bolt", "--json").json
    assert [one["account_id"] for one in only["items"]] == ["bolt"]
    done = ledger(*command, "--record", "--no-residuals", "--idempotency-key", "regions", "--json").json["recorded"]
    assert [one["data"]["opportunity_id"] for one in done["events"]] == ["opp-1", "opp-2"]
    assert {one["data"]["coverage_goal"] for one in done["events"]} == {"Regions"}
    assert {one["data"]["residuals"] for one in done["events"]} == {False}
    assert {one["recorded_at"] for one in done["events"]} == {done["events"][0]["recorded_at"]}
    held = ledger("rights", "--party", "omar", "--on", "2026-03-01", "--json").json["items"]
    assert {one["opportunity_id"] for one in held} == {"opp-1", "opp-2"}
    nothing = ledger(*command)
    assert (nothing.code, nothing.err) == (1, "jane manages no opportunity on 2026-03-01.\n")


def test_an_account_at_a_glance(ledger: Ledger) -> None:
    """Each business with its holder and end, and what lacks; in JSON as the HTTP API answers."""
    recorded(ledger, *beginning(), party("mary"), *claim(), *claim("mary", "opp-2")[:2])
    said = ledger("account", "acme", "--on", "2026-04-02")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "in general nobody allowed allowed" in lines
    assert "gtx-pro jane in_grace 2026-06-29 denied, opens 2026-06-30 denied, opens 2026-06-30" in lines
    assert "opp-2 mary a forecast, an engagement, an opportunity plan, a coordination" in lines, lines
    told = ledger("account", "acme", "--on", "2026-04-02", "--json").json
    assert (told["lines"][0]["line"], told["on"], told["position"]) == ("gtx-pro", "2026-04-02", 12)
    assert ledger("account", "nowhere").code == 2
