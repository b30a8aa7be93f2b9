"""Refusals: why a well-formed event may not be recorded."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A rule, or the form of the event, refuses a fact: which rule, why, and where in the event (a JSON pointer)."""

    def __init__(
        self, rule: str | None, detail: str, pointer: str, *, malformed: bool = False, unknown: bool = False
    ) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.pointer = pointer
        self.malformed = malformed
        self.unknown = unknown
