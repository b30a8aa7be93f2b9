"""Failing well: every error as a sentence that says what to do next, and the exit code that a script can act on."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from api.importing.problems import ImportProblem
from ledger.events.problems import FieldProblem
from ledger.store import errors as store
from projections import problems as found

NO, WRONG_INPUT, NO_LEDGER, OUR_FAULT = 1, 2, 3, 70
"""Exit codes beside 0: the answer is "no" or a check failed; wrong usage or input; no ledger could be reached or
opened; and what nobody expected, which is none of these."""

MOST_PLACES = 20
"""How many places of a refused batch are told."""


class Failure(Exception):  # noqa: N818 - it is an answer, not a fault
    """A command that can't go on: what to say, and the exit code."""

    def __init__(self, message: str, code: int = WRONG_INPUT) -> None:
        super().__init__(message)
        self.code = code


def failure_of(error: Exception) -> Failure:
    """How an error is told to whoever typed the command. One that nobody expected is told as such.

    With LEDGER_TRACEBACK set, that one is raised again, for whoever mends it.
    """
    if isinstance(error, Failure):
        return error
    for one in type(error).__mro__:
        if one in TABLE:
            return TABLE[one](error)
    if os.environ.get("LEDGER_TRACEBACK"):
        raise error
    message = f"Something went wrong that should not have ({type(error).__name__}: {error})."
    return Failure(f"{message} Set LEDGER_TRACEBACK=1 to see where, and report it.", OUR_FAULT)


def _places(problems: list[tuple[str, str]]) -> str:
    lines = [f"  {pointer}  {message}" for pointer, message in problems[:MOST_PLACES]]
    if len(problems) > MOST_PLACES:
        lines.append(f"  … and {len(problems) - MOST_PLACES} more")
    return "\n".join(lines)


def _field(problem: FieldProblem) -> tuple[str, str]:
    return problem.pointer or "/", f"{problem.message}{f' ({problem.rule})' if problem.rule else ''}"


def _malformed(error: found.MalformedEvents) -> Failure:
    places = _places([_field(one) for one in error.problems])
    return Failure(f"The events are malformed; nothing was recorded. Mend these places, then record again:\n{places}")


def _unknown_references(error: found.UnknownReferences) -> Failure:
    places = _places([(one.pointer, f"there is no {one.kind} {one.id!r} here") for one in error.references])
    return Failure(
        f"The events name what the ledger does not know; nothing was recorded. Record that first, or mend:\n{places}"
    )


def _rule_refused(error: found.RuleRefused) -> Failure:
    by = f" by the rule {error.rule}" if error.rule else ""
    hint = f"\n`ledger rules {error.rule}` says what it asks for." if error.rule else ""
    return Failure(f"Refused{by} at {error.pointer}: {error.detail}. Nothing was recorded.{hint}", NO)


def _refused(error: Any) -> Failure:
    pointer = getattr(error, "pointer", "")
    return Failure(f"Refused{f' at {pointer}' if pointer else ''}: {error}. Nothing was recorded.", NO)


def _unknown_subject(error: found.UnknownSubject) -> Failure:
    listing = {
        "account": "`ledger events list --type account_opened` lists the accounts.",
        "party": "`ledger events list --type party_registered` lists the parties.",
        "contract": "`ledger events list --type business_awarded` lists the contracts.",
        "dispute": "`ledger disputes` lists the disputes.",
        "view": "`ledger views list` lists the views.",
    }
    hint = listing.get(error.kind, "")
    return Failure(f"The ledger knows no {error.kind} {error.id!r} at that moment. {hint}".rstrip())


def _said(code: int) -> Callable[[Any], Failure]:
    """For an error whose own words say all there is to say."""

    def tell(error: Any) -> Failure:
        said = str(error)
        return Failure(said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?")) else "."), code)

    return tell


def _unavailable(error: store.LedgerUnavailable) -> Failure:
    return Failure(f"{error} If there is no ledger yet, `ledger migrate` makes one.", NO_LEDGER)


def _not_ready(error: store.LedgerNotReady) -> Failure:
    return Failure(f"{error} `ledger migrate` does so too, without serving.", NO_LEDGER)


TABLE: Mapping[type[BaseException], Callable[[Any], Failure]] = {
    found.MalformedEvents: _malformed,
    found.UnknownReferences: _unknown_references,
    found.RuleRefused: _rule_refused,
    found.RecordingError: _refused,
    found.UnknownSubject: _unknown_subject,
    found.InvalidCursor: _said(WRONG_INPUT),
    store.KnownAtAhead: _said(WRONG_INPUT),
    store.UnsupportedDatabase: _said(WRONG_INPUT),
    store.OutcomeUnknown: _said(NO_LEDGER),
    store.LedgerUnavailable: _unavailable,
    store.LedgerNotReady: _not_ready,
    store.StoreError: _said(NO_LEDGER),
    ImportProblem: lambda error: Failure(f"{error}\nNothing was recorded."),
}
"""Error class → how it is told; the most specific class counts."""
