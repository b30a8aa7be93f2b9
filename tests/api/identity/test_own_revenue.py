"""Own revenue: a partner's statements, streams and expectations hold its own part to the cent, nothing of a sharer."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from tests.api.http.server import Api
from tests.api.http.story import account, claim, event, party
from tests.api.http.test_residuals import award, closing, renewal

RIVAL = "zzcanary-south"
MONTHS = {"from": "2026-01-01", "until": "2026-12-01"}


def share(agreement_id: str, on: str, **percents: str) -> list[dict[str, Any]]:
    """Jane shares her opportunity, and all accept; whoever is no party to it but Jane is credited nothing."""
    named = [{"party_id": name.replace("_", "-"), "percent": percent} for name, percent in percents.items()]
    said = {"agreement_id": agreement_id, "proposed_by": "jane", "shares": named, "from": on, "opportunity_id": "opp-1"}
    credited = {"north": "3.21", RIVAL: "4.32"}
    overlays = [{"party_id": one, "percent": credited[one]} for one in credited if one.replace("-", "_") in percents]
    accepted = [
        event("revenue_share_accepted", on=on, agreement_id=agreement_id, party_id=one["party_id"])
        for one in named
        if one["party_id"] != "jane"
    ]
    return [event("revenue_share_proposed", on=on, overlays=overlays, **said), *accepted]


@pytest.fixture
def shared(api: Api) -> Api:
    """A contract whose renewals Jane, north and the rival share; January is closed, and its split changed since."""
    api.record(
        party("jane"),
        party("north", "partner", tier="strategic_channel_partner"),
        party("nina", member_of="north"),
        party(RIVAL, "partner", tier="strategic_channel_partner"),
        account(),
        *claim(),
        award(),
        *share("s-1", "2026-01-18", jane="50", north="20.5", zzcanary_south="29.5"),
        *(renewal(month, "1000.00") for month in (1, 2, 3)),
        closing("2026-01"),
        *share("s-2", "2026-01-19", jane="50", north="30.25", zzcanary_south="19.75"),
    )
    return api


def ask(api: Api, path: str, **parameters: Any) -> httpx.Response:
    """What north is answered; nothing of the rival is in it."""
    answer = api.client.get(path, params=parameters, headers=api.headers("partner", "north"))
    for theirs in ("zzcanary", "jane", "19.75", "29.5", "295.00", "197.50", "-97.50", "4.32", "43.20", "500.00"):
        assert theirs not in answer.text, (path, theirs)
    return answer


def test_a_statement_holds_the_own_lines_and_sums(shared: Api) -> None:
    """Of the range: the part of each renewal, the adjustment of the closed month, overlays, totals."""
    told = ask(shared, "/v1/statements", **MONTHS).json()
    assert [(one["party_id"], one["percent"], one["base"], one["amount"], one["rule"]) for one in told["lines"]] == [
        ("north", "20.5", "1000.00", "205.00", "RESIDUAL-SHARE"),
        ("north", "30.25", "1000.00", "302.50", "RESIDUAL-SHARE"),
        ("north", "30.25", "1000.00", "302.50", "RESIDUAL-SHARE"),
    ]
    assert [(one["period"], one["booked_in"], one["before"], one["after"], one["difference"])
            for one in told["adjustments"]] == [("2026-01", "2026-02", "205.00", "302.50", "97.50")]  # fmt: skip
    assert told["totals"] == [
        {"party_id": "north", "currency": "USD", "amount": "907.50", "lines": "810.00", "adjustments": "97.50"}
    ]
    assert told["overlay_totals"] == [{"party_id": "north", "currency": "USD", "amount": "96.30"}]
    assert told["closed_through"] == "2026-01"
    everybody = shared.ask("/v1/statements", **MONTHS)
    assert [one for one in everybody["totals"] if one["party_id"] == "north"] == told["totals"]


def test_a_month_and_its_pages(shared: Api) -> None:
    """Whether it is closed; each item once, whatever the page, with the sums of the whole."""
    january = ask(shared, "/v1/statements/2026-01").json()
    assert (january["closed"], [one["amount"] for one in january["lines"]]) == (True, ["205.00"])
    whole = ask(shared, "/v1/statements/2026-02").json()
    assert whole["closed"] is False
    page = ask(shared, "/v1/statements/2026-02", limit=1).json()
    found = [page]
    while page["next"] is not None:
        page = ask(shared, "/v1/statements/2026-02", limit=1, after=page["next"]).json()
        found.append(page)
    for name in ("lines", "overlays", "adjustments"):
        assert [one for some in found for one in some[name]] == whole[name]
    assert len(found) == 3
    assert {str(one["totals"]) for one in found} == {str(whole["totals"])}


def test_streams_and_expectations_tell_the_own_part(shared: Api) -> None:
    """Which it shares in, and what the next renewals would bring it."""
    (stream,) = ask(shared, "/v1/residuals").json()["items"]
    assert (stream["holds"], stream["split"]) == (False, [{"party_id": "north", "percent": "30.25"}])
    assert (stream["agreement_id"], stream["next_renewal_on"], stream["state"]) == ("s-2", "2026-04-20", "running")
    coming = ask(shared, "/v1/residuals/expected", until="2026-06-01").json()["items"]
    assert [(one["due_on"], one["kind"], one["base"], one["amount"]) for one in coming] == [
        ("2026-04-20", "share", "1000.00", "302.50"),
        ("2026-04-20", "overlay", "1000.00", "32.10"),
        ("2026-05-20", "share", "1000.00", "302.50"),
        ("2026-05-20", "overlay", "1000.00", "32.10"),
    ]
    assert ask(shared, "/v1/residuals/expected", until="2026-04-02").status_code == 422


def test_who_is_only_credited_sees_the_stream(shared: Api) -> None:
    """With its credit apart and no part of the base, as long as the agreement is in force; nothing of the others."""
    named = [{"party_id": "jane", "percent": "80.25"}, {"party_id": RIVAL, "percent": "19.75"}]
    credits_ = [{"party_id": "north", "percent": "3.21"}, {"party_id": RIVAL, "percent": "4.32"}]
    said = {"agreement_id": "s-3", "proposed_by": "jane", "shares": named, "overlays": credits_, "from": "2026-03-25"}
    shared.record(
        event("revenue_share_proposed", on="2026-03-25", opportunity_id="opp-1", **said),
        event("revenue_share_accepted", on="2026-03-25", agreement_id="s-3", party_id=RIVAL),
    )
    (stream,) = ask(shared, "/v1/residuals", party_id="north").json()["items"]
    assert (stream["holds"], stream["split"], stream["agreement_id"]) == (False, [], "s-3")
    assert stream["overlays"] == [{"party_id": "north", "percent": "3.21"}]
    (coming,) = ask(shared, "/v1/residuals/expected", until="2026-05-01").json()["items"]
    assert (coming["kind"], coming["base"], coming["amount"]) == ("overlay", "1000.00", "32.10")
    (everything,) = shared.ask("/v1/residuals", party_id="north")["items"]
    assert [one["party_id"] for one in everything["split"]] == ["jane", RIVAL]
    shared.record(event("revenue_share_ended", on="2026-03-26", agreement_id="s-3", party_id="jane"))
    assert ask(shared, "/v1/residuals").json()["items"] == []
    assert shared.ask("/v1/residuals", party_id="north")["items"] == []
    assert len(ask(shared, "/v1/residuals", on="2026-03-25").json()["items"]) == 1


def test_a_holder_is_not_told_of_a_share_without_it(shared: Api) -> None:
    """Jane's opportunity goes to north, residuals too; the agreement in force, of others, is none of its own."""
    shared.record(
        *share("s-3", "2026-03-01", jane="50", zzcanary_south="50"),
        event("opportunity_reassigned", on="2026-03-02", opportunity_id="opp-1", to_party_id="north",
              coverage_goal="North", authorized_by="management"),
    )  # fmt: skip
    (stream,) = ask(shared, "/v1/residuals").json()["items"]
    assert (stream["holds"], stream["split"], stream["agreement_id"]) == (True, [], None)
    assert ask(shared, "/v1/residuals/expected", until="2026-12-01").json()["items"] == []


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/v1/statements", MONTHS),
        ("/v1/statements/2026-02", {}),
        ("/v1/residuals", {}),
        ("/v1/residuals/expected", {"until": "2026-12-01"}),
    ],
)
def test_it_asks_about_itself_only(shared: Api, path: str, more: dict[str, str]) -> None:
    """The rival is refused as nobody is; an account without own revenue is as one that is none; members are own."""
    answers = [ask(shared, path, party_id=name, **more) for name in ("zzcanary-south", "nobody")]
    assert [one.status_code for one in answers] == [403, 403]
    assert len({one.text.replace(one.headers["x-request-id"], "") for one in answers}) == 1
    shared.record(account("globex"))
    empty = [ask(shared, path, account_id=name, **more).json() for name in ("globex", "nowhere")]
    assert empty[0] == empty[1]
    assert not any(empty[0].get(name) for name in ("items", "lines", "adjustments", "totals"))
    assert ask(shared, path, party_id="nina", **more).status_code == 200
    assert "zzcanary" in shared.client.get(path, params=more).text
    south = shared.client.get(path, params=more, headers=shared.headers("partner", RIVAL))
    assert "north" not in south.text
    assert "zzcanary" in south.text or path == "/v1/residuals"


