"""The bars on made-up populations of 50, 300 and 3,000 people.

The rows are judged as they would leave, by counting of its own; what the manifest says must agree.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from focus_core.research import bands, risk
from focus_core.research.bars import Figures, missed
from focus_core.research.ladder import LADDERS, Tier
from focus_core.research.release import Attempt, build
from tests.research import measure
from tests.research.measure import outcome
from tests.research.population import generate

SIZES = [130, 300, 3000]
MEASURES = [scale.name for scale in bands.OF_SUBJECTS]


def released(people: int, tier: Tier) -> Attempt:
    found = outcome(people, tier).released
    assert found is not None
    return found


@pytest.mark.parametrize("tier", Tier)
def test_fifty_people_are_too_few(tier: Tier) -> None:
    found = outcome(50, tier)
    assert found.released is None
    assert "a release takes 100" in found.reasons[0]


@pytest.mark.parametrize("people", SIZES)
@pytest.mark.parametrize("tier", Tier)
def test_what_is_released_meets_every_bar(tier: Tier, people: int) -> None:
    figures = released(people, tier).figures
    assert figures.subjects >= 100
    assert figures.k is not None
    assert figures.k >= 11
    assert figures.l is not None
    assert figures.l >= 3
    assert figures.t is not None
    assert figures.t <= 0.3
    most = 0.01 if tier is Tier.SUBJECTS else 0.05
    assert max(figures.unicity, figures.unicity_at_random or 0) <= most
    assert figures.suppressed_share <= 0.2


@pytest.mark.parametrize("people", SIZES)
def test_rows_of_tier_a_are_what_the_figures_say(people: int) -> None:
    made = released(people, Tier.SUBJECTS)
    rows, figures = made.rows, made.figures
    assert rows["subject"].is_unique
    assert len(rows) == figures.subjects == figures.rows
    known = [name for name in rows if name not in ("subject", *MEASURES)]
    classes = rows.groupby(known) if known else rows.groupby(lambda _: 0)
    assert classes.size().min() == figures.k
    told = [name for name in rows if name in MEASURES]
    assert min(n for name in told for n in classes[name].nunique() if n) == figures.l


@pytest.mark.parametrize("people", SIZES)
def test_rows_of_tier_b_are_what_the_figures_say(people: int) -> None:
    made = released(people, Tier.SESSIONS)
    rows, figures = made.rows, made.figures
    count = rows.groupby("subject").size()
    assert (len(count), len(rows)) == (figures.subjects, figures.rows)
    assert set(count) <= {10, 20, 40}
    known = ["count", *(name for name in rows if name == "area")]
    subjects = rows.groupby("subject").first().assign(count=count)
    assert subjects.groupby(known).size().min() == figures.k
    cells = pd.crosstab(rows["subject"], [rows[n] for n in ("week", "slot") if n in rows])
    assert risk.unique_by_points(cells.to_numpy() > 0).mean() == pytest.approx(figures.unicity)


@pytest.mark.parametrize("tier", Tier)
def test_the_same_seed_gives_the_same_release_under_other_pseudonyms(tier: Tier) -> None:
    sessions = generate(200)
    renamed = sessions.assign(subject=sessions["subject"].map(lambda one: f"x{one[::-1]}"))
    shuffled = renamed.sample(frac=1, random_state=3, ignore_index=True)
    first, second = (build(frame, tier, seed=5).attempts[-1] for frame in (sessions, shuffled))
    assert first.figures == second.figures
    bare = [_bare(attempt.rows) for attempt in (first, second)]
    pd.testing.assert_frame_equal(*bare)
    other = build(sessions, tier, seed=6).attempts[-1]
    assert set(other.rows["subject"]) != set(first.rows["subject"])


def _bare(rows: pd.DataFrame) -> pd.DataFrame:
    rest = rows.drop(columns="subject").astype(str)
    return rest.sort_values(list(rest.columns), ignore_index=True)


def test_no_exact_value_and_no_time_leaves() -> None:
    allowed = {
        "subject", "area", "activity", "slot", "week", "focused", "completion", "interruptions",
        "estimation", "rating",
    }  # fmt: skip
    for tier in Tier:
        rows = released(3000, tier).rows
        assert set(rows) <= allowed
        for name in set(rows) - {"subject", "week"}:
            assert rows[name].nunique() <= 4


def test_every_missed_bar_is_told_with_what_to_do() -> None:
    bad = Figures(150, 150, 3, 1, 0.9, 0.5, 0.5, 0.5, 0, 0.6)
    told = " ".join(missed(bad, Tier.SESSIONS))
    for part in ("smallest class", "tells too much", "single out", "suppressed", "Coarsen"):
        assert part in told


def test_the_figures_in_the_docs_are_those_measured() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text()
    assert "\n".join(measure.table()) in docs


def test_nobody_at_all_is_refused_too() -> None:
    empty = generate(3).iloc[:0]
    for tier in Tier:
        assert build(empty, tier, seed=1).reasons


def test_every_ladder_ends_coarser_than_it_begins() -> None:
    for ladder in LADDERS.values():
        assert ladder[0].area
        assert not ladder[-1].area
        assert ladder[-1].slot is None
        assert len({rung.says for rung in ladder}) == len(ladder)


def test_bands_are_ordered_and_blank_where_nothing_is_known() -> None:
    for scale in (*bands.OF_SUBJECTS, *bands.OF_SESSIONS, bands.SLOTS, bands.ACTIVITY):
        assert len(scale.labels) == len(scale.edges) + 1
        codes = scale.codes(pd.Series([np.nan, -1, 1e9]))
        assert codes.tolist() == [bands.BLANK, 0, len(scale.labels) - 1]
        assert scale.told(codes).tolist() == [None, scale.labels[0], scale.labels[-1]]
