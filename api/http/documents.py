"""Documents: what OpenAPI says of parameters, bodies and problems, made from the models that read and send them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.problem_kinds import (
    INTERNAL,
    ISSUER_UNAVAILABLE,
    LEDGER_BUSY,
    LEDGER_NOT_READY,
    LEDGER_UNAVAILABLE,
    MALFORMED,
    NOT_ALLOWED,
    NOT_PROVEN,
    TOO_MANY_REQUESTS,
    ProblemKind,
)
from api.http.problems import Problem
from api.http.questions import Asked

REFERENCE = "#/components/schemas/{model}"
PROBLEM_TYPE = "application/problem+json"
EVERYWHERE = (MALFORMED, INTERNAL, LEDGER_BUSY, LEDGER_UNAVAILABLE, LEDGER_NOT_READY)
"""What any request may be told."""

TO_CALLERS = (NOT_PROVEN, NOT_ALLOWED, TOO_MANY_REQUESTS, ISSUER_UNAVAILABLE)
"""What a request may be told where it matters who sends it."""

REQUEST_ID = "3f2c9a60b7de41d8"


class ProblemPlace(BaseModel):
    """One thing that is wrong: where in the request (one of pointer, parameter, header), and what."""

    pointer: str | None = Field(default=None, description="JSON pointer (RFC 6901) into the body.")
    parameter: str | None = Field(default=None, description="Name of a parameter of the path or the query.")
    header: str | None = Field(default=None, description="Name of a header.")
    detail: str
    rule: str | None = Field(default=None, description="The rule that asks for it.")


class ProblemDetails(BaseModel):
    """Why a request was not answered as asked (RFC 9457). Nothing of a refused request was recorded."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="URI reference of the kind of problem.")
    title: str
    status: int
    detail: str
    request_id: str = Field(description="Leads to the request in the ledger's log.")
    rule: str | None = Field(default=None, description="The rule that refuses, where one does.")
    errors: list[ProblemPlace] = Field(default=[], description="Each place that is wrong, at most 100.")


def parameters_of(model: type[Asked], path: str = "") -> list[dict[str, Any]]:
    """The OpenAPI parameters of a question, those in the path first."""
    schema = model.model_json_schema(ref_template=REFERENCE)
    required = set(schema.get("required", ()))
    found = []
    for name, field in schema.get("properties", {}).items():
        in_path = f"{{{name}}}" in path
        found.append(_parameter(name, field, in_path=in_path, required=in_path or name in required))
    return sorted(found, key=lambda one: one["in"] != "path")


def _parameter(name: str, field: Mapping[str, Any], *, in_path: bool, required: bool) -> dict[str, Any]:
    schema = {key: value for key, value in field.items() if key not in {"description", "examples", "title"}}
    examples = [value for value in field.get("examples", ()) if value is not None]
    optional = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if "anyOf" in schema:
        described: Mapping[str, Any] = next((one for one in optional if "description" in one), {})
        field = {**described, **field}
        examples = examples or [value for value in described.get("examples", ()) if value is not None]
        cleaned = [{k: v for k, v in one.items() if k not in {"description", "examples"}} for one in optional]
        schema = cleaned[0] if len(cleaned) == 1 else {**schema, "anyOf": cleaned}
    if schema.get("default", ...) is None:
        del schema["default"]
    told = {"name": name, "in": "path" if in_path else "query", "required": required, "schema": schema}
    if "description" in field:
        told["description"] = field["description"]
    if len(examples) == 1:
        told["example"] = examples[0]
    elif examples:
        told["examples"] = {f"example {number}": {"value": value} for number, value in enumerate(examples, 1)}
    return told


def body_of(model: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI request body of a model, with examples by name."""
    named = {name: {"summary": name, "value": value} for name, value in examples.items()}
    content = {"schema": {"$ref": REFERENCE.format(model=model)}, "examples": named}
    return {"required": True, "content": {"application/json": content}}


def responses_of(kinds: Sequence[ProblemKind], *, public: bool = False) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses for kinds of problem, and for those that any request may meet; `public`: from anybody."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in sorted({*kinds, *EVERYWHERE, *(() if public else TO_CALLERS)}, key=lambda one: (one.status, one.name)):
        response = found.setdefault(kind.status, {"description": kind.title, "content": {PROBLEM_TYPE: _content()}})
        if kind.title not in response["description"]:
            response["description"] += f", or: {kind.title[0].lower()}{kind.title[1:]}"
        response["content"][PROBLEM_TYPE]["examples"][kind.name] = {"summary": kind.title, "value": _example(kind)}
        if kind.retry_after is not None:
            response["headers"] = {
                "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}}
            }
    return found


def _content() -> dict[str, Any]:
    return {"schema": {"$ref": REFERENCE.format(model="ProblemDetails")}, "examples": {}}


def _example(kind: ProblemKind) -> dict[str, Any]:
    return EXAMPLES.get(kind.name, Problem(kind, kind.says)).document(REQUEST_ID)


def _place(pointer: str, detail: str, rule: str | None = None) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail, **({} if rule is None else {"rule": rule})}


_AMOUNT = "/events/0/data/lines/0/amount"

EXAMPLES: dict[str, Problem] = {
    problem.kind.name: problem
    for problem in (
        Problem(
            MALFORMED,
            f"{_AMOUNT} has more decimals than USD has",
            [_place(_AMOUNT, "has more decimals than USD has")],
        ),
    )
}
"""Examples that show more than their kind's own words."""
