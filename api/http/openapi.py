"""The OpenAPI document: what FastAPI knows of the routes, with the events, bodies and problems put in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from api.http.calling import CallingQuestions
from api.http.documents import REFERENCE, ProblemDetails
from api.http.event_documents import RECORDED_SCHEMAS
from api.http.events import Batch
from api.http.routes import permission_of
from api.http.simulations import SimulationInBody
from api.http.webhooks import NewWebhook, Replay
from ledger.events.catalogue import EVENT_TYPES
from ledger.events.schema import json_schema

EVENT_LISTS = (
    ("Batch", "events"),
    ("RecordedAnswer", "events"),
    ("DryRunAnswer", "events"),
    ("LogAnswer", "items"),
    ("SimulationInBody", "events"),
)
"""Where a list holds events, which its model leaves unsaid."""

TAGS = [
    {"name": "events", "description": "Recording facts, and reading them as they were recorded."},
    {"name": "what if", "description": "The difference that events and figures would make. Nothing is recorded."},
    {"name": "calling", "description": "Who may call, and why."},
    {"name": "rights", "description": "Who holds what, since when, until when."},
    {"name": "accounts", "description": "Accounts with their opportunities, and what incomplete claims lack."},
    {"name": "leads", "description": "Names and responses, worked, qualified, converted; what they come to."},
    {"name": "lists", "description": "Lists and their views, what waits for a manager, and lists as files."},
    {"name": "obligations", "description": "What is owed."},
    {"name": "residuals", "description": "The residual streams, their chains of title, and what they should bring."},
    {"name": "statements", "description": "What renewals earned whom, to the minor unit; months closed for ever."},
    {"name": "rule book", "description": "The rules and figures that decide."},
    {"name": "feeds", "description": "Following what happens: streams, and the changes of rights."},
    {"name": "webhooks", "description": "Having what happens sent, signed and in order."},
    {"name": "health", "description": "For whatever runs the ledger."},
]


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app, made at the first call."""
    if app.openapi_schema is None:
        told = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=TAGS,
            separate_input_output_schemas=False,
        )
        _say_who_may(app, told)
        schemas = told["components"]["schemas"]
        schemas.update(_events())
        others: list[type[BaseModel]] = [
            ProblemDetails,
            CallingQuestions,
            Batch,
            SimulationInBody,
            NewWebhook,
            Replay,
        ]
        for model in (*_answers(app), *others):
            schemas.update(_of_model(model))
        for name, field in EVENT_LISTS:
            schemas[name]["properties"][field]["items"] = {"$ref": REFERENCE.format(model="Event")}
        _exemplify_lists(schemas)
        app.openapi_schema = told
    return app.openapi_schema


def _say_who_may(app: FastAPI, told: dict[str, Any]) -> None:
    """Puts in that a proof is asked, with the permission that `docs/reference/roles.md` tells more of."""
    proof = {"type": "http", "scheme": "bearer", "description": "A token, or an API key."}
    told["components"]["securitySchemes"] = {"proof": proof}
    for route in iter_route_contexts(app.routes):
        permission = permission_of(getattr(route, "endpoint", None))
        for method in (getattr(route, "methods", None) or ()) if permission not in {None, "public"} else ():
            operation = told["paths"].get(route.path, {}).get(method.lower())
            if operation is not None:
                operation["security"] = [{"proof": []}]
                operation["x-permission"] = permission


def _answers(app: FastAPI) -> Iterator[type[BaseModel]]:
    """The models of all answers. FastAPI leaves every null out of their examples, so their schemas are made again."""
    for route in iter_route_contexts(app.routes):
        others = [response.get("model") for response in getattr(route, "responses", {}).values()]
        for model in (getattr(route, "response_model", None), *others):
            for one in get_args(model) or (model,):
                if isinstance(one, type) and issubclass(one, BaseModel):
                    yield one


def _exemplify_lists(schemas: dict[str, Any]) -> None:
    """Gives every list without an example one made of the example of its item."""
    for schema in schemas.values():
        item = schema.get("properties", {}).get("items", {}).get("items", {}).get("$ref", "").rpartition("/")[2]
        if item in schemas and "examples" not in schema:
            examples = schemas[item].get("examples", [])
            schema["examples"] = [{"items": examples[:1], "next": None, "position": 57}]


def _of_model(model: type[BaseModel]) -> dict[str, Any]:
    """The schemas of a model and of those inside it, by name."""
    schema = model.model_json_schema(ref_template=REFERENCE)
    inside: dict[str, Any] = schema.pop("$defs", {})
    return {**inside, model.__name__: schema}


def _events() -> dict[str, Any]:
    """The schemas of all events, each with the members that the ledger adds."""
    union = json_schema(REFERENCE)
    schemas: dict[str, Any] = union.pop("$defs")
    for event_class in EVENT_TYPES.values():
        schemas[event_class.__name__]["properties"].update(RECORDED_SCHEMAS)
    return {**schemas, "Event": {"title": "Event", "description": "A fact, by its type.", **union}}
