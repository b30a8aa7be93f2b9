"""`ledger events record`: all of a file or nothing, and what is wrong told with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import account, appointment, beginning, claim, event, forecast, opportunity, party


def file_of(folder: Path, content: Any) -> Path:
    """A file that holds this as JSON."""
    path = folder / "batch.json"
    path.write_text(json.dumps(content))
    return path


def test_a_batch_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    """In its order; the answer is that of the HTTP API."""
    said = ledger("events", "record", file_of(tmp_path, {"events": beginning()}), "--json")
    assert said.code == 0
    assert said.json["position"] == 3
    assert [one["position"] for one in said.json["events"]] == [1, 2, 3]
    assert said.json["events"][2]["actor"].startswith("cli")
    assert ledger("events", "list", "--json").json["items"] == said.json["events"]


@pytest.mark.parametrize("content", [[party("jane")], party("jane"), {"events": [party("jane")]}])
def test_a_list_or_a_single_event_will_do(content: Any, sqlite_ledger: Ledger) -> None:
    """Nobody has to wrap one event into a batch."""
    said = sqlite_ledger("events", "record", "-", typed=json.dumps(content))
    assert said.code == 0
    assert said.out.startswith("Recorded 1 event. The ledger stands at position 1.")


def test_a_dry_run_records_nothing(ledger: Ledger) -> None:
    """It tells which rights would end and begin."""
    recorded(ledger, *beginning(), *claim()[:-1])
    said = ledger("events", "record", "-", "--dry-run", typed=json.dumps(forecast()))
    assert said.code == 0
    assert "Nothing was recorded. 1 event would be:" in said.out
    lines = [line.split() for line in said.out.splitlines() if line.startswith("+")]
    assert lines[0] == ["+", "acme", "opportunity_manager", "jane", "gtx-pro", "active", "2026-01-10", "2026-04-01"]
    told = ledger("events", "record", "-", "--dry-run", "--json", typed=json.dumps(forecast())).json
    assert [one["status"] for one in told["changes"][0]["begun"]["rights"]] == ["active", "in_grace", "lapsed"]
    assert ledger("events", "list", "--json").json["position"] == 8
    nothing = ledger("events", "record", "-", "--dry-run", typed=json.dumps(party("bob")))
    assert "No right would change." in nothing.out


def test_the_same_key_is_answered_as_before(ledger: Ledger, tmp_path: Path) -> None:
    """Another file under the same key is refused."""
    batch = file_of(tmp_path, {"events": beginning()})
    first = ledger("events", "record", batch, "--idempotency-key", "k-1", "--json")
    again = ledger("events", "record", batch, "--idempotency-key", "k-1")
    assert "Recorded before; nothing new." in again.out
    assert ledger("events", "record", batch, "--idempotency-key", "k-1", "--json").json == first.json
    other = ledger("events", "record", "-", "--idempotency-key", "k-1", typed=json.dumps(account("other")))
    assert (other.code, "'k-1' was used for a request with another body" in other.err) == (1, True)


def test_an_expected_position_that_has_passed_is_refused(ledger: Ledger) -> None:
    """Nothing is recorded on an account that has moved on."""
    recorded(ledger, *beginning(), opportunity())
    batch = {"events": [opportunity("opp-2")], "expected_position": {"acme": 3}}
    said = ledger("events", "record", "-", typed=json.dumps(batch))
    assert said.code == 1
    assert "account 'acme' has an event at position 4, past the expected 3" in said.err


def test_every_malformed_place_is_named(ledger: Ledger) -> None:
    """Exit code 2, and nothing is left behind."""
    wrong = forecast(("gtx-pro", "12.345"), opportunity_id="a b")
    said = ledger("events", "record", "-", typed=json.dumps({"events": [*beginning(), wrong]}))
    assert said.code == 2
    assert "/events/3/data/opportunity_id  must be 1 to 128 characters of letters, digits and -_.:@+" in said.err
    assert "/events/3/data/lines/0/amount" in said.err or "12.345" not in said.err
    assert ledger("events", "list", "--json").json["position"] == 0


def test_unknown_references_are_named(ledger: Ledger) -> None:
    """Exit code 2: it is the input that is wrong."""
    said = ledger("events", "record", "-", typed=json.dumps([*beginning(), appointment("nobody")]))
    assert said.code == 2
    assert "/events/3/data/party_id  there is no party 'nobody' here" in said.err
    assert "/events/3/data/opportunity_id  there is no opportunity 'opp-1' here" in said.err


def test_a_rule_that_refuses_is_named(ledger: Ledger) -> None:
    """Exit code 1: the answer is no; and where to read the rule."""
    recorded(ledger, *beginning(), party("bob"), *claim())
    said = ledger("events", "record", "-", typed=json.dumps(appointment("bob")))
    assert said.code == 1
    assert said.err.startswith("Refused by the rule OM-ONE at /events/0/data/party_id: ")
    assert "`ledger rules OM-ONE` says what it asks for." in said.err


def test_an_id_that_exists_is_refused(ledger: Ledger) -> None:
    """So is an event id with other content."""
    recorded(ledger, *beginning())
    said = ledger("events", "record", "-", typed=json.dumps(account()))
    assert (said.code, "there is already an account 'acme'" in said.err) == (1, True)
    same = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"
    recorded(ledger, party("bob") | {"event_id": same})
    said = ledger("events", "record", "-", typed=json.dumps(party("eve") | {"event_id": same}))
    assert (said.code, f"event {same} is recorded with other content" in said.err) == (1, True)


def test_a_retraction_goes_once(ledger: Ledger) -> None:
    """What is out of the history stays out."""
    *_, last = recorded(ledger, *beginning(), *claim())
    retraction = event("event_retracted", event_id=last, reason="Typed twice.")
    recorded(ledger, retraction)
    said = ledger("events", "record", "-", typed=json.dumps(retraction))
    assert (said.code, "was retracted or corrected before" in said.err) == (1, True)


def test_only_the_scheduler_records_what_is_its_own(sqlite_ledger: Ledger) -> None:
    """A warning is nothing that somebody types."""
    recorded(sqlite_ledger, *beginning(), *claim())
    warning = event("grace_warning_issued", opportunity_id="opp-1", line="gtx-pro", deadline_on="2026-06-29")
    said = sqlite_ledger("events", "record", "-", typed=json.dumps(warning))
    assert (said.code, "scheduler only" in said.err) == (1, True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "The input is not JSON: Expecting value at line 1, column 1."),
        ("{", "The input is not JSON: Expecting property name"),
        ("[1", "The input is not JSON: Expecting ',' delimiter at line 1, column 3."),
        ("[" * 100_000, "The input is not JSON that can be taken"),
        ("7", 'must hold {"events": [...]}, a list of events, or one event'),
        ('{"events": {}}', 'must hold {"events": [...]}'),
        ('{"events": [], "x": 1}', "nothing beside events and expected_position, not 'x'"),
        ("[]", "holds 0 events; a batch has 1 to 10,000"),
        ("[" + ",".join(["{}"] * 10_001) + "]", "holds 10,001 events"),
        ('{"events": [{}], "expected_position": 3}', "expected_position must be an object of positions by account"),
        ("[7]", "The events are malformed"),
        ("[{}]", "/events/0/type  is missing"),
        ('{"type": "nonsense"}', "/events/0/type  there is no event of type 'nonsense'"),
    ],
)
def test_what_is_no_batch_is_told(given: str, told: str, sqlite_ledger: Ledger) -> None:
    """Exit code 2 and a sentence, whatever was typed."""
    said = sqlite_ledger("events", "record", "-", typed=given)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err


def test_a_file_that_isnt_there_or_isnt_text(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Told by its name."""
    assert "There is no file none.json." in sqlite_ledger("events", "record", "none.json").err
    assert "can't be read" in sqlite_ledger("events", "record", tmp_path).err
    (tmp_path / "bytes").write_bytes(b"\xff")
    said = sqlite_ledger("events", "record", tmp_path / "bytes")
    assert (said.code, "not text in UTF-8 (byte 1)" in said.err) == (2, True)
