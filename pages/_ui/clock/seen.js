// Whether this tab is seen while a session runs: told to the server, which keeps it with the
// session. Whether that arrives changes nothing here.

const GLANCE_MS = 2_000 // a shorter look elsewhere, or at this tab, is none

// What was told last. A page that was closed may have told that it went; one that opens in the
// background tells nothing.
let toldSeen = document.hidden ? false : null
let turnedAt = Date.now()

function tellWhetherSeen (at) {
  const seen = !document.hidden
  if (!sessionRuns()) toldSeen = seen
  else if (seen !== toldSeen && at - turnedAt >= GLANCE_MS) tellSeen(seen)
}

function tellSeen (seen) {
  toldSeen = seen
  if (lost || data.offline) return
  const address = `/pulse/tab/${seen ? 'shown' : 'hidden'}?session=${data.id}`
  fetch(address, { method: 'POST', keepalive: true }).catch(() => {})
}

function sessionRuns () {
  return data !== null && (data.state === 'running' || data.state === 'paused')
}

document.addEventListener('visibilitychange', () => { turnedAt = Date.now() })
window.addEventListener('pagehide', () => { if (toldSeen && sessionRuns()) tellSeen(false) })
