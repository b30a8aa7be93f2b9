"""Roles: the table is whole, nothing is allowed that does not stand in it, and every route and type is held to it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.http.app import create_app
from api.http.routes import Direct, permission_of
from api.identity import reference
from api.identity.acting import WHO_ACTS
from api.identity.callers import ROLES, Caller, Role
from api.identity.roles import ASKING, ASKING_OWN, PERMISSIONS, RECORDING, may_record, reach, unknown_types
from api.settings import Settings
from ledger.events.catalogue import EVENT_TYPES, example_of
from tests.api.http.server import Api, serving

OPEN_TO_ALL = {"/", "/livez", "/readyz", "/problems/{name}", "/docs", "/docs/oauth2-redirect", "/openapi.json"}
"""What may be seen by whoever reaches the server: no fact of the ledger is in it."""

SERVED_FILES = {"/static-offline-docs"}

IDS = {
    "account_id": "acme",
    "party_id": "north",
    "event_id": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
    "rule_id": "OM-GRACE",
    "name": "malformed",
    "period": "2026-03",
    "dispute_id": "dispute-2",
    "lead_id": "lead-7",
    "opportunity_id": "opp-1",
    "view_id": "closing-soon",
    "file": "accounts.csv",
    "webhook_id": "7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11",
}


def routes() -> list[Any]:
    """Every route of the app."""
    return list(iter_route_contexts(create_app(Settings(database_url="sqlite:///never-opened.db")).routes))


@pytest.fixture(scope="module")
def shared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An empty ledger, for requests that change nothing."""
    path = tmp_path_factory.mktemp("roles") / "ledger.db"
    path.write_bytes(sqlite_template.read_bytes())
    with serving(Settings(database_url=f"sqlite:///{path}")) as served:
        served.app.state.streams.most = 0  # whoever is let through to a stream is sent away, and does not wait for ever
        yield served


def headers(api: Api, role: Role) -> dict[str, str]:
    """What a request of that role carries; a partner comes for north."""
    return api.headers(role, "north" if role == "partner" else None)


def test_every_type_of_event_stands_in_the_table_once() -> None:
    """A type without a row is recorded by nobody, and fails here."""
    assert unknown_types() == set()


def test_every_permission_stands_in_the_table() -> None:
    """And says which roles have it."""
    assert {*ASKING} == {*PERMISSIONS} - {"public"}
    assert ASKING_OWN.keys() <= ASKING.keys()


def test_every_route_says_what_it_asks_of_its_caller() -> None:
    """One that does not is open to nobody, and fails here."""
    undeclared = [
        route.path
        for route in routes()
        if route.path not in OPEN_TO_ALL | SERVED_FILES and permission_of(route.endpoint) not in ASKING
    ]
    assert undeclared == []


def test_a_route_without_a_permission_can_not_be_made() -> None:
    """Forgetting it is told when the app is put together."""

    async def endpoint(_: Any) -> Any: ...

    with pytest.raises(TypeError, match="nobody may use it"):
        Direct("/v1/forgotten", endpoint)


def test_what_is_under_v1_is_open_to_nobody_without_proof(shared: Api) -> None:
    """401, with what to send, on every path and method."""
    paths = [(route.path, method) for route in routes() if route.path.startswith("/v1/") for method in route.methods]
    assert paths
    for path, method in paths:
        with httpx.Client(base_url=shared.url, trust_env=False) as client:
            answer = client.request(method, path.format(**IDS))
        assert (path, 401) == (path, answer.status_code)
        assert answer.headers["www-authenticate"] == 'Bearer realm="rights-ledger"'


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_through_to_what_the_table_says(role: Role, shared: Api) -> None:
    """Every route with every role: 403 where it has no reach, and never 403 where it has."""
    caller = Caller("x", role, "north" if role == "partner" else None)
    for route in routes():
        permission = permission_of(getattr(route, "endpoint", None))
        if permission is None or permission == "public":
            continue
        for method in route.methods:
            body = {"json": {}} if method == "POST" else {}
            answer = shared.client.request(method, route.path.format(**IDS), headers=headers(shared, role), **body)
            refused = answer.status_code == 403
            expected = reach(caller, permission) is None
            if reach(caller, permission) != "own":  # those are held to it by the tests of what partners see
                assert (route.path, expected) == (route.path, refused), answer.text


MATRIX = [pytest.param(role, name, id=f"{role}-{name}") for role, name in product(ROLES, EVENT_TYPES)]


@pytest.mark.parametrize(("role", "event_type"), MATRIX)
def test_a_role_records_the_types_that_the_table_says(role: Role, event_type: str, shared: Api) -> None:
    """Every type with every role: 403 at the type, or whatever the empty ledger says of the example itself."""
    sent = example_of(event_type)
    if role == "partner" and event_type in WHO_ACTS:
        sent["data"][WHO_ACTS[event_type]] = "north"
    answer = shared.client.post(
        "/v1/events", params={"dry_run": "true"}, json={"events": [sent]}, headers=headers(shared, role)
    )
    at_the_type = answer.status_code == 403 and (
        "/type" in answer.text or "This is not for" in answer.text or role == "partner"
    )
    if role != "partner" or not may_record(role, event_type):
        assert may_record(role, event_type) != at_the_type, answer.text


def test_only_sales_operations_and_management_decide() -> None:
    """Extensions, reassignments and rulings: theirs, and the administrator's."""
    for name in ("forecast_extension_granted", "opportunity_reassigned", "dispute_ruled"):
        assert RECORDING[name] == {"sales_ops", "sales_management", "admin"}


def test_an_auditor_records_nothing_and_an_administrator_everything_but_notices() -> None:
    """As the table is meant."""
    assert [name for name in EVENT_TYPES if may_record("auditor", name)] == []
    notices = {"grace_warning_issued", "rights_lapsed", "rights_revived"}
    assert {name for name in EVENT_TYPES if not may_record("admin", name)} == notices
    assert {name for name in EVENT_TYPES if may_record("scheduler", name)} == notices


def test_the_reference_page_is_current() -> None:
    """`python -m api.identity.reference > docs/reference/roles.md` writes it."""
    written = (Path(__file__).parents[3] / "docs/reference/roles.md").read_text(encoding="utf-8")
    assert reference.page() == written
