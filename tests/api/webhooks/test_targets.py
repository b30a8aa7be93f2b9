"""Targets: nothing is sent into networks that are not public, by whatever name or form of an address."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from api.webhooks.posting import Poster
from api.webhooks.targets import NotAllowed, allowed_address, is_allowed, target

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "fec0::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """Are refused, also those that hide an IPv4 address; a name that leads there too."""
    assert not is_allowed(ip_address(address), [])
    with pytest.raises(NotAllowed, match="no public address"):
        allowed_address(target("https://inside.example/"), lambda *_: [address], [])


def test_public_addresses_and_allowed_networks() -> None:
    """Are taken; one bad address among good ones is enough to refuse."""
    one = target("https://hooks.example/x")
    assert allowed_address(one, lambda *_: [PUBLIC], []) == PUBLIC
    assert allowed_address(one, lambda *_: ["10.1.2.3"], [ip_network("10.1.0.0/16")]) == "10.1.2.3"
    with pytest.raises(NotAllowed):
        allowed_address(one, lambda *_: [PUBLIC, "10.0.0.1"], [])
    with pytest.raises(NotAllowed):
        allowed_address(one, lambda *_: [], [])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "//a.example/", "https://", "https://user@a.example/", "https://user:pw@a.example/",
        "https://a.example@b.example/", "https://a.example\\@b.example/", "https://a.example/#x", "https://a.example:22/",
        "https://a.example:99999/", "https://a.example/\r\nX-Injected: 1", "https://a.example/ x", "https://bücher.example/",
        "https://a.example/" + "x" * 2_048, "file:///etc/passwd", "gopher://a.example/",
    ],
)  # fmt: skip
def test_urls_of_a_form_that_is_not_taken(url: str) -> None:
    """Other schemes, user names, fragments, ports of other services, line breaks: all refused."""
    with pytest.raises(NotAllowed):
        target(url)


def test_a_name_that_answers_differently_the_second_time() -> None:
    """It is looked up again before each attempt, and nothing is sent when it leads inside then."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    def rebinding(_host: str, _port: int) -> Sequence[str]:
        return next(answers)

    allowed_address(target("http://rebinding.example/"), rebinding, [])
    outcome = asyncio.run(Poster([], rebinding).post("http://rebinding.example/", b"{}", {}))
    assert (outcome.status, outcome.detail) == (None, "not sent: the host rebinding.example has no public address")
