"""Figures: small, readable on a phone, told apart by colour-blind eyes, on light and dark.

A figure carries its data and nothing else: no template (Streamlit's theme colours it in the
browser, and a template is nine tenths of a small figure's bytes) and no outside resources.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

# From Okabe and Ito's palette, between the light and the dark background in brightness.
BLUE = "#1f83c1"
ORANGE = "#d98e04"
GREY = "#8a8f94"
_BLUES = [[0, "rgba(31, 131, 193, 0.10)"], [1, "rgba(31, 131, 193, 1)"]]

CONFIG = {"displayModeBar": False}


@dataclass(frozen=True)
class Band:
    """Means with the lower and upper bounds of their intervals; None where there is nothing."""

    mean: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]


def bars(
    x: Sequence[Any], y: Sequence[float | None], *, x_title: str, y_title: str, unit: str
) -> go.Figure:
    """Vertical bars from zero; None leaves a gap."""
    trace = go.Bar(
        x=list(x),
        y=list(y),
        marker={"color": BLUE},
        hovertemplate=f"%{{x}}: %{{y}} {unit}<extra></extra>",
    )
    return _figure(trace, x_title=x_title, y_title=y_title)


def points(
    x: Sequence[Any],
    band: Band,
    *,
    mean: float | None,
    x_title: str,
    y_title: str,
    marked: Sequence[int] = (),
) -> go.Figure:
    """Shares from 0 to 1 with their intervals, some of them marked, and a line at a known mean."""
    colours = [ORANGE if n in marked else BLUE for n in range(len(x))]
    shapes = ["diamond" if n in marked else "circle" for n in range(len(x))]
    trace = go.Scatter(
        x=list(x),
        y=list(band.mean),
        mode="markers",
        marker={"color": colours, "symbol": shapes, "size": 9 if marked else 6},
        error_y={
            "type": "data",
            "array": _distances(band.high, band.mean),
            "arrayminus": _distances(band.mean, band.low),
            "color": GREY,
            "thickness": 1.5,
            "width": 0,
        },
        hovertemplate="%{x}: %{y:.0%}<extra></extra>",
    )
    figure = _figure(trace, x_title=x_title, y_title=y_title)
    marks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_yaxes(
        range=[-0.03, 1.03],
        tickvals=marks,
        ticktext=[f"{mark:.0%}".replace("%", " %") for mark in marks],
    )
    if mean is not None:
        figure.add_hline(y=mean, line={"color": GREY, "dash": "dot", "width": 1.5})
    return figure


def pairs(
    x: Sequence[Any], series: Mapping[str, Sequence[float | None]], *, y_title: str, unit: str
) -> go.Figure:
    """Two bars side by side, named above the chart: ours in blue, what it is held against in
    orange."""
    traces = [
        go.Bar(
            x=list(x),
            y=list(values),
            name=name,
            marker={"color": colour},
            hovertemplate=f"{name}, %{{x}}: %{{y}} {unit}<extra></extra>",
        )
        for (name, values), colour in zip(series.items(), (BLUE, ORANGE), strict=True)
    ]
    figure = _figure(*traces, x_title="", y_title=y_title)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    )
    return figure


def reliability(
    said: Sequence[float], happened: Band, counts: Sequence[int], *, x_title: str, y_title: str
) -> go.Figure:
    """What was said against what happened, both from 0 to 1; on the dotted line they agree."""
    figure = points(said, happened, mean=None, x_title=x_title, y_title=y_title)
    figure.update_traces(
        customdata=list(counts),
        hovertemplate="said %{x:.0%}, happened %{y:.0%}, n = %{customdata}<extra></extra>",
    )
    ticks = figure.layout.yaxis
    figure.update_xaxes(range=[-0.03, 1.03], tickvals=ticks.tickvals, ticktext=ticks.ticktext)
    figure.add_shape(type="line", x0=0, y0=0, x1=1, y1=1, line={"color": GREY, "dash": "dot"})
    return figure


def by_the_clock(figure: go.Figure) -> go.Figure:
    """Every third of 24 hours labelled, so that the labels fit a phone lying flat."""
    hours = list(range(0, 24, 3))
    figure.update_xaxes(tickvals=hours, ticktext=[f"{hour:02}" for hour in hours], tickangle=0)
    return figure


def by_the_week(figure: go.Figure, first: date, weeks: int) -> go.Figure:
    """Ticks on the first days of weeks, few enough for a phone."""
    step = -(-weeks // 5) * 7 * 24 * 3600 * 1000
    figure.update_xaxes(tick0=first.isoformat(), dtick=step, tickformat="%-d %b", tickangle=0)
    return figure


def lying_bars(names: Sequence[str], values: Sequence[float], *, x_title: str) -> go.Figure:
    """Horizontal bars, the first on top; names are shown as typed."""
    trace = go.Bar(
        x=list(values),
        y=[_as_typed(name) for name in names],
        orientation="h",
        marker={"color": BLUE},
        hovertemplate="%{y}: %{x} h<extra></extra>",
    )
    figure = _figure(trace, x_title=x_title, y_title="", height=90 + 28 * len(names))
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def calendar(
    weeks: Sequence[date], weekdays: Sequence[str], minutes: Sequence[Sequence[float | None]]
) -> go.Figure:
    """A year of days: a column a week, a row a weekday; None leaves a day out."""
    trace = go.Heatmap(
        x=list(weeks),
        y=list(weekdays),
        z=[list(row) for row in minutes],
        zmin=0,
        colorscale=_BLUES,
        xgap=1,
        ygap=1,
        colorbar={"title": {"text": "min"}, "thickness": 10, "len": 1, "outlinewidth": 0},
        hovertemplate="%{y}, week of %{x|%-d %b %Y}: %{z} min<extra></extra>",
        hoverongaps=False,
    )
    figure = _figure(trace, x_title="", y_title="", height=230)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False, tickformat="%b\n%Y", dtick="M2", ticklabelmode="period")
    return figure


def _figure(*traces: Any, x_title: str, y_title: str, height: int = 280) -> go.Figure:
    axis = {"fixedrange": True, "automargin": True, "zeroline": False}
    return go.Figure(
        data=list(traces),
        layout={
            "template": {},
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "bargap": 0.15,
            "xaxis": {**axis, "title": {"text": x_title}},
            "yaxis": {**axis, "title": {"text": y_title}},
        },
    )


def _distances(upper: Sequence[float | None], lower: Sequence[float | None]) -> list[float | None]:
    return [
        None if a is None or b is None else max(a - b, 0.0)
        for a, b in zip(upper, lower, strict=True)
    ]


def _as_typed(name: str) -> str:
    """Plotly reads a little HTML in its labels; names that people typed are no HTML."""
    return html.escape(name if len(name) <= 28 else f"{name[:27]}…", quote=False)
