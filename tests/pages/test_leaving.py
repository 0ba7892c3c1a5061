"""Which page a message of the browser is taken to mean."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg

from pages._ui.leaving import Way


def asked(page: str, part: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = part
    message.rerun_script.query_string = "kept=as+it+is"
    return message.SerializeToString()


def on_the_way(*frames: bytes) -> Way:
    way = Way()
    for frame in frames:
        assert way.put_right(frame) == frame
    return way


def test_a_part_of_the_page_being_left_asks_for_the_new_one() -> None:
    way = on_the_way(asked("timer"), asked("timer", "clock"), asked("history"))
    assert way.put_right(asked("timer", "clock")) == asked("history", "clock")
    assert way.put_right(asked("timer", "plan")) == asked("history", "plan")


def test_so_it_does_when_the_first_page_was_not_named() -> None:
    way = on_the_way(asked(""), asked("history"))
    assert way.put_right(asked("timer", "clock")) == asked("history", "clock")


def test_a_way_back_is_a_way_like_any_other() -> None:
    way = on_the_way(asked("timer"), asked("history"), asked("timer"))
    assert way.put_right(asked("history", "rows")) == asked("timer", "rows")
    assert way.put_right(asked("timer", "clock")) == asked("timer", "clock")


def test_a_page_that_the_server_went_to_by_itself_is_believed() -> None:
    on_the_way(
        asked("timer"),
        asked("insights"),
        asked("insights"),  # the button whose run leads to the history
        asked("history", "rows"),
        asked("history", "rows"),
        asked("profile"),
    )


def test_an_unnamed_page_takes_nobody_anywhere() -> None:
    on_the_way(asked("history"), asked(""), asked("timer", "clock"))


def test_what_is_no_such_message_passes() -> None:
    stop = BackMsg()
    stop.stop_script = True
    on_the_way(asked("timer"), asked("history"), stop.SerializeToString(), b"\xff nothing", b"")
