"""A panel: a title that says what was found, its measure, a figure, and the table behind it.

Without a figure where there is too little to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages._ui import charts

Table = dict[str, list[Any]]


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    unit: str
    figure: go.Figure | None
    table: Table


def draw(panel: Panel) -> None:
    """One panel. Its table is sent only once it is opened."""
    st.markdown(f"#### {panel.title}")
    st.caption(panel.unit)
    if panel.figure is not None:
        st.plotly_chart(
            panel.figure, config=charts.CONFIG, key=panel.key, alt=f"{panel.title}. {panel.unit}"
        )
    behind = st.expander(
        "Table", icon=":material/table:", key=f"{panel.key}_table", on_change="rerun"
    )
    if behind.open:
        with behind:
            show_table(panel.table)


def show_table(table: Table) -> None:
    """Whole when it is short, else scrolling. Cells are Markdown: what was typed comes `plain`.

    No data frame: its download would hand typed names to spreadsheets as formulas.
    """
    rows = len(next(iter(table.values())))
    st.table(table, hide_index=True, height=420 if rows > 12 else "content")
