"""Two partners on one account, each with everything a partner can have: what is the rival's is unmistakable.

For tests that nothing of the rival gets out to the other, which is called north.
"""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.http.server import Api
from tests.api.http.story import account, appointment, event, evidence, forecast, opportunity, party

CANARY = "zzcanary"
RIVAL = f"{CANARY}-south"
RIVALS_OPPORTUNITY = f"{CANARY}-opp"
RIVALS_LINE = f"{CANARY}-line"
RIVALS_CONTRACT = f"{CANARY}-contract"
RIVALS_DISPUTE = f"{CANARY}-dispute"
BOTH_DISPUTE = "both-dispute"
RIVALS_SHARE = f"{CANARY}-share"
RIVALS_LEAD = f"{CANARY}-lead"
RIVALS_AMOUNTS = ("77123.45", "66123.45")
SHARED_LINE = f"{CANARY}-shared"
RIVALS_SHARES = ("79.25", "792.50", "61.25", "612.50", "-180.00")
"""Over 60, so that no instant holds one by chance."""


def rivals_story() -> list[dict[str, Any]]:
    """All that a partner can have on an account, unmistakable: it has the line first, and a contract."""
    about = {"opportunity_id": RIVALS_OPPORTUNITY}
    lines = [(RIVALS_LINE, RIVALS_AMOUNTS[0]), ("gtx-pro", RIVALS_AMOUNTS[1])]
    return [
        event("opportunity_opened", name=f"{CANARY} name", **about),
        appointment(RIVAL, RIVALS_OPPORTUNITY, skills=[f"{CANARY} skill"]),
        forecast(*lines, opportunity_id=RIVALS_OPPORTUNITY),
        event("engagement_recorded", party_id=RIVAL, activity=f"{CANARY} visit", **about),
        event("opportunity_plan_adopted", plan_ref=f"{CANARY}/plan", **about),
        event("coordination_recorded", activity=f"{CANARY} meeting", **{"with": [RIVAL]}, **about),
        event("activity_shared", partners=["north", RIVAL], activity=f"{CANARY} notes", **about),
        event(
            "business_awarded", on="2026-03-01", contract_id=RIVALS_CONTRACT, currency="USD",
            lines=[{"line": RIVALS_LINE, "amount": RIVALS_AMOUNTS[0]}],
            renewal={"every_months": 12, "first_on": "2027-03-01"}, **about,
        ),
        event(
            "revenue_share_proposed", agreement_id=RIVALS_SHARE, proposed_by=RIVAL,
            shares=[{"party_id": RIVAL, "percent": "60"}, {"party_id": "jane", "percent": "40"}],
            **{"from": "2026-02-01"}, **about,
        ),
        event("dispute_opened", dispute_id=RIVALS_DISPUTE, opened_by=RIVAL, subject=about, claim=f"{CANARY} claim"),
        event("opportunity_reviewed", review_id="r", reviewed_by=RIVAL, answers={"stage": f"{CANARY} stage"}, **about),
        event("key_player_mapped", player_id=f"{CANARY}-player", name=f"{CANARY} player", **about),
        event("closing_plan_drafted", closing_plan_id=f"{CANARY}-plan", drafted_by=RIVAL, parts={}, **about),
        event("customer_scored", scores={"access": 1}, scored_by=RIVAL),
        event("list_view_saved", None, view_id="rivals", of="accounts", name=CANARY, columns=["name"], shared=True),
        event("lead_captured", None, lead_id=RIVALS_LEAD, name=f"{CANARY} lead", captured_by=RIVAL),
        event("major_account_manager_appointed", party_id=RIVAL),
    ]  # fmt: skip


def shared_story() -> list[dict[str, Any]]:
    """A contract of Jane's that both partners share in, a renewal, a closed month, and what changed it since."""
    about = {"opportunity_id": "janes-opp"}

    def share(agreement_id: str, on: str, north: str, rival: str) -> list[dict[str, Any]]:
        shares = [{"party_id": "north", "percent": north}, {"party_id": RIVAL, "percent": rival}]
        said = {"agreement_id": agreement_id, "proposed_by": "jane", "shares": shares, "from": on, **about}
        accepted = [
            event("revenue_share_accepted", on=on, agreement_id=agreement_id, party_id=one) for one in ("north", RIVAL)
        ]
        return [event("revenue_share_proposed", on=on, overlays=shares, **said), *accepted]

    lines = [{"line": SHARED_LINE, "amount": "1000.00"}]
    return [
        opportunity("janes-opp"),
        appointment("jane", "janes-opp"),
        *evidence("janes-opp"),
        forecast((SHARED_LINE, "1000.00"), opportunity_id="janes-opp"),
        event(
            "business_awarded", on="2026-01-15", contract_id="janes-contract", currency="USD", lines=lines,
            renewal={"every_months": 1, "first_on": "2026-01-20"}, **about,
        ),
        *share("both-1", "2026-01-16", "20.75", "79.25"),
        *(
            event("contract_renewed", on=f"2026-0{month}-20", contract_id="janes-contract", currency="USD", lines=lines,
                  period_from=f"2026-0{month}-20", period_until=f"2026-0{month + 1}-20")
            for month in (1, 2)
        ),
        event("period_closed", None, "2026-02-01", period="2026-01"),
        *share("both-2", "2026-01-17", "38.75", "61.25"),
    ]  # fmt: skip


