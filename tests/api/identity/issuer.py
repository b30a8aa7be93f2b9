"""An issuer for tests: keys, tokens signed with them, and a server on loopback that publishes the public halves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

AUDIENCE = "rights-ledger"


@cache
def signing_key(name: str = "first") -> RSAKey:
    """A key with that name as its id; the same in all tests of a run."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def claims(issuer: str, **changed: Any) -> dict[str, Any]:
    """What an honest access token says; a claim changed to None is left out."""
    now = int(time.time())
    said = {"iss": issuer, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300, "ledger_role": "admin"}
    return {name: value for name, value in {**said, **changed}.items() if value is not None}


def signed(said: dict[str, Any], key: RSAKey | None = None, **header: Any) -> str:
    """The token that says it, signed with the key."""
    key = key or signing_key()
    head = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid, **header}
    return jwt.encode({name: value for name, value in head.items() if value is not None}, said, key)


class Issuer(HTTPServer):
    """Publishes keys; `keys` may change, `is_down` makes it fail, `asked` counts how often the keys were fetched."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Publishing)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.keys = [signing_key()]
        self.is_down = False
        self.asked = 0

    def token(self, key: RSAKey | None = None, **changed: Any) -> str:
        """An access token of this issuer."""
        return signed(claims(self.url, **changed), key)


class _Publishing(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        discovery = {"issuer": self.server.url, "jwks_uri": f"{self.server.url}/jwks"}
        if self.path == "/jwks":
            self.server.asked += 1
            discovery = {"keys": [key.as_dict(private=False) for key in self.server.keys]}  # type: ignore[dict-item]
        self.send_response(503 if self.server.is_down else 200)
        self.end_headers()
        self.wfile.write(json.dumps(discovery).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is inherited
        """Says nothing."""


@contextmanager
def issuing() -> Iterator[Issuer]:
    """A running issuer."""
    with Issuer() as issuer:
        thread = threading.Thread(target=issuer.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            issuer.shutdown()
            thread.join()
