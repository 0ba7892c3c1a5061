// What the person does: keys, and gestures that allow a sound and ask for notifications.

let byPointer = false // whether the last move was made with a pointer

function typing (event) {
  const target = event.composedPath()[0]
  return target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input:not([type=checkbox]), textarea, select, [role=listbox]') !== null)
}

// Space on a button that was reached by keyboard presses that button.
function meantForButton (event) {
  const target = event.composedPath()[0]
  return !byPointer && target instanceof HTMLElement &&
    target.closest('button, a, summary, [type=checkbox], [role=button], [role=tab], [role=radio]') !== null
}

function press (name) {
  const button = document.querySelector(`.st-key-${name} button`)
  if (button !== null && !button.disabled) button.click()
}

function noteGesture () {
  if (data?.sound) unlockAudio()
}

function onKey (event) {
  if (event.key === 'Tab' || event.key.startsWith('Arrow')) byPointer = false
  noteGesture()
  if (data !== null) drawNote()
  if (view === null || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
  if (typing(event) || document.querySelector('[role=dialog]') !== null || view.keys.open) return
  if (event.key === '?') view.keys.showModal()
  else if (event.key === 'i' || event.key === 'I') press('clock_interruption')
  else if (event.key === 'f' || event.key === 'F') press('clock_finish')
  else if (event.key === ' ' && !meantForButton(event)) {
    document.activeElement?.blur() // or letting go of the key would press what was clicked last
    press('clock_main')
  } else return
  event.preventDefault()
}

function onClick (event) {
  if (!(event.target instanceof Element) || data === null) return
  drawNote() // not before: a note of two lines shrinks, and the button would leave the pointer
  const starts = data.state !== 'running' && data.state !== 'paused'
  if (!starts || event.target.closest('.st-key-clock_main') === null) return
  if (data.notifications) askForNotifications()
}

// A box that was ticked by pointer keeps the focus and would take the key before it gets here.
function onKeyAtBox (event) {
  const target = event.composedPath()[0]
  if (!byPointer || event.key !== ' ' || target.type !== 'checkbox') return
  onKey(event)
  event.stopPropagation()
}

document.addEventListener('keydown', onKeyAtBox, true)
document.addEventListener('keydown', onKey)
document.addEventListener('click', onClick, true)
document.addEventListener('pointerdown', () => { byPointer = true; noteGesture() }, true)
