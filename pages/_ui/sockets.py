"""Small messages leave at once."""

from __future__ import annotations

import os
import socket

import psutil


def send_without_waiting(port: int) -> None:
    """Switch Nagle's algorithm off for connections to `port`, which this process listens on.

    The server's own attempt fails, as asyncio only does it for sockets that say they are TCP and
    Streamlit binds one that doesn't. Every click then waits 40 ms for the browser's delayed
    acknowledgement. Accepted connections inherit the option from the listening socket.
    """
    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            with socket.socket(fileno=os.dup(connection.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
