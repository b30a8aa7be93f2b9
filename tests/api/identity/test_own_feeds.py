"""Own feeds: a partner follows what concerns itself, and neither messages, places nor silences tell it of others."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from api.feeds.feeds import Stretch
from api.feeds.sse import Streams, Timing, told
from tests.api.feeds.test_streams import Message, stream, take
from tests.api.http.server import Api
from tests.api.http.story import account, appointment, claim, event, evidence, forecast, opportunity
from tests.api.identity.rivals import RIVAL, RIVALS_OPPORTUNITY, ask, canaries, plant

CHANGES = "/v1/changes"


@pytest.fixture
def planted(api: Api) -> Api:
    """An account with the rival's and the partner's own claims, on both databases in turn."""
    return plant(api)


LATE = "2099-01-01"
"""Changes are told as of the day of the recording, which is the machine's: claims that are still live then."""


def claimed(party_id: str, opportunity_id: str, line: str) -> list[dict[str, Any]]:
    """An established claim that is live for long."""
    return [
        opportunity(opportunity_id),
        appointment(party_id, opportunity_id),
        *evidence(opportunity_id, party_id=party_id),
        forecast((line, "1.00"), opportunity_id=opportunity_id, expected_award_on=LATE),
    ]


def north(api: Api) -> dict[str, str]:
    """What north's requests carry."""
    return api.headers("partner", "north")


def listed(api: Api, **asked: Any) -> list[dict[str, Any]]:
    """The changes that north is told, page by page; nothing of the rival is in them."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": None}
    forbidden = canaries(api)
    while not found or page["next"] is not None:
        more = {} if page["next"] is None else {"after": page["next"]}
        answer = ask(api, CHANGES, **{**asked, **more})
        assert answer.status_code == 200, answer.text
        assert [one for one in forbidden if one in answer.text and one not in asked.values()] == []
        page = answer.json()
        found += page["items"]
        if not page["items"]:
            break
    return found


def words(found: list[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    """What changed, on which line, and who holds it."""
    return [(one["change"], one["line"], one["holder"]) for one in found]


def abandoned(opportunity_id: str) -> dict[str, Any]:
    """A manager gives up an opportunity."""
    return event("opportunity_abandoned", on="2026-02-01", opportunity_id=opportunity_id, reason="over")


# ---- events ---------------------------------------------------------------------------------------------------------


def test_it_follows_its_own_facts_in_its_own_positions(planted: Api) -> None:
    """The same as the list has them; what others record between two of them neither comes nor leaves a gap."""
    before = ask(planted, "/v1/events", limit=1_000).json()
    with stream(planted.url, north(planted), after="0") as told_:
        found = take(told_, before["position"])
        planted.record(*(account(f"a-{number}") for number in range(20)))
        engaged = event("engagement_recorded", opportunity_id="north-opp", party_id="nina", activity="Visit")
        planted.send(engaged, headers=north(planted))
        found.append(next(told_))
    assert [said for _, said in found[:-1]] == before["items"]
    assert [name for name, _ in found] == [str(number) for number in range(1, before["position"] + 2)]
    assert found[-1][1]["data"]["activity"] == "Visit"
    assert not any(canary in str(found) for canary in canaries(planted))


def test_what_others_record_about_it_comes_too(planted: Api) -> None:
    """Its inclusion in Jane's opportunity, while the stream is open; only of the type that is asked for."""
    with stream(planted.url, north(planted), after="latest", type="partner_included") as told_:
        included = {"partner_id": "north", "role": "co_sell", "lines": ["installation"]}
        planted.record(event("partner_included", opportunity_id="janes-opp", **included))
        name, said = next(told_)
    assert (said["type"], said["data"]["partner_id"]) == ("partner_included", "north")
    assert name == str(ask(planted, "/v1/events").json()["position"])


def test_it_goes_on_where_it_was(planted: Api) -> None:
    """After the last own position; one that is ahead, or none, is refused in numbers of its own."""
    with stream(planted.url, {**north(planted), "Last-Event-ID": "2"}) as told_:
        assert next(told_)[0] == "3"
    last = ask(planted, "/v1/events").json()["position"]
    ahead = planted.client.get("/v1/events/stream", params={"after": str(last + 1)}, headers=north(planted))
    assert (ahead.status_code, f"0 to {last}" in ahead.text) == (422, True)
    assert planted.client.get("/v1/events/stream", params={"after": "x"}, headers=north(planted)).status_code == 422
    unknown = stream(planted.url, north(planted), after="latest", account_id="nowhere")
    with unknown:
        pass  # an account that is none is followed like one without anything of its own


