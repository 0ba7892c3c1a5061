// The clock. It draws from what the server said: a deadline, or since when it counts up. It never
// counts ticks, so throttling, sleep and reload change nothing about the time it shows.

const PULSE_MS = 5_000
const HIDDEN_PULSE_MS = 30_000
const SIGN_OF_LIFE_MS = 300_000
const RETRY_MS = 10_000
const SYNC_MS = 300
const JUMP_MS = 2_000

// One for the page: when the person looks at another screen, the time stays in the title and the
// end is still heard.
let data = null // what the server said last
let offset = 0 // server's clock less this one's, in ms
let view = null // where to draw, null while another screen is open
let tell = () => {} // sends a word to the server
let line = null // an EventSource while the page is seen
let lastLine = 0
let lost = false // the last pulse found no server or no database
let lastPulse = 0
let lastLife = 0
let lastDue = 0
let lastSync = 0
let later = null // a pulse that waits for the last sync to be answered
let rung = null // whose end was heard
let ownTitle = null
let baseTitle = 'Focus'
let drawn = ''

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('focus-timer') : null
const serverNow = () => Date.now() + offset
const skew = () => Date.now() - performance.now()
let knownSkew = skew()

// ---- what time it shows

function reading (at) {
  if (data.deadline_ms !== null) {
    const left = data.deadline_ms - at
    if (left > 0) return { text: spell(Math.ceil(left / 1000)), part: 1 - left / data.plan_ms }
    if (!data.goes_on) return { text: spell(0), part: 1 }
    return { text: `+${spell(Math.floor(-left / 1000))}`, part: 1, over: true }
  }
  if (data.since_ms !== null) {
    const spent = Math.max(0, at - data.since_ms)
    return { text: spell(Math.floor(spent / 1000)), part: data.plan_ms ? spent / data.plan_ms : null }
  }
  const over = data.frozen_s < 0
  const text = over ? `+${spell(-data.frozen_s)}` : spell(data.frozen_s)
  return { text, part: data.part, over }
}

function spell (seconds) {
  const pad = (number) => String(number).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return hours ? `${hours}:${rest}` : rest
}

// ---- drawing

function draw () {
  const { text, part, over = false } = reading(serverNow())
  writeTitle(text)
  if (view === null || drawn === `${text}${part}`) return
  drawn = `${text}${part}`
  const { clock, label, spoken, digits, bar, fill } = view
  if (digits.textContent !== text) {
    digits.textContent = text
    digits.dataset.length = text.length
  }
  if (clock.dataset.over !== String(over)) {
    clock.dataset.over = over
    if (over && data.overtime) {
      label.textContent = data.overtime.label
      spoken.textContent = data.overtime.spoken
      drawNote()
    }
  }
  bar.classList.toggle('none', part === null)
  fill.style.transform = `scaleX(${Math.min(1, Math.max(0, part ?? 0)).toFixed(4)})`
}

function drawFrame () {
  const { clock, label, cycle, cycleWords, dots, subject, spoken } = view
  clock.dataset.state = data.state
  clock.dataset.over = ''
  label.textContent = data.label
  subject.textContent = data.subject
  cycle.hidden = data.cycle === null
  if (data.cycle !== null) {
    cycleWords.textContent = data.cycle.words
    dots.replaceChildren(...Array.from({ length: data.cycle.of }, (_, index) => {
      const dot = document.createElement('i')
      if (index < data.cycle.done) dot.className = 'done'
      else if (index === data.cycle.done && data.cycle.now) dot.className = 'now'
      return dot
    }))
  }
  if (spoken.textContent !== data.spoken) spoken.textContent = data.spoken
  drawn = ''
}

function drawNote () {
  if (view === null) return
  let words = ''
  if (lost || data.offline) words = data.words.lost
  else if (data.sound && endIsAhead() && !navigator.userActivation?.hasBeenActive) {
    words = data.words.silent
  }
  view.note.textContent = words
  view.note.hidden = words === ''
}

function endIsAhead () {
  return data.deadline_ms !== null && serverNow() < data.deadline_ms
}

function ticking () {
  return data.deadline_ms !== null || data.since_ms !== null
}

function writeTitle (text) {
  if (document.title !== ownTitle) baseTitle = document.title
  if (data.title === null) { restoreTitle(); return }
  ownTitle = data.title.replace('{}', () => text)
  if (document.title !== ownTitle) document.title = ownTitle
}

function restoreTitle () {
  if (ownTitle !== null && document.title === ownTitle) document.title = baseTitle
  ownTitle = null
}

// ---- what happens by the clock

