"""Loaded by schemathesis: what a document can't say about which requests are good."""

from __future__ import annotations

import itertools
import json
import os
import re
from typing import Any

import requests
import schemathesis

BEYOND_A_SCHEMA = {
    "#/end_time",  # must lie behind start_time, and within a day of it
    "#/start_time",  # must not lie in the future
    "#/expected_duration",  # needed when session_type is custom
    "#/current_password",  # is known to one person
    "#/period",  # must not end before it begins, nor last for years
    "#/code",  # must not be of a cohort one is in
    "until",  # must lie behind since
    "cursor",  # is opaque: only what came as next_cursor is one
}
"""Values that are refused for what stands beside them, or for what they stand for."""


KEY = "Idempotency-Key"
OF_THE_CLOCK = {f"POST /focus-sessions/{{session_id}}/{move}" for move in ("pause", "resume")}
_count = itertools.count()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Make a good key a new one: one that came before tells requests apart, and no schema can. And
    let the clock be stopped of a session that runs, which a finished one hardly is by chance."""
    if getattr(case.meta.phase.data, "parameter", "") == "Authorization":
        return  # a changed case would be taken for a good one
    if case.operation.label in OF_THE_CLOCK:
        case.path_parameters["session_id"] = _running(case)
    key = case.headers.get(KEY) if case.headers else None
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,255}", key):
        mark = f"-{next(_count)}"
        case.headers[KEY] = key[: 255 - len(mark)] + mark


def _running(case: Any) -> str:
    start = f"{case.operation.base_url}/focus-sessions/start"
    headers = {"Authorization": os.environ["FUZZ_USER"]}
    answer = requests.post(start, json={}, headers=headers, timeout=20).json()
    found: str = answer.get("session", answer)["id"]
    return found


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure counts. A refusal that no schema can foresee does not."""
    if failure.code != "ST202" or response.status_code != 422:
        return True
    found = json.loads(response.content).get("errors", [])
    named = {error.get("pointer") or error.get("parameter") for error in found}
    return not (named and named <= BEYOND_A_SCHEMA)
