"""Admission: how a request is let in or not, whose events it records, and how many requests one caller may send."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from api.http.serving import OpenToOthers, check_address, is_loopback
from api.settings import Settings
from tests.api.cli.conftest import Ledger
from tests.api.http.server import Api, serving
from tests.api.http.story import account, appointment, event, opportunity, party


def told(answer: Any) -> tuple[int, str | None]:
    """Status, and the place in the request that a refusal names."""
    return answer.status_code, answer.json().get("errors", [{}])[0].get("pointer")


@pytest.mark.parametrize(
    "given", ["", "Basic YWRhOng=", "Bearer", "Bearer a.b.c", "bearer é", "Token x", "Bearer " + "x" * 9_000]
)
def test_what_is_no_proof_is_refused_with_the_way_to_be_let_in(sqlite_api: Api, given: str) -> None:
    """401 with a challenge (RFC 6750), whatever stands in the header."""
    answer = sqlite_api.client.get("/v1/accounts", headers=[(b"Authorization", given.encode("latin-1"))])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="rights-ledger", error="invalid_token"')


def test_two_proofs_are_none(sqlite_api: Api) -> None:
    """Which of them a proxy looked at can't be known."""
    given = sqlite_api.headers()["Authorization"].encode()
    answer = sqlite_api.client.get("/v1/accounts", headers=[(b"Authorization", given), (b"Authorization", given)])
    assert answer.status_code == 401


def test_the_actor_is_the_caller_and_never_the_body(sqlite_api: Api) -> None:
    """A body that names an actor is malformed."""
    told = sqlite_api.client.post(
        "/v1/events", json={"events": [account()]}, headers=sqlite_api.headers("sales_ops")
    ).json()
    assert told["events"][0]["actor"] == "sales_ops/development"
    assert sqlite_api.send(account("globex") | {"actor": "admin/ada"}).status_code == 422


def test_a_bound_seller_acts_for_its_party_only(sqlite_api: Api) -> None:
    """Jane's token appoints Jane and not Mary; one without a party is not bound."""
    sqlite_api.record(party("jane"), party("mary"), account(), opportunity(), opportunity("opp-2"))
    jane, anybody = sqlite_api.headers("seller", "jane"), sqlite_api.headers("seller")

    assert told(sqlite_api.send(appointment("mary"), headers=jane)) == (403, "/events/0/data/party_id")
    assert sqlite_api.send(appointment("jane"), headers=jane).status_code == 201
    assert sqlite_api.send(appointment("mary", "opp-2"), headers=anybody).status_code == 201


def test_a_member_of_the_partner_acts_for_it(sqlite_api: Api) -> None:
    """Who acts as the same party is the same; a member of another is not."""
    sqlite_api.record(
        party("north", "partner", tier="reseller"),
        party("south", "partner", tier="reseller"),
        party("nina", member_of="north"),
        party("sven", member_of="south"),
        account(),
    )
    north = sqlite_api.headers("partner", "north")
    developed = [event("account_plan_developed", party_id=one, plan_ref="plans/1") for one in ("nina", "sven")]

    assert sqlite_api.send(developed[0], headers=north).status_code == 201
    assert told(sqlite_api.send(developed[1], headers=north)) == (403, "/events/0/data/party_id")


def test_nobody_takes_back_what_they_could_not_record(sqlite_api: Api) -> None:
    """By a retraction or by a correction; nor what is not there, which would tell whether it is."""
    sqlite_api.record(party("jane"), party("mary"), account(), opportunity(), appointment("jane"))
    reassigned = sqlite_api.record(
        event(
            "opportunity_reassigned", opportunity_id="opp-1", to_party_id="mary", coverage_goal="g", authorized_by="a"
        )
    )["events"][0]["event_id"]
    engaged = sqlite_api.record(event("engagement_recorded", opportunity_id="opp-1", party_id="mary", activity="v"))
    seller, missing = sqlite_api.headers("seller"), "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"

    def retract(event_id: str, role: dict[str, str]) -> tuple[int, str | None]:
        return told(sqlite_api.send(event("event_retracted", event_id=event_id, reason="r"), headers=role))

    assert retract(reassigned, seller) == retract(missing, seller) == (403, "/events/0/data/event_id")
    correction = event("engagement_recorded", opportunity_id="opp-1", party_id="jane", activity="v")
    assert told(sqlite_api.send(correction | {"corrects": reassigned}, headers=seller)) == (403, "/events/0/corrects")
    assert retract(engaged["events"][0]["event_id"], sqlite_api.headers("seller", "jane"))[0] == 403
    assert retract(engaged["events"][0]["event_id"], sqlite_api.headers("seller", "mary"))[0] == 201
    assert retract(reassigned, sqlite_api.headers("sales_management"))[0] == 201


