"""Callers: who sends a request, in which role, and what that was proven by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["partner", "seller", "sales_ops", "sales_management", "finance", "auditor", "admin", "scheduler"]

ROLES: tuple[Role, ...] = get_args(Role)

BINDS: frozenset[Role] = frozenset({"partner"})
"""Roles that are always bound to one party."""

MAY_BIND: frozenset[Role] = BINDS | {"seller"}
"""Roles that can be bound to one party: they act for it, and for nobody else."""

READ, WRITE = "ledger:read", "ledger:write"
"""The scopes that narrow what a role may do; who has none of them may do all that the role may."""


class IdentityError(Exception):
    """A request goes no further, for who sends it."""


class NotProven(IdentityError):  # noqa: N818 - it is an answer, not a fault
    """What was sent proves nobody: it is malformed, forged, expired, revoked, or meant for another service."""


class NotAdmitted(IdentityError):  # noqa: N818 - it is an answer, not a fault
    """It is proven who calls, and the ledger has no place for them as they come: no role, or no party for it."""


class NotYours(IdentityError):  # noqa: N818 - it is an answer, not a fault
    """An event is not for this caller to record; `pointer` is the place in the request."""

    def __init__(self, detail: str, pointer: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `subject` is how they are known where they proved it; `party_id` the party that they act for.

    `scopes` holds those of READ and WRITE that they were narrowed to; none: not narrowed.
    """

    subject: str
    role: Role
    party_id: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """The actor of the events they record. No identifier holds a `/`, so no party can pass for another."""
        return "/".join(part for part in (self.role, self.party_id, self.subject) if part is not None)

    @property
    def may_write(self) -> bool:
        """Whether their scopes let them record, if their role does."""
        return not self.scopes or WRITE in self.scopes


def admitted(subject: str, role: object, party_id: object, scopes: frozenset[str] = frozenset()) -> Caller:
    """The caller, if role and party go together. Raises NotAdmitted, with a sentence that says what is missing."""
    if role not in ROLES:
        raise NotAdmitted(f"You are known, but not in one of the ledger's roles: {', '.join(ROLES)}.")
    if party_id is not None and not (isinstance(party_id, str) and party_id):
        raise NotAdmitted("The party that you act for must be given as its id.")
    if role in BINDS and party_id is None:
        raise NotAdmitted(f"Whoever comes as {role} comes for one party, and yours is not given.")
    if role not in MAY_BIND and party_id is not None:
        raise NotAdmitted(f"Whoever comes as {role} acts for no party, and one is given.")
    return Caller(subject, role, party_id, scopes & {READ, WRITE})
