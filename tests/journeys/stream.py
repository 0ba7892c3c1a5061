"""A client that speaks Streamlit's WebSocket itself and does what no browser would."""

from __future__ import annotations

from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.journeys.app_server import AppServer


class Stream:
    """One connection. `resume` names another's Streamlit session."""

    def __init__(
        self,
        app: AppServer,
        *,
        cookies: dict[str, str] | None = None,
        resume: str | None = None,
        origin: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        protocols = ["streamlit", "none", *([resume] if resume else [])]
        self.session_id = ""
        self._opening = connect(
            f"ws://localhost:{app.port}/_stcore/stream",
            origin=Origin(origin or app.url),
            additional_headers={**({"Cookie": cookie} if cookie else {}), **(headers or {})},
            subprotocols=[Subprotocol(name) for name in protocols],
            max_size=None,
            open_timeout=10,
        )

    def __enter__(self) -> Stream:
        self.connection: ClientConnection = self._opening.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opening.__exit__(kind, error, trace)

    def open(self, page_name: str = "") -> str:
        """Run the page at this address; what it sent, as text, until it had finished."""
        message = BackMsg()
        message.rerun_script.page_name = page_name
        self.connection.send(message.SerializeToString())
        sent = []
        while True:
            received = ForwardMsg()
            received.ParseFromString(self.connection.recv(timeout=20))
            sent.append(str(received))
            if received.HasField("new_session"):
                self.session_id = received.new_session.initialize.session_id
            if received.HasField("script_finished"):
                return "".join(sent)
