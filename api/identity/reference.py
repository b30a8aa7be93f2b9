"""The reference page of the roles, written from the table: `python -m api.identity.reference > FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from api.identity.acting import WHO_ACTS
from api.identity.callers import ROLES, Role
from api.identity.roles import ASKING, ASKING_OWN, PERMISSIONS, RECORDING, Permission

_HEAD = """\
# Roles: who may record and ask what

Written from `api/identity/roles.py` by `python -m api.identity.reference`: don't edit, write it again.

What does not stand here is refused with 403. How callers prove who they are is in
[let people in](../how-to/let-people-in.md). Who works on the database itself, with the `ledger` command, needs no role.

| role | is for |
|---|---|
"""

_FOR: Mapping[Role, str] = {
    "partner": "a partner company: always bound to one party, acts for it and sees what is its own",
    "seller": "opportunity work; may be bound to one party, and then acts for no other",
    "sales_ops": "every fact of the business: reassignments, extensions and rulings too",
    "sales_management": "what sales management decides, and the figures of the rules; reads all",
    "finance": "renewals, ends of contracts, closings; reads all",
    "auditor": "reads all, records nothing",
    "admin": "everything but what the scheduler notices",
    "scheduler": "notices of deadlines",
}

_ASKS: Mapping[Permission, str] = {
    "record": "record events, each by its type, as above; try them with `dry_run`",
    "log": "the log and its events",
    "simulate": "what if",
    "calling": "who may call",
    "rights": "rights and timelines",
    "accounts": "accounts and their overviews",
    "deadlines": "what runs out soon",
    "obligations": "what is owed",
    "residuals": "residual streams",
    "statements": "what was earned",
    "disputes": "disputes and their dossiers",
    "leads": "leads and their figures",
    "sheet": "opportunities, their sheets, and what stands behind a claim; lists and their views",
    "notices": "notices of deadlines",
    "feeds": "feeds of changes",
    "webhooks": "subscriptions of webhooks",
    "rule_book": "rules and figures",
    "operation": "metrics",
}


_WHO_ACTS = (
    "¹ Says who acts: for a caller that is bound to a party, that has to be this party, or a member that acts as it."
)
_TAKING_BACK = (
    "Who may record a type may also take back and correct what is of it; a caller that is bound to a party only what "
    "that party stated, with an event of the same type in its place, and what an opportunity rests on only while that "
    "party manages it. A dispute is withdrawn by the party that opened it."
)


def page() -> str:
    """The whole page."""
    lines = [_HEAD.rstrip("\n"), *(f"| `{role}` | {says} |" for role, says in _FOR.items())]
    lines += ["", "## Recording", "", *_heading("event type")]
    lines += [_row(f"`{name}`{' ¹' if name in WHO_ACTS else ''}", roles) for name, roles in RECORDING.items()]
    lines += [
        "",
        _WHO_ACTS,
        "",
        _TAKING_BACK,
        "",
        "## Asking",
        "",
        *_heading("what"),
    ]
    asked = [name for name in PERMISSIONS if name != "public"]
    lines += [_row(_ASKS[name], ASKING[name], ASKING_OWN.get(name, ())) for name in asked]
    lines += ["", "`own`: what concerns the caller's own party, in answers made for it.", ""]
    return "\n".join(lines)


def _heading(first: str) -> list[str]:
    return [f"| {first} | {' | '.join(f'`{role}`' for role in ROLES)} |", f"|---|{'---|' * len(ROLES)}"]


def _row(name: str, roles: Iterable[Role], own: Iterable[Role] = ()) -> str:
    cells = ["yes" if role in roles else "own" if role in own else "" for role in ROLES]
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
