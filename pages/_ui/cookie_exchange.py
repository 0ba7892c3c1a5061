"""The browser's part of signing in and out: only an answer to its own request can set or delete
an HttpOnly cookie, so a small component makes that request and loads the page anew."""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
function here () {
  const address = new URL(location.href)
  // Links that are used up. Another, to a group say, still leads where it was to lead.
  for (const used of ['invite', 'reset']) address.searchParams.delete(used)
  return address.pathname + address.search
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (parentElement.asked === data.once) return
  parentElement.asked = data.once
  if (!data.address) {
    location.reload()
    return
  }
  const headers = data.ticket ? { 'X-Focus-Ticket': data.ticket } : {}
  fetch(data.address, { method: 'POST', headers }).then(
    (answer) => {
      if (answer.ok || data.leave) location.replace(data.leave || here())
      else setTriggerValue('failed', true)
    },
    () => setTriggerValue('failed', true),
  )
}
"""

_exchange = st.components.v2.component("focus_cookie_exchange", js=_SCRIPT)


def trade_ticket(ticket: str) -> bool:
    """Have the browser fetch its cookie and reload; False once that has failed."""
    data = {"address": "/session/begin", "ticket": ticket, "once": ticket, "leave": ""}
    result = _exchange(data=data, key="trade_ticket", on_failed_change=_note)
    return not result.failed


def drop_cookie() -> None:
    """Have the browser delete its cookie and open the first page."""
    data = {"address": "/session/end", "ticket": "", "once": "end", "leave": "/"}
    _exchange(data=data, key="drop_cookie", on_failed_change=_note)


def load_anew() -> None:
    """Have the browser load the page it is on, with whatever cookies it has now."""
    data = {"address": "", "ticket": "", "once": "reload", "leave": ""}
    _exchange(data=data, key="load_anew", on_failed_change=_note)


def _note() -> None:
    """A trigger needs a listener to be part of the component's result."""
