"""Models as bytes and back: numbers and JSON in a zip archive of numpy's, never code.

Only what is fit to leave the process goes in; see `focus_core.prediction.training`.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np

from focus_core.prediction import completion, duration, quality
from focus_core.prediction.completion import FEATURES, CompletionModel
from focus_core.prediction.conformal import Offsets
from focus_core.prediction.duration import OUTER, DurationModel
from focus_core.prediction.forest import Forest
from focus_core.prediction.pool import Pool
from focus_core.prediction.quality import QualityModel
from focus_core.prediction.rates import SharedRates
from focus_core.prediction.training import Models

VERSIONS = {
    "duration": duration.MODEL_VERSION,
    "completion": completion.MODEL_VERSION,
    "quality": quality.MODEL_VERSION,
}


class UnreadableModel(ValueError):
    """These models are damaged or were made by another version of Focus. Train them again."""


def dump(models: Models) -> bytes:
    cells = models.duration.pool.published()
    rates = models.completion.shared.published()
    facts = {
        "versions": VERSIONS,
        "types": list(cells),
        "misses": models.duration.offsets.windows(),
        "rates": [[cell, counts] for cell, counts in rates.items()],
        "features": FEATURES,
    }
    arrays: dict[str, np.ndarray] = {
        "facts": np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        "ratings": models.quality.published(),
        "weights": models.completion.regression.weights,
    }
    if cells:
        arrays["cells"] = np.stack(list(cells.values()))
    if models.duration.forest is not None:
        arrays |= {
            f"forest_{name}": array for name, array in models.duration.forest.arrays().items()
        }
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def load(data: bytes) -> Models:
    """Models to forecast with; learning on is for those in training, who know how sure they are.

    Raises UnreadableModel when these are not models of this version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = dict(archive)
        facts = json.loads(arrays["facts"].tobytes())
        if facts["versions"] != VERSIONS or facts["features"] != list(FEATURES):
            raise UnreadableModel("models of another version")
        return Models(
            _duration(facts, arrays), _completion(facts, arrays), QualityModel.of(arrays["ratings"])
        )
    except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as problem:
        raise UnreadableModel(str(problem)) from problem


def _duration(facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> DurationModel:
    model = DurationModel()
    if "cells" in arrays:
        model.pool = Pool.of(dict(zip(facts["types"], arrays["cells"], strict=True)))
    model.offsets = Offsets.of(OUTER, facts["misses"])
    prefix = "forest_"
    forest = {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
    model.forest = Forest.of(forest) if forest else None
    return model


def _completion(facts: dict[str, Any], arrays: dict[str, np.ndarray]) -> CompletionModel:
    model = CompletionModel()
    model.shared = SharedRates.of({tuple(cell): counts for cell, counts in facts["rates"]})
    model.regression.weights = arrays["weights"]
    return model
