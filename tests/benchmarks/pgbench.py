"""The start-and-end pair by pgbench: what the database alone takes for it, its policies on."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from uuid import UUID

from sqlalchemy import URL

from db import embedded

# As the app's own role. A transaction each, its actor set as `db.session` sets it; nobody asks for
# a token, reads what was there before or files a refresh.
_PAIR = """
begin;
select set_config('app.user_id', lpad((:client_id)::text, 32, '0')::uuid::text, true);
insert into focus_sessions
    (user_id, start_time, actual_start_time, expected_duration, session_type, timezone)
  values (app.uid(), now(), now(), 25, 'pomodoro', 'Europe/Berlin') returning id;
commit;
begin;
select set_config('app.user_id', lpad((:client_id)::text, 32, '0')::uuid::text, true);
update focus_sessions set end_time = now(), actual_end_time = now(), ended_by = 'user',
       focus_score = 4, confirmed_at = now(), updated_at = now()
 where user_id = app.uid() and end_time is null returning id;
commit;
"""


def client_ids(clients: int) -> list[UUID]:
    """The users that must exist: pgbench counts its clients from 0."""
    return [UUID(f"{number:032}") for number in range(clients)]


class Pgbench:
    """`missing` says why it can't be run, if it can't."""

    def __init__(self, app_url: URL, state_dir: Path, scratch: Path) -> None:
        self.program = embedded.binaries(state_dir) / "pgbench"
        self.script = scratch / "pair.sql"
        self.script.write_text(_PAIR)
        self.url = app_url
        self.missing = None if self.program.exists() else "pgbench does not lie beside Postgres"

    def pairs_a_second(self, clients: int, duration: int) -> float:
        url = self.url
        host, port = (str(url.query[name]) for name in ("host", "port"))
        done = subprocess.run(
            [
                *(self.program, "--no-vacuum", "--protocol=prepared"),
                *(f"--file={self.script}", f"--client={clients}", f"--time={duration}"),
                *("-h", host, "-p", port, "-U", str(url.username), str(url.database)),
            ],
            env=os.environ | {"PGPASSWORD": str(url.password)},
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"^tps = ([\d.]+) \(without", done.stdout, re.MULTILINE)
        assert found is not None, done.stdout
        return float(found[1])
