"""What the scorecard page keeps of each person until their data change; beside the page, as
`kept_profile` tells why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.services import scorecard
from pages._ui import scorecard_panels
from pages._ui.panels import Panel

KEPT_SECONDS = 3600
KEPT_ENTRIES = 200


# `today` is among the keys because the windows move on with it.
@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner="Reading forecasts …")
def scorecard_of(user_id: UUID, data_version: int, today: date, days: int | None) -> dict[str, Any]:
    return scorecard.get_scorecard(user_id, days)


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def panels_of(
    user_id: UUID,
    data_version: int,
    today: date,
    days: int | None,
    target: str,
    zone: str,
    _found: Mapping[str, Any],
) -> list[Panel]:
    return scorecard_panels.panels(target, _found, zone)
