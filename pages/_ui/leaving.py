"""A page that is being left has no say any more.

Between a click on another page and the browser's showing it, a part of the old page (its clock,
a button, a part that looks again by itself) can still ask to be drawn anew, and names its own
page. Streamlit would run that part after the new page, take the browser back to a page of which
nothing but this part runs, and leave it empty.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState


class Leaving:
    """ASGI middleware: what the old page still asks for is asked of the new one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        way = Way()

        async def hear() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes"):
                return {**message, "bytes": way.put_right(message["bytes"])}
            return message

        await self.app(scope, hear, send)


class Way:
    """Where one browser tab is, and whether it is still on its way there."""

    def __init__(self) -> None:
        self.page = ""
        """As Streamlit names it, by hash; empty on a first visit, until the browser knows it."""
        self.leaving = False

    def put_right(self, frame: bytes) -> bytes:
        """`frame`, a message from the browser, with the page that it can only mean."""
        try:
            message = BackMsg.FromString(frame)
        except DecodeError:
            return frame  # Streamlit's to refuse
        if message.WhichOneof("type") != "rerun_script":
            return frame
        if self._is_late(message.rerun_script):
            message.rerun_script.page_script_hash = self.page
            return message.SerializeToString()
        self._follow(message.rerun_script)
        return frame

    def _is_late(self, asked: ClientState) -> bool:
        return self.leaving and bool(asked.fragment_id) and asked.page_script_hash != self.page

    def _follow(self, asked: ClientState) -> None:
        # A part of a page that nobody asked for: a run on the server has led there.
        known, moves = bool(asked.page_script_hash), not asked.fragment_id
        self.leaving = known and moves and asked.page_script_hash != self.page
        self.page = asked.page_script_hash
