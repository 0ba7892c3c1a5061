"""A change on one device is told to the others, whatever process serves them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from db.models import focus_sessions
from db.session import open_for, open_for_sign_in
from focus_core.api import events
from focus_core.services import api_sign_ins, get_focus_session_service, running_sessions
from tests.api.conftest import Tokens
from tests.api.process import Process
from tests.factories import Person, make_person
from tests.running import wait_until

service = get_focus_session_service()


class Device:
    """What a client has been told so far, read by a thread as it comes."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.told: list[dict[str, Any]] = []
        self.comments: list[str] = []
        self.ended = False
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.request("GET", "/api/v1/events", headers=headers)
        self.response = self._connection.getresponse()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def states(self) -> list[str]:
        return [event["state"] for event in self.told]

    def hang_up(self) -> None:
        if self._connection.sock is not None:
            with suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self.response.close()
        self._connection.close()

    def _read(self) -> None:
        with suppress(OSError, HTTPException):
            while line := self.response.readline().decode():
                if line.startswith("data: "):
                    self.told.append(json.loads(line.removeprefix("data: ")))
                elif line.startswith(":"):
                    self.comments.append(line)
        self.ended = True


@pytest.fixture
def process(api: object) -> Iterator[Process]:
    running = Process()
    yield running
    running.stop()


@contextmanager
def streaming(process: Process, headers: dict[str, str]) -> Iterator[Device]:
    device = Device(process.port, headers)
    try:
        assert device.response.status == 200
        assert device.response.headers["content-type"].startswith("text/event-stream")
        wait_until(lambda: device.told)
        yield device
    finally:
        device.hang_up()


def test_two_devices_on_two_processes_see_every_move(
    process: Process, person: Person, signed_in: Tokens
) -> None:
    other = Process()
    try:
        with (
            streaming(process, signed_in(person)) as phone,
            streaming(other, signed_in(person)) as desk,
        ):
            session = service.start_session(person.user_id, context="Private words")
            for device in (phone, desk):
                wait_until(lambda device=device: device.states[-1] == "running")
                assert device.states[0] == "none"
                told = device.told[-1]
                assert told.keys() == {"state", "session_id", "deadline", "server_time"}
                assert told["session_id"] == session["id"]
                assert told["deadline"] is not None
            service.pause_session(person.user_id, session["id"])
            for device in (phone, desk):
                wait_until(lambda device=device: device.states[-1] == "paused")
            before = len(phone.told)
            service.add_interruption(person.user_id, session["id"])
            wait_until(lambda: len(phone.told) > before)
            service.resume_session(person.user_id, session["id"])
            for device in (phone, desk):
                wait_until(lambda device=device: device.states[-1] == "running")
            service.end_session(session["id"], person.user_id)
            for device in (phone, desk):
                wait_until(lambda device=device: device.states[-1] == "none")
            assert "Private" not in json.dumps(phone.told)
    finally:
        other.stop()


def test_nobody_hears_of_others(process: Process, person: Person, signed_in: Tokens) -> None:
    other = make_person()
    with (
        streaming(process, signed_in(person)) as mine,
        streaming(process, signed_in(other)) as theirs,
    ):
        service.start_session(other.user_id)
        wait_until(lambda: theirs.states[-1] == "running")
        service.start_session(person.user_id)
        wait_until(lambda: mine.states[-1] == "running")
        assert set(mine.states) <= {"none", "running"}
        assert mine.told[-1]["session_id"] != theirs.told[-1]["session_id"]


def test_the_scheduler_tells_too(process: Process, person: Person, signed_in: Tokens) -> None:
    with streaming(process, signed_in(person)) as device:
        session = service.start_session(person.user_id, session_type="flowtime")
        wait_until(lambda: device.states[-1] == "running")
        with open_for(person.user_id) as transaction:  # as if it had been forgotten for a day
            long_ago = transaction.now - timedelta(days=1)
            transaction.execute(
                update(focus_sessions)
                .where(focus_sessions.c.user_id == person.user_id)
                .values(start_time=long_ago, actual_start_time=long_ago, last_seen_at=long_ago)
            )
        running_sessions.close_due()
        wait_until(lambda: device.states[-1] == "none")
        assert service.get_session(person.user_id, session["id"])["ended_by"] == "auto_close"


def test_a_plan_that_is_reached_is_told_without_anybody_acting(
    process: Process, person: Person, signed_in: Tokens
) -> None:
    service.start_session(person.user_id, expected_duration=1, overtime=False)
    with open_for(person.user_id) as transaction:
        nearly = transaction.now - timedelta(seconds=58)
        transaction.execute(
            update(focus_sessions)
            .where(focus_sessions.c.user_id == person.user_id)
            .values(start_time=nearly, actual_start_time=nearly)
        )
    with streaming(process, signed_in(person)) as device:
        assert device.states[0] == "running"
        wait_until(lambda: device.states[-1] == "none")


def test_a_stream_ends_with_its_token(
    process: Process,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.1)
    pair = _pair(person)
    with streaming(process, {"Authorization": f"Bearer {pair.access_token}"}) as device:
        wait_until(lambda: device.comments)
        assert not device.ended
        api_sign_ins.end(pair.refresh_token)
        wait_until(lambda: device.ended)


def test_a_person_has_so_many_streams(
    process: Process, person: Person, signed_in: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_STREAMS", 2)
    me = signed_in(person)
    url = f"http://127.0.0.1:{process.port}/api/v1/events"
    with streaming(process, me), streaming(process, me):
        refused = httpx2.get(url, headers=me)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
    open_streams = process.api.state.streams._open
    wait_until(lambda: not open_streams)
    with streaming(process, me) as again:
        assert again.states == ["none"]


def test_a_stream_ends_when_the_process_does(
    process: Process, person: Person, signed_in: Tokens
) -> None:
    with streaming(process, signed_in(person)) as device:
        process.api.state.streams.end()
        wait_until(lambda: device.ended)


def test_a_database_that_comes_back_is_listened_to_again(
    process: Process,
    person: Person,
    signed_in: Tokens,
    cut_connections: Callable[[], None],
) -> None:
    with streaming(process, signed_in(person)) as device:
        cut_connections()
        service.start_session(person.user_id)
        wait_until(lambda: device.states[-1] == "running")


def _pair(person: Person) -> api_sign_ins.TokenPair:
    with open_for_sign_in() as transaction:
        return api_sign_ins.start(transaction, person.user_id, 1, address="")