def test_cloud_events_of_its_own(planted: Api) -> None:
    """The sequence is its own position; changes have none."""
    with stream(planted.url, north(planted), after="0", format="cloudevents") as told_:
        _, said = next(told_)
    assert said["sequence"] == "0000000000000000001"
    with stream(planted.url, north(planted), "/v1/changes/stream", after="0", format="cloudevents") as told_:
        name, said = next(told_)
    assert ("sequence" in said, said["id"]) == (False, name)


def test_a_batch_of_its_own(planted: Api) -> None:
    """The page of its own facts, as CloudEvents with its own positions."""
    accepting = {**north(planted), "Accept": "application/cloudevents-batch+json"}
    answer = planted.client.get("/v1/events", params={"limit": 2}, headers=accepting)
    assert [one["data"] for one in answer.json()] == ask(planted, "/v1/events", limit=2).json()["items"]
    assert [one["sequence"] for one in answer.json()] == [f"{number:019d}" for number in (1, 2)]
    assert answer.headers["ledger-position"] == str(ask(planted, "/v1/events").json()["position"])
    assert "after=2" in answer.headers["link"]


# ---- changes --------------------------------------------------------------------------------------------------------


def test_it_is_told_what_changes_for_it(planted: Api) -> None:
    """Its shares, its place in the queue, and that it moves up when the one before it goes, without whom."""
    assert {(one["right"], one["holder"]) for one in listed(planted)} >= {("teaming", "north")}
    planted.record(*claimed(RIVAL, "south-long", "y"), *claimed("north", "north-long", "y"))
    queued = listed(planted)[-1]
    assert (queued["change"], queued["line"], queued["holder"]) == ("right_queued", "y", "north")
    planted.record(abandoned("south-long"))
    (moved,) = listed(planted, after=queued["id"])
    assert (moved["change"], moved["line"], moved["holder"], moved["opportunity_id"]) == (
        "became_first", "y", "north", "north-long"
    )  # fmt: skip
    assert moved["event"] is None
    recorded = planted.send(abandoned("north-long"), headers=north(planted)).json()["events"][0]
    after = listed(planted, after=moved["id"])
    assert words(after) == [("right_ended", "y", None), ("line_opened", "y", None)]
    assert {one["event"]["event_id"] for one in after} == {recorded["event_id"]}


def test_a_right_that_moves_is_gained_or_lost(planted: Api) -> None:
    """A handover from it is an end, one to it a beginning: the other holder is not told."""
    planted.record(*claimed("north", "north-long", "y"))
    last = listed(planted)[-1]["id"]
    moved = {"opportunity_id": "north-long", "coverage_goal": "South", "authorized_by": "management"}
    planted.record(event("opportunity_reassigned", on="2026-02-01", to_party_id=RIVAL, **moved))
    (lost,) = listed(planted, after=last)
    assert (lost["change"], lost["holder"], lost["previous_holder"]) == ("right_ended", None, "north")
    planted.record(event("opportunity_reassigned", on="2026-03-01", to_party_id="north", **moved))
    gained = listed(planted, after=lost["id"])
    assert [(one["change"], one["holder"], one["previous_holder"]) for one in gained] == [
        ("right_began", "north", None)
    ]


def test_a_line_opens(planted: Api) -> None:
    """Of a line that it has nothing to do with it is told if it asks for it, and then whether it is reserved only."""
    last = listed(planted)[-1]["id"]
    planted.record(*claimed("jane", "x-opp", "x"))
    assert listed(planted, after=last) == []
    watched = {"account_id": "acme", "line": "x"}
    assert words(listed(planted, after=last, **watched)) == [("line_reserved", "x", None)]
    with stream(planted.url, north(planted), "/v1/changes/stream", after="latest", **watched) as told_:
        planted.record(abandoned("x-opp"))
        _, said = next(told_)
    assert (said["change"], said["line"], said["from"]) == ("line_opened", "x", "2026-02-01")
    assert {said[name] for name in ("holder", "previous_holder", "opportunity_id", "event", "right")} == {None}
    assert listed(planted, line="x") == []
    assert listed(planted, account_id="nowhere", line="x") == []


