"""Our k, l and t beside those of pyCANON, an implementation of others.

It brings its own pandas, so it runs in an environment of its own, which is not installed by
default: `pip install pycanon`, then `python -m tests.research.check_with_pycanon`. It exits with 1
where the two differ.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from pycanon import anonymity

from focus_core.research import risk


def table(rows: int, classes: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    of_class = dice.integers(0, classes, rows)
    values = np.clip(dice.integers(0, 4, rows) + (of_class % 2), 0, 4)
    frame = pd.DataFrame({"class": of_class.astype(str), "value": values})
    return frame, risk.classes(of_class[:, None]), values.astype(np.int64)


def main() -> int:
    differ = False
    for rows, classes, seed in ((60, 4, 1), (300, 9, 2), (2000, 25, 3)):
        frame, of_class, values = table(rows, classes, seed)
        ours = (
            int(risk.sizes(of_class).min()),
            min(risk.diversity(of_class, values).values()),
            max(risk.closeness(of_class, values, 5).values()),
        )
        theirs = (
            anonymity.k_anonymity(frame, ["class"]),
            anonymity.l_diversity(frame, ["class"], ["value"]),
            float(anonymity.t_closeness(frame, ["class"], ["value"])),
        )
        same = ours[:2] == theirs[:2] and abs(ours[2] - theirs[2]) < 1e-6
        differ |= not same
        print(f"{rows} rows, {classes} classes: ours {ours}, theirs {theirs}")
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
