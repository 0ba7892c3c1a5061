"""The sound at the end of a session, made in the browser so that no file has to travel."""

from __future__ import annotations

import streamlit as st

CHIME = """
function chime (volumePct, opened) {
  const context = opened ?? new AudioContext()
  const loudness = Math.pow(volumePct / 100, 2) * 0.5
  for (const [index, pitch] of [523.25, 659.25, 783.99].entries()) {
    const start = context.currentTime + index * 0.22
    const tone = context.createOscillator()
    const gain = context.createGain()
    tone.frequency.value = pitch
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(loudness, start + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 1.4)
    tone.connect(gain).connect(context.destination)
    tone.start(start)
    tone.stop(start + 1.5)
  }
  if (!opened) setTimeout(() => context.close(), 2500)
}
"""
"""JavaScript: `chime(volumePct)` plays three rising tones. It needs a click on the page before.
A context that was opened by an earlier click may be passed along, and stays open."""

_PLAY = (
    CHIME
    + """
export default function ({ data, parentElement }) {
  if (parentElement.played === data.count) return
  parentElement.played = data.count
  chime(data.volume)
}
"""
)

_player = st.components.v2.component("focus_chime", js=_PLAY)


def play(volume_pct: int, count: int) -> None:
    """Play the sound once for each new `count`, from 0 to 100 percent loud."""
    _player(data={"volume": volume_pct, "count": count}, key="chime")
