"""/events: tells a client at once when a session starts, stops or changes, wherever that was.

One thread listens to the database and wakes the streams of the person in question; a stream then
reads how things stand and says so. What happens in between is not told apart.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from focus_core.api.bodies import IdOut, MomentOut
from focus_core.api.caller import Reader, bearer_token
from focus_core.api.door import ASKED_FOR_HEAD
from focus_core.api.routing import make_router, signed_in
from focus_core.domain.errors import DatabaseUnavailable, NotSignedIn, TooManyRequests
from focus_core.services import api_access, session_changes

HEARTBEAT_SECONDS = 15.0
"""How often a quiet stream shows that it lives, and whether its token still does."""
MOST_STREAMS = 8
"""Open at once for one person."""
AWAY_SECONDS = 2.0

router = make_router("/events", "Events")


class SessionState(BaseModel):
    """The data of a `session` event."""

    state: Literal["none", "running", "paused"]
    session_id: IdOut | None
    deadline: MomentOut | None = Field(description="When the plan is reached and the clock stops")
    server_time: MomentOut


_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"const": "session"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": SessionState.model_json_schema(mode="serialization"),
        },
    },
}


class Streams:
    """The open streams of this process, by person."""

    def __init__(self) -> None:
        self._open: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listener: Any = None
        self.closing = False

    def start(self) -> None:
        """Be ready for streams; call it in the event loop that they run in."""
        self._loop = asyncio.get_running_loop()
        self._end_when_told_to_stop()

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop()

    def end(self) -> None:
        """End every stream, from any thread."""
        self.closing = True
        self._changed()

    def open(self, user_id: UUID) -> asyncio.Event:
        """An event that is set whenever something changed. Raises TooManyRequests."""
        if len(self._open[user_id]) >= MOST_STREAMS:
            raise TooManyRequests(int(HEARTBEAT_SECONDS))
        if self._listener is None:  # when it has begun to listen, every stream looks again
            self._listener = session_changes.listen(self._changed, self._changed)
        changed = asyncio.Event()
        self._open[user_id].add(changed)
        return changed

    def close(self, user_id: UUID, changed: asyncio.Event) -> None:
        self._open[user_id].discard(changed)
        if not self._open[user_id]:
            del self._open[user_id]

    def _changed(self, user_id: UUID | None = None) -> None:
        """In the listener's thread."""
        assert self._loop is not None  # noqa: S101 - tells the type checker
        with suppress(RuntimeError):  # the loop has ended: nobody is left to be told
            self._loop.call_soon_threadsafe(self._wake, user_id)

    def _wake(self, user_id: UUID | None) -> None:
        streams = self._open.values() if user_id is None else [self._open.get(user_id, set())]
        for changed in [changed for stream in streams for changed in stream]:
            changed.set()

    def _end_when_told_to_stop(self) -> None:
        """The server waits for open answers before it tells anybody else that it stops."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            server = signal.getsignal(number)

            def stop(received: int, frame: Any, server: Any = server) -> None:
                self.end()
                if callable(server):
                    server(received, frame)

            signal.signal(number, stop)


class EventStream(StreamingResponse):
    """Gives its place back however it ends."""

    def __init__(self, streams: Streams, user_id: UUID, token: str) -> None:
        self._streams, self._user_id = streams, user_id
        self._news = streams.open(user_id)
        super().__init__(
            _events(streams, user_id, token, self._news), media_type="text/event-stream"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.close(self._user_id, self._news)


@router.get(
    "",
    operation_id="streamEvents",
    response_class=Response,
    responses=signed_in()
    | {
        200: {
            "description": "A stream of server-sent events that ends when the token does. Each is"
            " named `session`; its data is a `SessionState`, first as things stand, then after"
            " every change.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "itemSchema": _EVENT,
                    "example": 'event: session\ndata: {"state":"none","session_id":null,'
                    '"deadline":null,"server_time":"2026-11-23T17:00:00Z"}\n\n',
                }
            },
        }
    },
)
async def events(caller: Reader, request: Request) -> Response:
    """Tells at once when a session starts, pauses, goes on, ends or is changed, on whatever
    device. It tells that and until when, and no content: ask for that then."""
    if request.scope.get(ASKED_FOR_HEAD):
        return Response(media_type="text/event-stream")
    return EventStream(request.app.state.streams, caller.user_id, bearer_token(request))


async def _events(
    streams: Streams, user_id: UUID, token: str, changed: asyncio.Event
) -> AsyncIterator[str]:
    wait = 0.0
    while not streams.closing:
        changed.clear()
        try:
            state = await to_thread.run_sync(session_changes.current_state, user_id)
        except DatabaseUnavailable:
            yield ": the database is away\n\n"
            await asyncio.sleep(AWAY_SECONDS)
            continue
        yield f"event: session\ndata: {SessionState.model_validate(state).model_dump_json()}\n\n"
        over = _seconds_left(state)
        while not changed.is_set():
            wait = HEARTBEAT_SECONDS if over is None else min(HEARTBEAT_SECONDS, over)
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), wait)
                break
            if over is not None and (over := over - wait) <= 0:
                break
            if not await _still_good(token):
                return
            yield ": still here\n\n"


def _seconds_left(state: dict[str, Any]) -> float | None:
    """Until the plan is reached, which nobody needs to tell us."""
    deadline: datetime | None = state["deadline"]
    if deadline is None:
        return None
    left: float = (deadline - state["server_time"]).total_seconds()
    return max(left, 0) + 0.1


async def _still_good(token: str) -> bool:
    try:
        await to_thread.run_sync(api_access.identify, token)
    except NotSignedIn:
        return False
    except DatabaseUnavailable:
        return True  # it can't be judged now; nothing is read for it either
    return True