def test_as_known_at_an_own_position(shared: Api) -> None:
    """Before the first acceptance nothing was shared; positions are the party's own."""
    known = ask(shared, "/v1/statements", known_at=1, **MONTHS).json()
    assert (known["position"], known["lines"], known["totals"]) == (1, [], [])
    now = ask(shared, "/v1/statements", **MONTHS).json()
    assert now["position"] == ask(shared, "/v1/events", limit=1).json()["position"]
    shared.record(account("globex"))
    assert ask(shared, "/v1/statements", **MONTHS).json() == now


def test_its_own_statement_as_csv(shared: Api) -> None:
    """The rows of its own lines and adjustments, without a column for events; other files are not for it."""
    answer = ask(shared, "/v1/statements", format="csv", **MONTHS)
    position = str(ask(shared, "/v1/events", limit=1).json()["position"])
    assert (answer.status_code, answer.headers["ledger-position"]) == (200, position)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {"event", "caused_by"}.isdisjoint(rows[0])
    assert [(one["kind"], one["adjusts"], one["party"], one["amount"], one["position"]) for one in rows] == [
        ("overlay", "", "north", "32.10", position),
        ("share", "", "north", "205.00", position),
        ("overlay", "", "north", "32.10", position),
        ("share", "", "north", "302.50", position),
        ("overlay", "", "north", "32.10", position),
        ("share", "", "north", "302.50", position),
        ("adjustment", "share", "north", "97.50", position),
    ]
    (january,) = [one for one in csv.DictReader(io.StringIO(ask(shared, "/v1/statements/2026-01", format="csv").text))
                  if one["kind"] == "share"]  # fmt: skip
    assert (january["amount"], january["closed"]) == ("205.00", "true")
    assert ask(shared, "/v1/statements", format="csv", limit=1).status_code == 422
    assert ask(shared, "/v1/statements", format="csv", party_id=RIVAL).status_code == 403
    for path, format_ in (("/v1/statements", "xlsx"), ("/v1/statements/2026-01", "parquet"), ("/v1/residuals", "csv")):
        assert ask(shared, path, format=format_).status_code == 403
