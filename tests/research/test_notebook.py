"""The example notebook runs from top to bottom on a release of each tier and form."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from focus_core.research import bars, files
from focus_core.research.files import Format
from focus_core.research.ladder import Tier
from focus_core.research.release import build
from tests.research.population import generate

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "read_a_release.ipynb"


@pytest.mark.parametrize(
    ("tier", "form"), [(Tier.SUBJECTS, Format.CSV), (Tier.SESSIONS, "parquet")]
)
def test_it_reads_a_release_and_draws(
    tier: Tier, form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build(generate(300), tier, seed=7).released
    assert made is not None
    manifest = {
        "tier": tier.value,
        "period": {"first": "2026-03-02", "before": "2026-05-25"},
        "generalisation": made.rung.says,
        "measured": made.figures.as_dict(),
        "bars": bars.as_dict(tier),
    }
    described = files.dictionary(made.rows, made.rung, tier)
    target = tmp_path / "release.zip"
    target.write_bytes(files.archive(made.rows, described, manifest, Format(form)))
    monkeypatch.setenv("FOCUS_RELEASE", str(target))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("PLOTLY_RENDERER", "json")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    drawn = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "application/json" in output.get("data", {})
    ]
    assert len(drawn) >= 3


def test_it_is_kept_without_output() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
