"""Precedence: a partner overtakes nobody by dating its own claim back; sales operations may, for what was so."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.http.server import Api
from tests.api.http.story import appointment, beginning, claim, evidence, forecast, opportunity, party

EARLIER, SAME, LATER = "2026-01-09", "2026-01-10", "2026-01-20"
"""Jane's claim begins on the second of these days."""


@pytest.fixture
def reserved(api: Api) -> Api:
    """Jane has a live claim on gtx-pro, on both databases in turn."""
    api.record(*beginning(), party("nina", "employee", member_of="north"), *claim())
    return api


def claiming(on: str, line: str = "gtx-pro") -> list[dict[str, Any]]:
    """North's own claim on a line, its evidence of 5 January, forecast on a day."""
    events = [
        opportunity("opp-n"),
        appointment("north", "opp-n"),
        *evidence("opp-n", party_id="north"),
        forecast((line, "1.00"), opportunity_id="opp-n"),
    ]
    return [*events[:-1], {**events[-1], "effective_on": on}]


def sent(api: Api, *events: dict[str, Any]) -> httpx.Response:
    """The answer to north, who records for itself."""
    return api.send(*events, headers=api.headers("partner", "north"))


def rule_for(api: Api, party_id: str) -> str:
    """By which rule a party may call for gtx-pro, or may not."""
    asked = {"party_id": party_id, "line": "gtx-pro", "on": "2026-02-01"}
    return str(api.ask("/v1/accounts/acme/calling-rights", **asked)["rule"])


def test_a_claim_is_not_dated_before_one_that_is_live(reserved: Api) -> None:
    """What is refused leaves nothing behind; on a line of its own a partner dates as it likes."""
    position = reserved.position()
    refused = sent(reserved, *claiming(EARLIER))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "/events/0/effective_on")
    assert "sales operations" in refused.json()["detail"]
    assert "jane" not in refused.text
    assert reserved.position() == position
    assert sent(reserved, *claiming(EARLIER, "rack")).status_code == 201
    assert sent(reserved, forecast(("gtx-pro", "1.00"), opportunity_id="opp-n", on=EARLIER)).status_code == 403
    assert (rule_for(reserved, "jane"), rule_for(reserved, "north")) == ("CALL-OM", "CALL-RESERVED")


@pytest.mark.parametrize("on", [SAME, LATER])
def test_a_claim_after_it_waits_for_its_turn(reserved: Api, on: str) -> None:
    """As the rules say, by date and then position."""
    assert sent(reserved, *claiming(on)).status_code == 201
    assert (rule_for(reserved, "jane"), rule_for(reserved, "north")) == ("CALL-OM", "CALL-QUEUED")
    moved = forecast(("gtx-pro", "1.00"), opportunity_id="opp-n", on=EARLIER)
    (own,) = [
        one["event_id"]
        for one in reserved.walk("/v1/events", type="forecast_recorded")
        if one["data"]["opportunity_id"] == "opp-n"
    ]
    assert sent(reserved, moved | {"corrects": own}).status_code == 403


def test_sales_operations_record_what_came_before(reserved: Api) -> None:
    """The dates decide then; and who stands first goes on recording for itself, as late as it is."""
    answer = reserved.send(*claiming("2026-01-06"), headers=reserved.headers("sales_ops"))
    assert answer.status_code == 201, answer.text
    assert (rule_for(reserved, "jane"), rule_for(reserved, "north")) == ("CALL-QUEUED", "CALL-OM")
    late = {**evidence("opp-n", party_id="nina")[0], "effective_on": "2026-01-05"}
    assert sent(reserved, late).status_code == 201