function tick () {
  listen()
  if (data === null) return
  draw()
  const at = Date.now()
  tellWhetherSeen(at)
  if (Math.abs(skew() - knownSkew) > JUMP_MS) { // slept, or somebody set the clock
    knownSkew = skew()
    sync()
  }
  if (at - lastPulse >= (document.hidden ? HIDDEN_PULSE_MS : PULSE_MS)) pulse()
  if (data.deadline_ms !== null && serverNow() >= data.deadline_ms) reachDeadline(at)
  if (data.open_ended && at - lastLife >= SIGN_OF_LIFE_MS) {
    lastLife = at
    tell('alive')
  }
}

async function reachDeadline (at) {
  if (at - lastDue < RETRY_MS) return
  lastDue = at
  const ended = data
  // A pause or an end elsewhere may have come in between; no answer within a second is none.
  const stands = await Promise.race([pulse(), pause(1_000).then(() => true)])
  if (!stands || data?.id !== ended.id || data.deadline_ms !== ended.deadline_ms) return
  ringFor(ended)
  if (!ended.goes_on) tell('due')
  if (ended.goes_on) lastDue = Infinity
}

function ringFor (ended) {
  if (rung === ended.id || serverNow() - ended.deadline_ms > LATE_MS) return
  rung = ended.id
  ring(ended.id, { ...ended, ...ended.bell })
}

// A small question instead of a run: has another tab, device or the scheduler moved the timer?
// True unless it has.
async function pulse () {
  lastPulse = Date.now()
  let answer = null
  try {
    const asked = await fetch('/pulse', { cache: 'no-store', signal: AbortSignal.timeout(4_000) })
    if (asked.status === 401) { sync(); return false }
    if (asked.ok && asked.headers.get('content-type')?.includes('json')) answer = await asked.json()
    lost = asked.status >= 500
  } catch {
    lost = true
  }
  if (data === null) return false
  drawNote()
  if (answer === null) return true
  if (answer.version !== data.version) { sync(); return false }
  if (data.offline) sync()
  return true
}

// While the page is seen, the server says on this line when it is worth asking.
function listen () {
  if (data === null || document.hidden) {
    line?.close()
    line = null
  } else if ((line === null || line.readyState === EventSource.CLOSED) && Date.now() - lastLine >= PULSE_MS) {
    lastLine = Date.now()
    line = new EventSource('/pulse/stream')
    line.onmessage = () => pulse()
  }
}

function sync () {
  if (view === null) { forget(); return }
  const early = lastSync + SYNC_MS - Date.now()
  if (early > 0) { // not dropped: what came so soon after must not wait for the next pulse
    later ??= setTimeout(() => { later = null; pulse() }, early)
    return
  }
  lastSync = Date.now()
  tell('sync')
}

function forget () {
  restoreTitle()
  data = null
}

// ---- what may happen at any time

document.addEventListener('visibilitychange', () => { if (!document.hidden && data) { draw(); pulse() } })
channel?.addEventListener('message', ({ data: version }) => {
  if (data !== null && version !== data.version) pulse()
})

// A hidden page's own timers may be held back to one a minute; a worker's are not.
function startTicking () {
  try {
    const source = new Blob(['setInterval(() => postMessage(0), 250)'], { type: 'text/javascript' })
    const worker = new Worker(URL.createObjectURL(source))
    worker.onmessage = tick
    worker.onerror = () => setInterval(tick, 250)
  } catch {
    setInterval(tick, 250)
  }
}
startTicking()

// ---- what the server says

function arrive (said) {
  if (said.server_now_ms === data?.server_now_ms) return // nothing new, only drawn again
  const before = data
  data = said
  offset = said.server_now_ms - Date.now()
  knownSkew = skew()
  if (said.offline) lost = true
  else if (before?.offline) lost = false
  if (before === null || before.id !== said.id) {
    lastDue = 0
    lastLife = Date.now()
  }
  // Ended elsewhere at its deadline, just before this clock got there.
  if (before?.deadline_ms && before.id !== said.id && serverNow() >= before.deadline_ms - 2_000) {
    ringFor(before)
  }
  if (before !== null && before.version !== said.version) channel?.postMessage(said.version)
}

function parts (root) {
  const find = (name) => root.querySelector(`.${name}`)
  return {
    clock: find('clock'), label: find('label'), cycle: find('cycle'), cycleWords: find('cycle-words'),
    dots: find('dots'), digits: find('digits'), bar: find('bar'), fill: root.querySelector('.bar i'),
    subject: find('subject'), note: find('note'), spoken: find('spoken'), keys: find('keys')
  }
}

export default function ({ data: [said], parentElement, setTriggerValue }) {
  view = parts(parentElement)
  tell = (word) => setTriggerValue(word, data?.id ?? '')
  parentElement.querySelector('.help').onclick = () => view.keys.showModal()
  arrive(said)
  drawFrame()
  draw()
  drawNote()
  const mine = view
  return () => {
    if (view !== mine) return // drawn anew elsewhere already
    view = null
    tell = () => {}
    if (data === null) return
    if (ticking()) pulse() // what was asked of it just before may have stopped it
    else forget()
  }
}
