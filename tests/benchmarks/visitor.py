"""An open page without a browser: speaks Streamlit's WebSocket and counts what comes.

It does what the browser does: keeps large messages and says which it has, so that they are not
sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from pages._ui.browser import SESSION_COOKIE

PATIENCE_SECONDS = 30


class Server(Protocol):
    """Ours, or a bare one."""

    @property
    def port(self) -> int: ...
    @property
    def url(self) -> str: ...


@dataclass
class Answer:
    """What a run sent, whole."""

    bytes: int = 0
    widgets: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Id and fragment of each button, and what else has a label, by its label."""
    charts: list[str] = field(default_factory=list)
    """Plotly's JSON of each."""


class Visitor:
    """One open page."""

    def __init__(self, server: Server, page: str = "", cookie: str | None = None) -> None:
        self.page = page
        self.widgets: dict[str, tuple[str, str]] = {}
        self._kept: set[str] = set()
        self._stream = connect(
            f"ws://localhost:{server.port}/_stcore/stream",
            origin=Origin(server.url),
            additional_headers={"Cookie": f"{SESSION_COOKIE}={cookie}"} if cookie else {},
            subprotocols=[Subprotocol(name) for name in ("streamlit", "none")],
            compression=None,
            max_size=None,
            open_timeout=PATIENCE_SECONDS,
        )

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def run(self) -> Answer:
        """Run the page, whole, until it has finished."""
        return self._ask(BackMsg())

    def click(self, label: str) -> Answer:
        """Press that button; what is in a fragment runs alone."""
        message = BackMsg()
        key, fragment = self.widgets[label]
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.add(id=key, trigger_value=True)
        return self._ask(message)

    def _ask(self, message: BackMsg) -> Answer:
        message.rerun_script.page_name = self.page
        message.rerun_script.cached_message_hashes.extend(self._kept)
        self._stream.send(message.SerializeToString())
        answer = Answer()
        while True:
            data = self._stream.recv(timeout=PATIENCE_SECONDS, decode=False)
            answer.bytes += len(data)
            received = ForwardMsg.FromString(data)
            if received.metadata.cacheable and received.hash:
                self._kept.add(received.hash)
            kind = received.WhichOneof("type")
            if kind == "delta":
                _look(received.delta, answer)
            elif kind == "script_finished" and received.script_finished in _FINISHED:
                self.widgets |= answer.widgets
                return answer


_FINISHED = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
)


def _look(delta: Any, answer: Answer) -> None:
    if delta.WhichOneof("type") != "new_element":
        return
    element = delta.new_element
    name = element.WhichOneof("type")
    content = getattr(element, name)
    if name == "plotly_chart":
        answer.charts.append(content.spec)
    elif name == "exception":
        raise RuntimeError(f"The page failed: {content.message}")
    elif hasattr(content, "label") and hasattr(content, "id"):
        answer.widgets[content.label] = (content.id, delta.fragment_id)