def test_its_right_lapses_soon_and_lapses(planted: Api) -> None:
    """With the scheduler's notices: how many days are left, then that it is over; of the rival's neither."""
    last = listed(planted)[-1]["id"]
    planted.record(account("bolt", "2025-01-01"), account("cash", "2025-01-01"))
    for party_id, account_id, expected in (("north", "bolt", "2026-01-11"), ("north", "cash", "2025-12-01"),
                                           (RIVAL, "bolt", "2026-01-11"), (RIVAL, "cash", "2025-12-01")):  # fmt: skip
        named = f"{party_id}-{account_id}"
        planted.record(
            opportunity(named, account_id),
            *(one | {"effective_on": "2025-11-01"} for one in [
                appointment(party_id, named, account_id), *evidence(named, account_id, party_id),
                forecast(opportunity_id=named, account_id=account_id, expected_award_on=expected),
            ]),
        )  # fmt: skip
    since = listed(planted, after=last)
    for party_id in ("north", RIVAL):
        for type_, account_id, deadline in (
            ("grace_warning_issued", "bolt", "2026-04-11"),
            ("rights_lapsed", "cash", "2026-03-01"),
        ):
            said = {"opportunity_id": f"{party_id}-{account_id}", "line": "gtx-pro", "deadline_on": deadline}
            answer = planted.send(event(type_, account_id, "2026-04-02", **said), headers=planted.headers("scheduler"))
            assert answer.status_code == 201, answer.text
    found = listed(planted, after=since[-1]["id"])
    assert [(one["change"], one["account_id"], one["days_left"], one["event"]) for one in found] == [
        ("lapses_soon", "bolt", 9, None),
        ("right_lapsed", "cash", None, None),
        ("line_opened", "cash", None, None),
    ]
    assert [one["previous_holder"] for one in found] == ["north", "north", None]


def test_places_tell_nothing(planted: Api) -> None:
    """Ids are the same each time and good for their party only; no position can be named, and none read from them."""
    found = listed(planted)
    assert found == listed(planted, limit=1)
    assert len({len(one["id"]) for one in found}) == 1
    for one in found:
        assert "acme" not in str(base64.urlsafe_b64decode(one["id"] + "=="))
    mine = found[0]["id"]
    south = planted.client.get(CHANGES, params={"after": mine}, headers=planted.headers("partner", RIVAL))
    refused = [south, *(ask(planted, CHANGES, after=one) for one in ("5", "5:1:acme", mine[:-2] + "AA"))]
    assert [one.status_code for one in refused] == [422] * 4
    planted.record(abandoned(RIVALS_OPPORTUNITY), *claim("jane", "other", "acme"))
    everything = ask(planted, CHANGES, limit=len(listed(planted))).json()
    assert everything["next"] is None


def test_silence_is_the_same_whatever_others_do() -> None:
    """Comments come by the reader's own clock: commits that are not for it neither hasten nor delay them."""

    class Busy:
        """A tail that always moves."""

        stopped = False

        async def moved(self, _beyond: int, _seconds: float) -> bool:
            await asyncio.sleep(0.005)
            return True

    async def nothing(_feed: Any, after: str, _limit: int) -> Stretch:
        return Stretch([], after, False, 7)

    async def follow() -> list[str]:
        timing = Timing(heartbeat=0.1, most=0.55)
        return [one async for one in told(None, "c", 3, Busy(), Streams(1), nothing, str, timing)]  # type: ignore[arg-type]

    texts = asyncio.run(follow())
    assert texts[1:] == [": nothing new\nid: c\n\n"] * (len(texts) - 1)
    assert 3 <= len(texts) - 1 <= 6


def test_streams_hold_what_the_lists_hold(planted: Api) -> None:
    """Message by message, and so nothing of a rival."""
    changes = listed(planted)
    with stream(planted.url, north(planted), "/v1/changes/stream", after="0") as told_:
        found: list[Message] = take(told_, len(changes))
    assert [said for _, said in found] == changes
    assert [name for name, _ in found] == [one["id"] for one in changes]
