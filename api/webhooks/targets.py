"""Targets: where webhooks may be sent. Never into the network that the ledger itself stands in, unless allowed.

A URL is checked by its form when it is given, and by the addresses of its host every time before something is sent. The
connection then goes to the very address that was checked: a name that answers differently the second time (DNS
rebinding) gains nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host; raises OSError where it has none."""

MOST_URL_LENGTH = 2_048
OPEN_PORTS = frozenset({80, 443})
FIRST_FREE_PORT = 1_024
"""Lower ports belong to mail, name and shell services, which no webhook is for."""

DEFAULT_PORTS = {"http": 80, "https": 443}
TRANSLATED = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48")))
"""IPv6 addresses that stand for the IPv4 address in their last four bytes (RFC 6052, RFC 8215)."""

SHARED = ip_network("100.64.0.0/10")

_PRINTABLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


class NotAllowed(Exception):  # noqa: N818 - it is an answer, not a fault
    """Nothing may be sent there; the message says why, and nothing of what stands there."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: `host` without brackets."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def is_default_port(self) -> bool:
        return self.port == DEFAULT_PORTS[self.scheme]


def target(url: str) -> Target:
    """The target that a URL names; raises NotAllowed for one of a form that is not taken."""
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise NotAllowed("must be a URL of printable ASCII characters, without spaces or backslashes")
    if len(url) > MOST_URL_LENGTH:
        raise NotAllowed(f"must have at most {MOST_URL_LENGTH} characters")
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in DEFAULT_PORTS:
        raise NotAllowed("must begin with https:// (or http://)")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        raise NotAllowed("must not hold a user name or a password")
    if "#" in url:
        raise NotAllowed("must not have a fragment")
    try:
        parsed = httpx.URL(url)
        port = parsed.port or DEFAULT_PORTS[parsed.scheme]
    except (httpx.InvalidURL, ValueError):
        raise NotAllowed("must be a URL such as https://example.com/hooks") from None
    host = authority.rpartition(":")[0] if re.search(r":\d*$", authority) else authority
    if not _HOST.fullmatch(host) or not parsed.host:
        raise NotAllowed("must name a host by its ASCII name or its address")
    if port not in OPEN_PORTS and not FIRST_FREE_PORT <= port <= 65_535:
        raise NotAllowed(f"must not name port {port}: 80, 443 and those from {FIRST_FREE_PORT} on are taken")
    return Target(url, parsed.scheme, parsed.host, port)


def allowed_address(one: Target, resolve: Resolve, networks: Sequence[Network]) -> str:
    """An address of the target's host that may be connected to. Raises NotAllowed if any of its addresses may not be.

    One that may not be is reason enough: who mixes them into an answer has something in mind.
    """
    try:
        found = [ip_address(address.partition("%")[0]) for address in resolve(one.host, one.port)]
    except (OSError, ValueError, UnicodeError):
        found = []
    if not found or not all(is_allowed(address, networks) for address in found):
        # One answer for both: nobody shall learn here which names the ledger's own network knows.
        raise NotAllowed(f"the host {one.host} has no public address")
    return str(found[0])


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether an address is public, or in a network that the settings allow."""
    plain = _plain(address)
    return _in(address, networks) or _in(plain, networks) or _is_public(plain)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


def _in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it stands for one."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in TRANSLATED) or int(address) >> 32 == 0:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return (
        address.is_global
        and not address.is_private
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not address.is_loopback
        and not address.is_link_local
        and not (isinstance(address, IPv4Address) and address in SHARED)
    )
