"""Upcasting: how a body written under an older schema of its type is read today.

A recorded body never changes. When a type's schema does, its version goes up by one and a step from the old
version to the new one is registered; reading applies the steps in turn.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ledger.events.catalogue import EVENT_TYPES

Body = dict[str, Any]
Step = Callable[[Body], Body]

SCHEMA_VERSIONS: dict[str, int] = dict.fromkeys(EVENT_TYPES, 1)
"""The version in which each type is written today."""


class UnknownVersionError(ValueError):
    """A body was written by a newer program, or a step is missing."""

    def __init__(self, event_type: str, version: int) -> None:
        super().__init__(f"no way to read {event_type} of schema version {version}")
        self.event_type = event_type
        self.version = version


class Upcasting:
    """The steps from each older version of each type to the next."""

    def __init__(self, versions: Mapping[str, int]) -> None:
        self._versions = versions
        self._steps: dict[tuple[str, int], Step] = {}

    def step(self, event_type: str, from_version: int) -> Callable[[Step], Step]:
        """Register the decorated function as the step from this version to the next."""

        def register(step: Step) -> Step:
            self._steps[event_type, from_version] = step
            return step

        return register

    def upcast(self, event_type: str, version: int, body: Body) -> Body:
        """The body in today's schema; the body itself is left as it was. Raises UnknownVersionError."""
        today = self._versions.get(event_type)
        if version == today:
            return body
        if today is None or version > today:
            raise UnknownVersionError(event_type, version)
        for reached in range(version, today):
            step = self._steps.get((event_type, reached))
            if step is None:
                raise UnknownVersionError(event_type, reached)
            body = step(dict(body))
        return body


UPCASTING = Upcasting(SCHEMA_VERSIONS)
"""The ledger's own steps: none yet, every type is at version 1."""
