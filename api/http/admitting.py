"""Admitting: who sends a request is found out, counted, and held against what the route asks of them."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address

from starlette.requests import Request

from api.http.access import Access
from api.http.problems import not_allowed
from api.identity.callers import NotProven
from api.identity.roles import Permission, reach


async def admit(request: Request, permission: Permission, *, answers_own: bool) -> None:
    """Lets a request through to its route, which then gets a ledger that knows the caller.

    Raises NotProven, NotAdmitted, TooMany, IssuerUnavailable, and Problem for a caller without the permission.
    """
    if permission == "public":
        return
    access: Access = request.app.state.access
    if access.settings.way_of_identity == "development" and not _came_over_loopback(request):
        raise NotProven("The development identity is for this machine only, and the request came over a network.")
    given = request.headers.getlist("authorization")
    if len(given) > 1:
        raise NotProven("The Authorization header has to be given once.")
    caller = await access.identity.caller(given[0] if given else None)
    request.state.access = access.of(caller)
    access.rates.count(caller.actor)
    reached = reach(caller, permission)
    if reached is None or (reached == "own" and not answers_own):
        raise not_allowed(caller)


def _came_over_loopback(request: Request) -> bool:
    """Whether the address that the request arrived at is one of the machine itself; a socket without one is."""
    server = request.scope.get("server")
    if server is None or server[1] is None:
        return True
    return _is_loopback(server[0])


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
