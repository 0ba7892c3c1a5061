"""The menu on a phone: over the page, so it goes once a page was chosen.

Streamlit closes its own navigation so, but not a sidebar of page links.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
const NARROW = 768 // pixels: up to here the sidebar lies over the page

document.addEventListener('click', ({ target }) => {
  if (window.innerWidth > NARROW || !(target instanceof Element)) return
  if (target.closest('[data-testid=stSidebar] [data-testid=stPageLink-NavLink]') === null) return
  document.querySelector('[data-testid=stSidebarCollapseButton] button')?.click()
})

export default function () {}
"""

_mount = st.components.v2.component("focus_menu", js=_SCRIPT)


def close_when_chosen() -> None:
    """Draw this in the sidebar: one piece of script, and nothing to see."""
    _mount(key="menu")