def own_story() -> list[dict[str, Any]]:
    """A partner's own claim on the same account and line, behind the rival's."""
    return [
        opportunity("north-opp"),
        appointment("north", "north-opp"),
        forecast(("gtx-pro", "100.00"), opportunity_id="north-opp"),
        *evidence("north-opp", party_id="north"),
    ]


def plant(api: Api) -> Api:
    """Records both stories, the partner's by itself."""
    api.record(
        party("jane"),
        party("north", "partner", tier="strategic_channel_partner"),
        party("nina", member_of="north"),
        party(RIVAL, "partner", tier="strategic_channel_partner"),
        account(),
        event("account_elevated", on="2026-01-03"),
        *rivals_story(),
        *shared_story(),
    )
    answer = api.send(*own_story(), headers=api.headers("partner", "north"))
    assert answer.status_code == 201, answer.text
    api.record(*dispute_with_the_rival(), *sheet_with_the_rival(), *leads_with_the_rival())
    return api


def sheet_with_the_rival() -> list[dict[str, Any]]:
    """Insiders write on the sheet of the partner's own opportunity, and name the rival wherever they can."""
    about = {"opportunity_id": "north-opp"}
    criteria = [
        {"criterion": "units", "kind": "quantity", "target": "25", "unit": f"more than {RIVAL}"},
        {"criterion": "order", "kind": "date", "by": "2026-06-30"},
    ]
    texts = {"pain": f"As {RIVAL.upper()} says.", "capabilities": ["Fast.", f"Not {RIVAL}."], "attributes": {RIVAL: 1}}
    return [
        event("opportunity_revised", on="2026-02-01", stage="Proposing", problem="It is late.", **texts, **about),
        event("team_member_joined", on="2026-02-01", party_id=RIVAL, role=f"{CANARY} role", **about),
        event("team_member_joined", on="2026-02-01", party_id="nina", role="engineer", **about),
        event(
            "gate_decided", on="2026-02-02", stage="Proposing", decision="go", decided_by=RIVAL,
            reason=f"{RIVAL} agrees.", **about,
        ),
        event("outcome_stated", on="2026-02-02", says="25 by June.", criteria=criteria, **about),
    ]  # fmt: skip


def leads_with_the_rival() -> list[dict[str, Any]]:
    """One lead comes from the rival to the partner, one goes the other way."""

    def step(kind: str, on: str, lead_id: str, **data: Any) -> dict[str, Any]:
        return event(f"lead_{kind}", None, on, lead_id=lead_id, **data)

    return [
        step("captured", "2026-01-10", "given-lead", name="Ada Verne", source=f"By {RIVAL}", captured_by=RIVAL),
        step("worked", "2026-01-11", "given-lead", party_id=RIVAL, activity=f"{CANARY} visit"),
        step("responded", "2026-01-12", "given-lead", response=f"{RIVAL} was here.", campaign="Spring"),
        step("assigned", "2026-01-13", "given-lead", party_id="north", assigned_by="jane", reason=f"Not {RIVAL}."),
        step("worked", "2026-01-14", "given-lead", party_id="nina", activity="Called."),
        step("qualified", "2026-01-15", "given-lead", qualified_by=RIVAL, reason=f"{RIVAL} says so."),
        step("captured", "2026-01-10", "gone-lead", name="Bo Adler", captured_by="north", source="Fair"),
        step("assigned", "2026-01-12", "gone-lead", party_id=RIVAL),
        step("responded", "2026-01-13", "gone-lead", name=f"{CANARY} name", amount=RIVALS_AMOUNTS[0], currency="USD"),
    ]


def dispute_with_the_rival() -> list[dict[str, Any]]:
    """The rival contests the whole account, argues, and is given it, in words that name it."""
    about = {"dispute_id": BOTH_DISPUTE}
    return [
        event("dispute_opened", on="2026-02-01", opened_by=RIVAL, subject={}, claim=f"{CANARY} claim", **about),
        event("dispute_answered", on="2026-02-02", party_id="north", says="It is ours.", **about),
        event("dispute_evidence_submitted", on="2026-02-02", party_id=RIVAL, says=f"{CANARY} says", **about),
        event("dispute_ruled", on="2026-02-03", outcome="shared", rules=["SHARE"], reason=f"{RIVAL} too.", **about),
    ]


def ask(api: Api, path: str, **parameters: Any) -> httpx.Response:
    """What north is answered."""
    return api.client.get(path, params=parameters, headers=api.headers("partner", "north"))


def whole(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All of an answer but what differs for every request: its id, and when it was sent."""
    request_id = answer.headers["x-request-id"].encode()
    headers = [(name, value) for name, value in answer.headers.items() if name not in {"x-request-id", "date"}]
    return answer.status_code, answer.content.replace(request_id, b"."), headers


def canaries(api: Api) -> list[str]:
    """All that is the rival's, the ids of its events included."""
    log = api.walk("/v1/events", limit=1_000)
    theirs = [one["event_id"] for one in log if CANARY in str(one)]
    assert len(theirs) > 12
    return [CANARY, *RIVALS_AMOUNTS, *RIVALS_SHARES, *theirs]


def told(api: Api, path: str, **asked: Any) -> dict[str, Any]:
    """What north is answered; nothing of the rival is in it."""
    answer = ask(api, path, **asked)
    assert answer.status_code == 200, answer.text
    assert [one for one in canaries(api) if one in answer.text] == []
    found: dict[str, Any] = answer.json()
    return found
