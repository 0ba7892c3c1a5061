// How the end of a session makes itself heard: once for all tabs of a browser.

const RANG = 'focus-rang'
const LATE_MS = 90_000 // after that, a sound would only startle

let audio = null

// A browser lets a page sound only after a gesture: the first one opens the audio for later.
function unlockAudio () {
  if (audio === null && window.AudioContext) audio = new AudioContext()
  if (audio?.state === 'suspended') audio.resume().catch(() => {})
}

function canSound () {
  return audio !== null && audio.state === 'running'
}

function askForNotifications () {
  if ('Notification' in window && Notification.permission === 'default') {
    Promise.resolve(Notification.requestPermission()).catch(() => {})
  }
}

// The last tab to write its name within the pause is the one that rings.
async function isMine (what, id) {
  try {
    if (localStorage.getItem(RANG)?.startsWith(`${what}|`)) return false
    if (!canSound()) await pause(400) // leave it to a tab that can be heard, if there is one
    if (localStorage.getItem(RANG)?.startsWith(`${what}|`)) return false
    localStorage.setItem(RANG, `${what}|${id}`)
    await pause(120)
    return localStorage.getItem(RANG) === `${what}|${id}`
  } catch {
    return true // no storage in this browser: better twice than never
  }
}

async function ring (what, { sound, volume, notifications, title, body }) {
  if (!await isMine(what, Math.random().toString(36))) return
  document.documentElement.dataset.focusRang = what // for whoever watches from outside
  if (sound && audio !== null) chime(volume, audio)
  if (notifications && 'Notification' in window && Notification.permission === 'granted') {
    try {
      const shown = new Notification(title, { body, tag: 'focus' })
      shown.onclick = () => { window.focus(); shown.close() }
    } catch { /* some phones allow notifications from service workers alone */ }
  }
}

function pause (ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
