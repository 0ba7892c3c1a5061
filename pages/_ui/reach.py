"""What a page says while its server can't be reached, be it restarting or the network away.

Streamlit has a dialog for that, in words for whoever writes an app. It comes and goes by itself.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
const TITLE = "Focus can't be reached right now"
const WORDS = 'A session that runs goes on, and nothing is lost. This page comes back by itself.'

function reword (dialog) {
  const heading = dialog.querySelector('h2')
  if (heading?.textContent !== 'Connection error') return
  const [message, command] = heading.nextElementSibling.children
  heading.textContent = TITLE
  message.textContent = WORDS
  if (command !== undefined) command.hidden = true
}

// Dialogs are laid over the page, beside it.
new MutationObserver(() => {
  document.querySelectorAll('[data-testid=stDialog]').forEach(reword)
}).observe(document.body, { childList: true })

export default function () {}
"""

_mount = st.components.v2.component("focus_reach", js=_SCRIPT)


def say_when_lost() -> None:
    """Draw this in the sidebar: one piece of script, and nothing to see."""
    _mount(key="reach")
