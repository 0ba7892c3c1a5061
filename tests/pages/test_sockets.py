from __future__ import annotations

import socket

from pages._ui.sockets import send_without_waiting


def test_accepted_connections_send_small_messages_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        send_without_waiting(listening.getsockname()[1])
        with socket.create_connection(listening.getsockname()) as _:
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
