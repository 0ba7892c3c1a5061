"""Programs that start and end sessions as fast as the API lets them, in a process of their own.

`python -m tests.benchmarks.api_clients PORT SECONDS TOKEN ...` prints how many pairs a second, one
client a token. Spoken over bare sockets that stay open: what the clients cost, the API can't have.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from typing import Any


class Client:
    """One connection, one token."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = f"Host: localhost:{port}\r\nAuthorization: Bearer {token}\r\n"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        kind = "Content-Type: application/json\r\n" if sent else ""
        head = f"{method} /api/v1{path} HTTP/1.1\r\n{self.headers}{kind}"
        self.socket.sendall(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        described, _, rest = answer.partition(b"\r\n\r\n")
        length = int(described.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(rest) < length:
            rest += self._receive()
        if not described.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{described.splitlines()[0]!r}: {rest!r}")
        return json.loads(rest)

    def pair(self) -> None:
        """What a person's program does in a day, without the work between."""
        started = self.ask("POST", "/focus-sessions/start", {"expected_duration": 25})
        self.ask("POST", f"/focus-sessions/{started['id']}/end", {"focus_score": 4})

    def _receive(self) -> bytes:
        received = self.socket.recv(65_536)
        if not received:
            raise ConnectionError("The API hung up.")
        return received


def pairs_a_second(port: int, duration: float, tokens: list[str]) -> float:
    counts: list[int] = []
    clients = [Client(port, token) for token in tokens]
    ends = time.perf_counter() + duration

    def work(client: Client) -> None:
        count = 0
        while time.perf_counter() < ends:
            client.pair()
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < len(clients):
        raise RuntimeError("Some clients did not get to the end.")
    return sum(counts) / (time.perf_counter() - began)


if __name__ == "__main__":
    print(pairs_a_second(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
