"""Made-up requests: whatever the document allows, and much that it does not, is answered as documented."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.identity.callers import Role
from tests.api.http.server import Api, document
from tests.api.http.story import beginning, claim

EXAMPLES = settings().max_examples // 3
"""Of each operation, role and mode."""

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
MADE_UP = [
    pytest.param(path, method, mode, id=f"{method} {path} {mode}")
    for path, operations in document()["paths"].items()
    if not path.endswith("/stream")  # it would go on for ever; tests/api/feeds has them
    for method, operation in operations.items()
    for mode in (["positive", "negative"] if operation.get("parameters") else ["positive"])
]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["admin", "partner"])
@pytest.mark.parametrize(("path", "method", "mode"), MADE_UP)
def test_made_up_requests_are_answered_as_documented(
    sqlite_api: Api, path: str, method: str, mode: str, role: Role
) -> None:
    """No fault of the ledger, no status, type or shape that is not in the document."""
    sqlite_api.record(*beginning(), *claim())
    allowed = sqlite_api.headers(role, "north" if role == "partner" else None)
    operation = schemathesis.openapi.from_dict(document())[path][method.upper()]
    made_up = operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode))

    @given(case=made_up)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=settings().derandomize,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=sqlite_api.url, checks=CHECKS, headers=allowed)

    ask()
