"""How an error looks: calm, in plain words, with what to do next."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from focus_core.domain.errors import DatabaseUnavailable, FocusError
from focus_core.services import health
from pages._ui.text import plain

logger = logging.getLogger(__name__)

RETRY_SECONDS = 3


@contextmanager
def told() -> Iterator[None]:
    """Show a FocusError where it happens and go on with the page.

    A database that is away is a matter of the whole page and passes through.
    """
    try:
        yield
    except DatabaseUnavailable:
        raise
    except FocusError as error:
        tell(error)


def tell(error: FocusError) -> None:
    st.error(plain(str(error)), icon=":material/error:")


def on_script_error(error: Exception) -> bool:
    """Streamlit's hook for what a page did not catch; True: nothing more is shown."""
    if isinstance(error, DatabaseUnavailable):
        _wait_for_database()
    elif isinstance(error, FocusError):
        tell(error)
    else:
        reference = secrets.token_hex(4)
        logger.error("A page failed, reference %s", reference, exc_info=error)
        st.error(
            "Something went wrong on our side, and what you saved before is safe. Reload the page"
            f" to go on. If it happens again, report the reference {reference}."
        )
    return True


@st.fragment(run_every=RETRY_SECONDS)
def _wait_for_database() -> None:
    """Says so, asks again by itself, and brings the page back as soon as it can."""
    context = get_script_run_ctx()
    asking_again = context is not None and bool(context.fragment_ids_this_run)
    if asking_again and health.database_answers():
        st.rerun()
    st.warning(str(DatabaseUnavailable()), icon=":material/cloud_off:")
