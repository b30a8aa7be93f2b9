"""The OpenAPI document: valid, complete, and with examples that are themselves as documented."""

from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis

from api.http.event_documents import EXAMPLES
from ledger.events.catalogue import EVENT_TYPES, parse
from tests.api.http.server import TODAY, Api, document, validator

CONTRACT_PATHS = {
    "/v1/events": {"get", "post"},
    "/v1/events/{event_id}": {"get"},
    "/v1/accounts/{account_id}/calling-rights": {"get"},
    "/v1/calling-rights": {"post"},
    "/v1/parties/{party_id}/calling-rights": {"get"},
    "/v1/accounts/{account_id}/rights": {"get"},
    "/v1/accounts/{account_id}/timeline": {"get"},
    "/v1/parties/{party_id}/rights": {"get"},
    "/v1/deadlines": {"get"},
    "/v1/obligations": {"get"},
    "/v1/disputes": {"get"},
    "/v1/disputes/{dispute_id}": {"get"},
    "/v1/leads": {"get"},
    "/v1/lead-figures": {"get"},
    "/v1/leads/{lead_id}": {"get"},
    "/v1/rules": {"get"},
    "/v1/rules/{rule_id}": {"get"},
    "/v1/figures": {"get"},
    "/v1/accounts": {"get"},
    "/v1/accounts/{account_id}": {"get"},
    "/livez": {"get"},
    "/readyz": {"get"},
}
OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method} {path}")
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
]


def test_the_document_is_valid() -> None:
    """It follows OpenAPI 3.1, and a tool that reads it finds every operation."""
    told = document()
    assert told["openapi"].startswith("3.1")
    schema = schemathesis.openapi.from_dict(told)
    schema.validate()
    found = {(one.ok().method.lower(), one.ok().path) for one in schema.get_all_operations()}
    assert found == {(method, path) for path, operations in told["paths"].items() for method in operations}


def test_every_path_of_the_contract_is_there() -> None:
    """With its methods."""
    assert CONTRACT_PATHS.items() <= {path: set(methods) for path, methods in document()["paths"].items()}.items()


def has_no_moment(path: str) -> bool:
    """Whether a path is about now: a stream goes on, and a webhook is how the service works, not what it knows."""
    return path.endswith("/stream") or path.startswith("/v1/webhooks")


def test_what_is_about_now_takes_no_day() -> None:
    """The paths without a moment are these, and take neither `on` nor `known_at`."""
    found = {path for path in document()["paths"] if has_no_moment(path)}
    assert found == {
        "/v1/events/stream",
        "/v1/changes/stream",
        "/v1/webhooks",
        "/v1/webhooks/{webhook_id}",
        "/v1/webhooks/{webhook_id}/deliveries",
        "/v1/webhooks/{webhook_id}/replay",
        "/v1/webhooks/{webhook_id}/secret/rotate",
    }
    for path in found:
        for operation in document()["paths"][path].values():
            assert {"on", "known_at"}.isdisjoint(one["name"] for one in operation.get("parameters", []))


def test_every_reference_leads_somewhere() -> None:
    """No schema refers to one that is not there, and every schema is itself a JSON Schema."""
    schemas = document()["components"]["schemas"]

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()), *map(mapped, [value.get("mapping", {})]))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    def mapped(mapping: Any) -> set[str]:
        return {one for one in mapping.values() if isinstance(one, str)} if isinstance(mapping, dict) else set()

    assert references(document()) == {f"#/components/schemas/{name}" for name in schemas}
    for schema in schemas.values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_is_documented_in_full(path: str, method: str, operation: dict[str, Any]) -> None:
    """It says what it does; every parameter and every answer has a description, a schema and an example."""
    assert operation["description"]
    assert operation["tags"]
    assert operation["operationId"]
    named = {one["name"] for one in operation.get("parameters", [])}
    if path.startswith("/v1/") and method == "get" and not has_no_moment(path):
        assert {"on", "known_at"} <= named
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]
        assert parameter["schema"], parameter["name"]
    for status, response in operation["responses"].items():
        for media_type, content in response["content"].items():
            assert content["schema"], (status, media_type)
            assert examples_of(content), (status, media_type)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_the_examples_are_as_documented(path: str, method: str, operation: dict[str, Any]) -> None:
    """Every example of a parameter, a body or an answer validates against its own schema."""
    for parameter in operation.get("parameters", []):
        given = [parameter["example"]] if "example" in parameter else []
        given += [one["value"] for one in parameter.get("examples", {}).values()]
        assert all(map(validator(repr(parameter["schema"])).is_valid, given)), parameter["name"]
    contents = list(operation.get("requestBody", {}).get("content", {}).values())
    contents += [content for response in operation["responses"].values() for content in response["content"].values()]
    for content in contents:
        for example in examples_of(content):
            errors = [str(error) for error in validator(repr(content["schema"])).iter_errors(example)]
            assert not errors, errors


def examples_of(content: dict[str, Any]) -> list[Any]:
    """The examples of a body: its own, or those of its schema."""
    given = [one["value"] for one in content.get("examples", {}).values()]
    named = [one.get("$ref", "").rpartition("/")[2] for one in content["schema"].get("anyOf", [content["schema"]])]
    examples = [document()["components"]["schemas"].get(name, {}).get("examples", []) for name in named]
    return [*given, *(one for some in examples for one in some)]


def test_there_is_an_example_for_every_type_of_event() -> None:
    """Of all that clients record, and each can be read as an event."""
    named = {one for one, event_class in EVENT_TYPES.items() if not event_class.system_only}
    assert named <= EXAMPLES.keys()
    for name in named:
        for sent in EXAMPLES[name]["events"]:
            assert parse(sent, today=TODAY).type == name


def test_an_event_that_is_wrong_is_wrong_by_the_document_too() -> None:
    """The schema is as strict as the ledger about fields and forms."""
    check = validator(repr({"$ref": "#/components/schemas/Event"}))
    right = EXAMPLES["forecast_recorded"]["events"][0]
    assert check.is_valid(right)
    assert not check.is_valid({**right, "colour": "red"})
    assert not check.is_valid({**right, "type": "nonsense"})
    assert not check.is_valid({**right, "data": {**right["data"], "lines": []}})
    assert not check.is_valid({**right, "data": {**right["data"], "currency": "usd"}})


def test_amounts_are_texts_everywhere() -> None:
    """No number in the document may hold money."""
    amount = document()["components"]["schemas"]["ForecastLine"]["properties"]["amount"]
    assert amount["type"] == "string"


def test_the_page_of_documents_loads_nothing_from_elsewhere(sqlite_api: Api) -> None:
    """Its scripts and styles come from the ledger itself."""
    page = sqlite_api.client.get("/docs")
    assert page.status_code == 200
    sources = [part.split('"')[0] for part in page.text.split('src="')[1:] + page.text.split('href="')[1:]]
    assert sources
    for source in sources:
        assert source.startswith("/")
        with httpx.Client(base_url=sqlite_api.url, trust_env=False) as client:
            assert client.get(source).status_code == 200
    assert "//" not in page.text.replace("<!-- `SwaggerUIBundle` is now available on the page -->", "").replace(
        "://", ""
    )


def test_the_first_page_leads_to_the_documents(sqlite_api: Api) -> None:
    """Whoever opens the address finds something to read."""
    answer = sqlite_api.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")
