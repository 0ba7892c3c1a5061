"""`python -m tests.benchmarks [PART ...]`: measure all goals, or those of some parts.

A whole run is written to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, make_url

from db import embedded, engine, setup
from tests.benchmarks import parts, report
from tests.benchmarks.bench import Bench
from tests.benchmarks.parts import PARTS
from tests.conftest import TEMPLATE

CROWD_SECONDS = 60


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parse(arguments)
    embedded.install_signal_handlers()
    found: list[report.Measured] = []
    with tempfile.TemporaryDirectory(prefix="focus-bench-") as directory:
        # Under root the server's account passes through, so that all of it lies and ends here.
        Path(directory).chmod(0o711)
        state_dir = Path(directory) / "state"
        state_dir.mkdir(mode=0o711)
        try:
            server = _server(state_dir)
            for part in chosen.parts or PARTS:
                print(f"focus: measuring {part}", flush=True)
                scratch = Path(directory) / part
                scratch.mkdir()
                bench = Bench(server, state_dir, scratch, chosen.tiny, chosen.crowd_seconds)
                found.append(parts.measure(part, bench))
                for line in report.lines(found[-1]):
                    print(f"  {line}", flush=True)
            if not (chosen.parts or chosen.tiny):
                print(f"focus: written to {report.write(found, server)}")
        finally:
            embedded.release()
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--tiny", action="store_true", help="only see that it runs")
    parser.add_argument(
        "--crowd-seconds", type=int, default=CROWD_SECONDS, help="how long the crowd clicks"
    )
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"there is no part {min(unknown)}; the parts are {', '.join(PARTS)}")
    return chosen


def _server(state_dir: Path) -> URL:
    admin = make_url(embedded.ensure_running(state_dir))
    setup.create_database(admin, TEMPLATE)
    template = admin.set(database=TEMPLATE)
    setup.provision(template, engine.role_passwords(state_dir))
    setup.migrate(template)
    return admin


if __name__ == "__main__":
    sys.exit(main())
