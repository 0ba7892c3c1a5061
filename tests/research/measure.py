"""The figures of docs/privacy.md: `python -m tests.research.measure` prints its table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from focus_core.research.bars import Figures
from focus_core.research.ladder import Tier
from focus_core.research.release import Outcome, build
from tests.research.population import generate

SIZES = (50, 300, 3000)
WEEKS = (4, 12)
SEED = 7

HEAD = """\
| people | weeks | tier | outcome | in it | rows | k | l | t | four telling points | four random sessions | with their values | values suppressed |
|--:|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""  # noqa: E501


@cache
def outcome(people: int, tier: Tier, weeks: int = 12) -> Outcome:
    return build(generate(people, weeks=weeks), tier, SEED)


def table() -> Iterator[str]:
    yield from HEAD.splitlines()
    for people in SIZES:
        for weeks in WEEKS:
            for tier in Tier:
                made = outcome(people, tier, weeks)
                yield _row(
                    f"| {people:,} | {weeks} | {tier.value} ",
                    made.released.rung.says
                    if made.released
                    else f"refused: {made.reasons[0].split('.')[0]}",
                    made.released.figures if made.released else None,
                )


def _row(begins: str, outcome: str, figures: Figures | None) -> str:
    if figures is None:
        return f"{begins}| {outcome} | | | | | | | | | |"
    at_random, knowing = figures.unicity_at_random, figures.unicity_knowing_values
    return (
        f"{begins}| {outcome} | {figures.subjects:,} | {figures.rows:,} | {figures.k} | {figures.l}"
        f" | {figures.t:.2f} | {figures.unicity:.1%} | "
        + ("—" if at_random is None else f"{at_random:.1%}")
        + (" | —" if knowing is None else f" | {knowing:.0%}")
        + f" | {figures.suppressed_share:.1%} |"
    )


if __name__ == "__main__":
    print("\n".join(table()))
