"""The script every page run starts with: the navigation, the gate, then the page.

It lies beside no `pages` folder, so that Streamlit's old automatic detection of one, which would
run a page without this script, finds nothing.
"""

from __future__ import annotations

import streamlit as st

from focus_core.domain.actor import Role
from pages._ui import menu, note_hint, reach, sign_in, sign_out, timer_moves
from pages._ui.gate import require_actor
from pages._ui.routes import ICON
from pages._ui.screens import screens

st.set_page_config(page_title="Focus", page_icon=ICON)

# Only what is worth showing: each page asks for itself what its visitor may.
ROLES = {
    "Coach": Role.COACH,
    "Research": Role.RESEARCHER,
    "People": Role.ADMIN,
    "Administration": Role.ADMIN,
}
WIDE = {"Timer"}  # the plan lies beside the clock
# Before anything that can fail or stop: Streamlit forgets which page was asked for otherwise.
choices = screens()
screen = st.navigation(choices, position="hidden")

if "reset" in st.query_params:  # whoever opens a reset link wants a new password, signed in or not
    sign_in.show()
    st.stop()

actor = require_actor()
sign_in.note_signed_in()
# Said each time, or a wide screen would leave its layout to the next; once only, or it flickers.
st.set_page_config(layout="wide" if screen.title in WIDE else "centered")
with st.sidebar:
    for choice in choices:
        if ROLES.get(choice.title, actor.role) is actor.role:
            is_insights = choice.title == "Insights"
            st.page_link(
                choice, label=note_hint.in_the_menu("Insights", actor) if is_insights else None
            )
    sign_out.control(actor)
    menu.close_when_chosen()
    reach.say_when_lost()
if screen.title == "Timer":  # on a phone the menu is closed, and this is where one begins
    note_hint.show(actor)
else:
    timer_moves.settle()
screen.run()
