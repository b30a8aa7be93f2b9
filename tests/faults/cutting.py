"""Connections that are cut at the worst moment: after the commit, before anybody hears of it."""

from __future__ import annotations

import select
import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from sqlalchemy import make_url

AT_ONCE = 65_536
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 20.0

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: a close that resets the connection instead of ending it politely."""


def send_and_leave(url: str, headers: dict[str, str], body: bytes, *, wait: bool) -> bytes:
    """Posts events and resets the connection without reading the answer.

    With `wait` once the answer has come in, which is what the server sends after the commit; else at once, while the
    server may still be at work. What could be read of the answer's head, for those who want to see that it was there.
    """
    place = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /v1/events HTTP/1.1\r\nHost: ledger\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((place.hostname, place.port), PATIENCE_SECONDS) as connection:
        connection.sendall(head.encode() + body)
        seen = connection.recv(AT_ONCE, socket.MSG_PEEK) if wait else b""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    return seen


class Cable:
    """The line between a server of the ledger and PostgreSQL: a port that leads to the socket of the URL.

    Once `armed`, the next COMMIT still goes through, and the database does it; then the line is cut, so that whoever
    sent it can't know.
    """

    def __init__(self, url: str) -> None:
        self._far = make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._armed = threading.Event()
        self._stopped = threading.Event()
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The database at the other end, by this line."""
        query = {"host": "127.0.0.1", "port": str(self._listener.getsockname()[1]), "sslmode": "disable"}
        return self._far.set(query=query).render_as_string(hide_password=False)

    def arm(self) -> None:
        """Cuts at the next COMMIT."""
        self._armed.set()

    def close(self) -> None:
        """Ends it."""
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(f"{self._far.query['host']}/.s.PGSQL.5432")
                except OSError:  # the server is down
                    near.close()
                    far.close()
                    continue
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with near, far, suppress(OSError):
            while not self._stopped.is_set():
                for ready in select.select([near, far], [], [], LOOK_SECONDS)[0]:
                    said = ready.recv(AT_ONCE)
                    if not said:
                        return
                    (far if ready is near else near).sendall(said)
                    if ready is near and b"COMMIT\0" in said and self._armed.is_set():
                        self._armed.clear()
                        far.recv(AT_ONCE)  # done, and nobody is told
                        self.cuts += 1
                        return
