"""What somebody could try with a release in hand and some knowledge from outside."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from focus_core.research import bands
from focus_core.research.ladder import Tier
from focus_core.research.release import build, left_out
from tests.research.population import MONDAY, generate


def release(sessions: pd.DataFrame, tier: Tier, seed: int = 7) -> pd.DataFrame:
    made = build(sessions.copy(), tier, seed).released
    assert made is not None
    return made.rows


def test_linkage_by_known_points() -> None:
    """Who saw four sessions of everybody finds at most one in twenty."""
    sessions = generate(300)
    rows = release(sessions, Tier.SESSIONS)
    steps = sorted(rows["week"].unique())
    mine = rows.groupby("subject")[["week", "slot"]].agg(list)
    points = {one: set(zip(row["week"], row["slot"], strict=True)) for one, row in mine.iterrows()}
    dice = np.random.default_rng(2)
    found = tries = 0
    for subject, own in sessions.groupby("subject"):
        seen = own.iloc[dice.permutation(len(own))[:4]]
        known = {
            (max(s for s in steps if pd.Timestamp(s) <= week), bands.SLOTS.labels[hour // 6])
            for week, hour in zip(seen["week"], seen["hour"], strict=True)
        }
        candidates = [one for one, had in points.items() if known <= had]
        tries += 1
        found += candidates == [subject]
    assert found / tries <= 0.05


@pytest.mark.parametrize("tier", Tier)
def test_differencing_two_releases_before_and_after_somebody_left(tier: Tier) -> None:
    """A cohort with one person less: what is missing from the second release are many."""
    sessions = generate(300)
    before = release(sessions, tier, seed=1)
    leaver = before["subject"].iloc[0]
    after = release(sessions[sessions["subject"] != leaver], tier, seed=2)
    gone = set(before["subject"]) - set(after["subject"])
    came = set(after["subject"]) - set(before["subject"])
    assert leaver in gone
    assert min(len(gone), len(came)) >= 11
    if tier is Tier.SUBJECTS:  # what is seen: rows without names
        columns = [name for name in before if name in after and name != "subject"]
        left = Counter(map(tuple, before[columns].to_numpy()))
        left.subtract(Counter(map(tuple, after[columns].to_numpy())))
        assert sum(count for count in left.values() if count > 0) >= 11


def test_somebody_who_was_certainly_there_may_not_be_in_it() -> None:
    assert left_out(130) == 22
    assert left_out(3000) == 300
    sessions = generate(300)
    kept = [set(release(sessions, Tier.SUBJECTS, seed)["subject"]) for seed in (1, 2, 3)]
    assert all(len(one) <= 270 for one in kept)
    assert kept[0] != kept[1] != kept[2]


def test_a_homogeneous_class_tells_nothing_of_its_members() -> None:
    """Everybody in the Americas completes everything: then theirs is not told."""
    sessions = generate(3000)
    theirs = sessions["area"] == "America"
    home = sessions.groupby("subject")["area"].first()
    americans = sessions["subject"].isin(home[home == "America"].index)
    sessions.loc[americans | theirs, "completed"] = True
    rows = release(sessions, Tier.SUBJECTS)
    if "area" in rows:
        told = rows[rows["area"] == "Americas"]["completion"].dropna()
        assert told.empty
    for _, one in rows.groupby([n for n in rows if n in ("area", "activity", "slot")]):
        assert one["completion"].dropna().nunique() in (0, 3)


def test_a_rare_time_zone_is_not_seen() -> None:
    sessions = generate(1500)
    sessions["area"] = "Europe"
    few = sorted(sessions["subject"].unique())[:5]
    sessions.loc[sessions["subject"].isin(few), "area"] = "Pacific"
    for tier in Tier:
        rows = release(sessions, tier)
        if "area" in rows:
            assert set(rows["area"]) == {"Africa and Europe"}
            assert not set(few) & set(rows["subject"])


def test_ten_thousand_sessions_look_like_forty() -> None:
    sessions = generate(300)
    dice = np.random.default_rng(4)
    busy = sessions.iloc[dice.integers(0, len(sessions), 10_000)].assign(subject="busy")
    busy["week"] = MONDAY + pd.to_timedelta(dice.integers(0, 12, 10_000) * 7, unit="D")
    both = pd.concat([sessions, busy], ignore_index=True)
    for seed in range(4):
        rows = release(both, Tier.SESSIONS, seed)
        assert rows.groupby("subject").size().max() == 40
        one = release(both, Tier.SUBJECTS, seed)
        if "busy" in set(one["subject"]):
            row = one[one["subject"] == "busy"]
            same = one[one["activity"] == row["activity"].iloc[0]] if "activity" in one else one
            assert len(same) >= 11


def test_pseudonyms_of_two_releases_have_nothing_in_common() -> None:
    from focus_core.research.pseudonyms import new_key, padded, pseudonym

    assert new_key() != new_key()
    one, two = (pseudonym(bytes([n]) * 32, "an id") for n in (1, 2))
    assert one != two
    assert len(one) == 32
    assert padded(b"k").inner != padded(b"k").outer
