"""The last 50 sessions of somebody with a hundred times more of them."""

from __future__ import annotations

from focus_core.services import get_focus_session_service
from tests.benchmarks.bench import Bench, Row, at_most, in_turns, medians
from tests.benchmarks.data import make_people

LIMIT_SECONDS = 90


def measure(bench: Bench) -> list[Row]:
    long, short = bench.size((100_000, 1_000), (1_000, 100))
    with bench.database() as admin:
        (much,) = make_people(admin, 1, long, "much")
        (little,) = make_people(admin, 1, short, "little")
        service = get_focus_session_service()
        taken = in_turns(
            {
                "much": lambda: service.get_user_sessions(much, 50),
                "little": lambda: service.get_user_sessions(little, 50),
            },
            bench.size(300, 5),
        )
    took = medians(taken)
    what = f"history's last 50, person with {long:,} sessions against {short:,}"
    return [at_most(what, 1.5, took["much"], took["little"])]
