"""Recording through HTTP: batches, repetitions, expectations and dry runs."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from api.http.event_documents import example_of
from ledger.events.catalogue import EVENT_TYPES
from tests.api.http.server import TODAY, Api
from tests.api.http.story import account, beginning, claim, event, evidence, forecast, opportunity, party

CONTRACT_EXAMPLE = """
{"events": [
  {"type": "forecast_recorded", "account_id": "acme", "effective_on": "2026-01-10",
   "data": {"opportunity_id": "opp-1", "currency": "USD", "expected_award_on": "2026-03-31", "probability": 60,
            "lines": [{"line": "gtx-pro", "amount": "48210.00"}]}}
]}
"""


def test_the_contracts_example_is_recorded_as_sent(api: Api) -> None:
    """The contract's own request, byte by byte, is answered with the event, its id, position and instant."""
    api.record(*beginning(), opportunity())
    answer = api.client.post("/v1/events", content=CONTRACT_EXAMPLE, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    told = answer.json()
    assert told["position"] == 5
    (recorded,) = told["events"]
    assert recorded["position"] == 5
    assert recorded["data"]["lines"] == [{"line": "gtx-pro", "amount": "48210.00"}]
    assert {"event_id", "recorded_at", "actor"} <= recorded.keys()


def test_a_batch_is_recorded_in_its_order(api: Api) -> None:
    """Events of a batch get positions without gaps, in the order sent."""
    sent = [*beginning(), *claim()]
    told = api.record(*sent)
    assert [one["type"] for one in told["events"]] == [one["type"] for one in sent]
    assert [one["position"] for one in told["events"]] == list(range(1, len(sent) + 1))
    assert told["position"] == len(sent)


def test_an_event_without_a_date_takes_effect_today(sqlite_api: Api) -> None:
    """`effective_on` defaults to the business day of the ledger."""
    dateless = {name: value for name, value in party("jane").items() if name != "effective_on"}
    assert sqlite_api.record(dateless)["events"][0]["effective_on"] == TODAY.isoformat()


def test_every_type_of_event_is_recorded_by_its_example(sqlite_api: Api) -> None:
    """Every example that the document gives can be recorded, in a story in which what it names is known."""
    sqlite_api.record(party("jane"), party("mary"), party("omar"), party("north", "partner", tier="co_sell"), account())
    sqlite_api.record(party("nora", "contact"))
    sqlite_api.record(account("globex"), *claim())
    retracted = sqlite_api.record(event("account_elevated", reason="By mistake."))["events"][0]["event_id"]
    skipped = {"account_opened", "opportunity_opened", "opportunity_manager_appointed"}  # told above already
    for name, event_class in EVENT_TYPES.items():
        if name in skipped or event_class.system_only:
            continue
        sent = example_of(event_class)
        if name == "event_retracted":
            sent = {**sent, "data": {**sent["data"], "event_id": retracted}}
        if name == "dispute_evidence_submitted":
            sent = {**sent, "data": {**sent["data"], "event_ids": [retracted]}}
        if name == "lead_disqualified":  # the lead of the other examples is converted after that
            sqlite_api.record(event("lead_captured", None, lead_id="lead-8"))
            sent = {**sent, "data": {**sent["data"], "lead_id": "lead-8"}}
        if name == "dispute_withdrawn":  # the dispute of the other examples is ruled on by then
            other = {"dispute_id": "dispute-3", "opened_by": "north", "subject": {}, "claim": "Ours."}
            sqlite_api.record(event("dispute_opened", **other))
            sent = {**sent, "data": {**sent["data"], "dispute_id": "dispute-3"}}
        answer = sqlite_api.send(sent)
        assert answer.status_code == 201, f"{name}: {answer.text}"


def test_the_same_event_id_with_the_same_content_is_answered_as_before(api: Api) -> None:
    """Sending an event again under its own id records nothing new."""
    sent = party("jane") | {"event_id": str(uuid4())}
    first = api.record(sent)
    assert api.record(sent) == first
    assert api.position() == 1


def test_the_same_event_id_with_other_content_is_a_conflict(api: Api) -> None:
    """An event id belongs to one content for ever; the place is named and nothing is recorded."""
    sent = party("jane") | {"event_id": str(uuid4())}
    api.record(sent)
    answer = api.send(party("other"), {**sent, "effective_on": "2026-02-02"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/event-id-reused"
    assert answer.json()["errors"][0]["pointer"].startswith("/events/1")
    assert api.position() == 1


def test_the_same_key_with_the_same_body_is_answered_alike(api: Api) -> None:
    """A repetition under an Idempotency-Key gets the first answer, byte by byte."""
    first = api.send(party("jane"), headers={"Idempotency-Key": "import 17"})
    again = api.send(party("jane"), headers={"Idempotency-Key": "import 17"})
    assert (again.status_code, again.content) == (201, first.content)
    assert api.position() == 1


def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    """A key stands for one request."""
    api.send(party("jane"), headers={"Idempotency-Key": "k"})
    answer = api.send(party("mary"), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


def test_identical_requests_at_the_same_moment_are_recorded_once(api: Api) -> None:
    """Sixteen clients send one body under one key: one recording, sixteen equal answers."""
    headers = api.headers()

    def send(_: int) -> httpx.Response:
        with httpx.Client(base_url=api.url, timeout=30, trust_env=False) as client:
            body = {"events": [party("jane"), account()]}
            return client.post("/v1/events", json=body, headers={**headers, "Idempotency-Key": "once"})

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert api.position() == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve".encode().decode("latin-1")])
def test_a_key_that_is_none_is_refused(sqlite_api: Api, key: str) -> None:
    """An Idempotency-Key has 1 to 255 printable ASCII characters."""
    answer = sqlite_api.client.post(
        "/v1/events", json={"events": [party("jane")]}, headers=[(b"Idempotency-Key", key.encode("latin-1"))]
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


def test_an_expected_position_that_still_holds_is_fine(api: Api) -> None:
    """The account's last event lies at the expected position."""
    position = api.record(*beginning())["position"]
    api.record(party("mary"))
    api.record(opportunity(), expected_position={"acme": position})


def test_an_expected_position_that_was_passed_is_a_conflict(api: Api) -> None:
    """The account has moved on: which, what was expected and what is."""
    position = api.record(*beginning())["position"]
    api.record(opportunity())
    answer = api.send(*evidence(), expected_position={"acme": position})
    assert answer.status_code == 409
    told = answer.json()
    assert (told["account_id"], told["expected"], told["actual"]) == ("acme", position, position + 1)
    assert told["errors"][0]["pointer"] == "/expected_position/acme"
    assert api.position() == position + 1


def test_a_dry_run_tells_what_would_change_and_records_nothing(api: Api) -> None:
    """What would be recorded, and the intervals that would end and begin, account by account."""
    api.record(*beginning(), *claim()[:-1])
    before = api.position()
    answer = api.send(forecast(), query="?dry_run=true")
    assert answer.status_code == 200
    told = answer.json()
    assert [one["type"] for one in told["events"]] == ["forecast_recorded"]
    (change,) = told["changes"]
    assert change["account_id"] == "acme"
    begun = {(one["kind"], one["status"], one["from"]) for one in change["begun"]["rights"]}
    assert ("opportunity_manager", "active", "2026-01-10") in begun
    assert api.position() == before
    assert api.record(forecast())["position"] == before + 1


def test_a_dry_run_that_would_be_refused_says_so(api: Api) -> None:
    """A dry run is refused just as the recording would be."""
    assert api.send(forecast(), query="?dry_run=true").status_code == 422


def test_a_dry_run_leaves_its_key_free(api: Api) -> None:
    """The key of a dry run can be used for the recording."""
    api.record(*beginning(), opportunity())
    key = {"Idempotency-Key": "try then do"}
    assert api.send(forecast(), query="?dry_run=true", headers=key).status_code == 200
    assert api.send(forecast(), headers=key).status_code == 201


def test_a_retraction_finds_its_account_by_itself(api: Api) -> None:
    """The account of a retraction is that of the event retracted."""
    told = api.record(*beginning(), opportunity())
    gone = told["events"][-1]["event_id"]
    retraction = event("event_retracted", None, event_id=gone, reason="Recorded twice.")
    assert api.record(retraction)["events"][0]["account_id"] == "acme"
    again = api.send(retraction)
    assert again.status_code == 409
    assert again.json()["type"] == "/problems/already-withdrawn"


def test_ten_thousand_events_are_one_batch(sqlite_api: Api) -> None:
    """The largest batch is recorded as a whole; one more event is refused."""
    many = [party(f"p-{number}") for number in range(10_000)]
    assert sqlite_api.send(*many, party("one-more")).status_code == 422
    assert sqlite_api.record(*many)["position"] == 10_000