def test_the_scheduler_records_what_only_it_notices(sqlite_api: Api) -> None:
    """By its role; no other role does, not even the administrator."""
    sqlite_api.record(party("jane"), account(), opportunity())
    warned = event("grace_warning_issued", opportunity_id="opp-1", line="gtx-pro", deadline_on="2026-06-29")

    assert told(sqlite_api.send(warned)) == (403, "/events/0/type")
    assert sqlite_api.send(warned, headers=sqlite_api.headers("scheduler")).status_code == 201


def test_one_does_not_meet_the_idempotency_keys_of_others(sqlite_api: Api) -> None:
    """The same key from two callers means two requests."""
    once = {"Idempotency-Key": "monday"}
    first = sqlite_api.send(account(), headers=once)
    second = sqlite_api.send(account("globex"), headers={**once, **sqlite_api.headers("sales_ops")})
    assert (201, 201) == (first.status_code, second.status_code)


def test_who_sends_too_much_waits(sqlite_url: str) -> None:
    """429 with how long; another caller is not held up."""
    with serving(Settings(database_url=sqlite_url, rate_limit="3/hour")) as api:
        answers = [api.get("/v1/accounts") for _ in range(4)]
        assert [200, 200, 200, 429] == [answer.status_code for answer in answers]
        assert 0 < int(answers[3].headers["retry-after"]) <= 3_600
        assert answers[3].json()["type"] == "/problems/too-many-requests"
        assert api.client.get("/v1/accounts", headers=api.headers("auditor")).status_code == 200


def test_the_development_identity_is_not_for_a_public_address(typed: Ledger, sqlite_url: str) -> None:
    """Refused before anything is made, with what to do instead; with an identity it would be served."""
    said = typed("serve", "--host", "0.0.0.0", "--database-url", sqlite_url)  # noqa: S104 - it is refused
    assert said.code == 2
    assert "LEDGER_ISSUER" in said.err
    assert "ledger key create" in said.err
    everywhere = {"database_url": sqlite_url, "host": "0.0.0.0"}  # noqa: S104 - that is what is refused
    with pytest.raises(OpenToOthers):
        check_address(Settings(**everywhere))
    check_address(Settings(**everywhere, identity="keys"))
    check_address(Settings(**everywhere, issuer="https://issuer.example"))


LOOPBACK = {
    "127.0.0.1": True,
    "127.8.8.8": True,
    "::1": True,
    "localhost": True,
    "0.0.0.0": False,  # noqa: S104 - compared with, not listened on
    "::": False,
    "192.0.2.1": False,
    "no-such-host.invalid": False,
}


@pytest.mark.parametrize(("host", "expected"), LOOPBACK.items())
def test_which_addresses_are_this_machines_own(host: str, expected: bool) -> None:
    """All that a name stands for have to be."""
    assert is_loopback(host) == expected


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"identity": "issuer"}, "LEDGER_ISSUER"),
        ({"identity": "development", "issuer": "https://x.example"}, "leave one"),
        ({"rate_limit": "often"}, "is not a rate"),
        ({"token_algorithms": "HS256"}, "RS256"),
        ({"token_algorithms": "none"}, "RS256"),
        ({"issuer": "ftp://x"}, "pattern"),
    ],
)
def test_settings_of_identity_that_are_wrong_say_so(wrong: dict[str, Any], says: str) -> None:
    """A shared secret is no way to sign a token."""
    with pytest.raises(ValidationError, match=says):
        Settings(**wrong)


def test_lists_in_the_environment_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """With commas between, as one writes them."""
    monkeypatch.setenv("LEDGER_TOKEN_ALGORITHMS", "ES256, RS256")
    monkeypatch.setenv("LEDGER_TOKEN_TYPES", "JWT,application/at+jwt")
    found = Settings()
    assert (("ES256", "RS256"), ("jwt", "at+jwt")) == (found.token_algorithms, found.token_types)


def test_a_ledger_that_takes_keys_only_makes_no_tokens_good(sqlite_url: str) -> None:
    """`LEDGER_IDENTITY=keys`: a token of the same database is refused."""
    with serving(Settings(database_url=sqlite_url, identity="keys")) as api:
        assert api.client.get("/v1/accounts", headers=api.headers()).status_code == 401


def test_commands_start_without_what_only_a_server_needs() -> None:
    """The libraries of tokens and of HTTP are loaded when they are used."""
    loaded = "import sys, api.cli.main, api.settings; print({'joserfc', 'limits', 'httpx'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "set()"
