"""The log through HTTP: as it was recorded, in pages, on both clocks."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson
import pytest

from tests.api.http.server import Api
from tests.api.http.story import account, beginning, claim, party


def test_the_log_is_sent_on_as_it_is_kept(api: Api) -> None:
    """The items are the canonical texts that were hashed, byte by byte."""
    api.record(*beginning(), *claim())
    kept = [one.body for one in api.access.read.page(limit=1_000)]
    sent = api.client.get("/v1/events").content
    assert sent.startswith(b'{"items":[' + ",".join(kept).encode() + b"],")


@pytest.mark.parametrize("limit", [1, 2, 7, 199, 200, 201, 1_000])
def test_a_walk_through_the_log_sees_every_event_once(sqlite_api: Api, limit: int) -> None:
    """Whatever the size of the pages."""
    sqlite_api.record(*[party(f"p-{number}") for number in range(450)])
    if limit < 7:
        sqlite_api.record(*[party(f"q-{number}") for number in range(3)])
        walked = sqlite_api.walk("/v1/events", limit=limit, after="440")
        assert [one["position"] for one in walked] == list(range(441, 454))
        return
    walked = sqlite_api.walk("/v1/events", limit=limit)
    assert [one["position"] for one in walked] == list(range(1, 451))


def test_a_page_of_large_events_ends_early(sqlite_api: Api) -> None:
    """Memory is bounded: pages of large events are shorter, and the walk still sees all."""
    notes = {f"note-{number}": "x" * 4_000 for number in range(20)}
    for start in range(0, 120, 40):
        sqlite_api.record(*[account(f"a-{start + number}", attributes=notes) for number in range(40)])
    first = sqlite_api.ask("/v1/events", limit=1_000)
    assert 1 < len(first["items"]) < 120
    assert first["next"] is not None
    walked = sqlite_api.walk("/v1/events", limit=1_000)
    assert [one["position"] for one in walked] == list(range(1, 121))


def test_the_log_of_an_account_or_a_type(api: Api) -> None:
    """Filters narrow the log; both may be given."""
    api.record(*beginning(), account("globex"), *claim(), *claim(opportunity_id="opp-2", account_id="globex"))
    assert {one["account_id"] for one in api.walk("/v1/events", account_id="globex", limit=2)} == {"globex"}
    forecasts = api.ask("/v1/events", type="forecast_recorded")["items"]
    assert [one["account_id"] for one in forecasts] == ["acme", "globex"]
    both = api.ask("/v1/events", type="forecast_recorded", account_id="globex")["items"]
    assert [one["data"]["opportunity_id"] for one in both] == ["opp-2"]


def test_the_log_of_an_unknown_account_is_not_found(sqlite_api: Api) -> None:
    """A mistyped account is no account without events."""
    answer = sqlite_api.get("/v1/events", account_id="nobody")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["parameter"] == "account_id"


def test_the_log_is_followed_by_the_last_position_seen(api: Api) -> None:
    """The cursor is a position, also of an event that comes later."""
    seen = api.record(*beginning())["position"]
    assert api.ask("/v1/events", after=seen)["items"] == []
    api.record(party("mary"))
    assert [one["position"] for one in api.ask("/v1/events", after=seen)["items"]] == [seen + 1]


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 19, ""])
def test_a_cursor_that_is_none_is_refused(sqlite_api: Api, after: str) -> None:
    """422, and never an answer from the beginning."""
    assert sqlite_api.get("/v1/events", after=after).status_code == 422


def test_the_log_as_known_at_a_position_and_at_an_instant(api: Api) -> None:
    """`known_at` cuts the log off; both forms of it say the same, for ever."""
    api.record(*beginning())
    instant = datetime.now(UTC)
    early = api.ask("/v1/events", known_at=instant.isoformat())
    api.record(*claim())
    assert api.ask("/v1/events", known_at=instant.isoformat()) == early
    assert api.ask("/v1/events", known_at=early["position"]) == early
    assert early["position"] == 3
    assert api.ask("/v1/events", known_at=0) == {"items": [], "next": None, "position": 0}


def test_an_instant_in_any_zone_and_with_a_bare_plus(api: Api) -> None:
    """The offset counts; a plus need not be escaped, for no value holds a space."""
    api.record(*beginning())
    instant = datetime.now(UTC)
    shifted = (instant + timedelta(hours=2)).isoformat().replace("+00:00", "+02:00")
    answer = api.client.get(f"/v1/events?known_at={shifted}")
    assert (answer.status_code, answer.json()["position"]) == (200, 3)


@pytest.mark.parametrize(
    "known_at",
    [
        "4",
        "-1",
        "2999-01-01T00:00:00Z",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "yesterday",
        "9" * 30,
        "2026-13-01T00:00:00Z",
    ],
)
def test_a_moment_that_is_not_reached_or_none_is_refused(api: Api, known_at: str) -> None:
    """A wrong `known_at` is never answered for another moment."""
    api.record(*beginning())
    answer = api.get("/v1/events", known_at=known_at)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "known_at"


def test_with_a_day_the_log_leaves_out_what_takes_effect_later(sqlite_api: Api) -> None:
    """`on` narrows the log to what is in effect by then; the walk still ends."""
    sqlite_api.record(*beginning(), *claim())
    on_time = sqlite_api.walk("/v1/events", on="2026-01-05", limit=3)
    assert {one["effective_on"] for one in on_time} == {"2026-01-01", "2026-01-02", "2026-01-05"}
    assert len(on_time) == len(sqlite_api.walk("/v1/events")) - 1


def test_one_event_by_its_id(api: Api) -> None:
    """As it was recorded; ids know no case; the header tells the position."""
    told = api.record(*beginning())
    first = told["events"][0]
    answer = api.get(f"/v1/events/{first['event_id'].upper()}")
    assert answer.status_code == 200
    assert answer.json() == first
    assert answer.content == orjson.dumps(first, option=orjson.OPT_SORT_KEYS)
    assert answer.headers["ledger-position"] == "3"


def test_one_event_on_both_clocks(api: Api) -> None:
    """An event not yet recorded then, or not yet in effect on the day, is not found."""
    told = api.record(*beginning())
    last = told["events"][2]["event_id"]
    assert api.get(f"/v1/events/{last}", known_at=3).status_code == 200
    assert api.get(f"/v1/events/{last}", known_at=2).status_code == 404
    assert api.get(f"/v1/events/{last}", on="2026-01-02").status_code == 200
    assert api.get(f"/v1/events/{last}", on="2026-01-01").status_code == 404


def test_an_event_that_is_unknown_or_no_id(sqlite_api: Api) -> None:
    """404 for a UUID that names nothing, 422 for what is no UUID."""
    assert sqlite_api.get(f"/v1/events/{uuid4()}").status_code == 404
    assert sqlite_api.get("/v1/events/17").status_code == 422


BATCH = "application/cloudevents-batch+json"


def test_a_page_as_a_batch_of_cloud_events(api: Api) -> None:
    """The attributes of the specification around each event; headers tell the position and the page that follows."""
    api.record(*beginning(), *claim())
    page = api.ask("/v1/events", limit=2, account_id="acme")
    answer = api.client.get("/v1/events", params={"limit": 2, "account_id": "acme"}, headers={"Accept": BATCH})
    assert answer.headers["content-type"] == BATCH
    assert answer.headers["ledger-position"] == str(page["position"])
    assert [one["data"] for one in answer.json()] == page["items"]
    first = page["items"][0]
    assert {name: value for name, value in answer.json()[0].items() if name != "data"} == {
        "specversion": "1.0",
        "id": first["event_id"],
        "source": "urn:rights-ledger",
        "type": f"rights-ledger.event.{first['type']}",
        "time": first["recorded_at"],
        "datacontenttype": "application/json",
        "sequence": f"{first['position']:019d}",
        "subject": "acme",
    }
    walked = answer.json()
    while "link" in answer.headers:
        link, rel = answer.headers["link"].split("; ")
        assert rel == 'rel="next"'
        answer = api.client.get(link.strip("<>"), headers={"Accept": BATCH})
        walked += answer.json()
    assert [one["data"] for one in walked] == api.walk("/v1/events", account_id="acme")


@pytest.mark.parametrize(
    ("accepted", "is_batch"),
    [
        (f"text/html, {BATCH.upper()}; q=0.9", True),
        (f"application/json;q=0.5, {BATCH}", True),
        (f"application/json, {BATCH};q=0.5", False),
        (f"{BATCH};q=0", False),
        (f"{BATCH};q=high", False),
        ("*/*", False),
        ("application/*", False),
    ],
)
def test_a_batch_is_sent_to_who_accepts_it_by_name(sqlite_api: Api, accepted: str, is_batch: bool) -> None:
    """And rates it no lower than JSON; everybody else gets the page, which caches must not mix up with it."""
    sqlite_api.record(account())
    answer = sqlite_api.client.get("/v1/events", headers={"Accept": accepted})
    assert (answer.headers["content-type"], answer.headers["vary"]) == (
        BATCH if is_batch else "application/json",
        "Accept",
    )


def test_problems_stay_problems(sqlite_api: Api) -> None:
    """Also where a batch is accepted."""
    answer = sqlite_api.client.get("/v1/events?after=x", headers={"Accept": BATCH})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
