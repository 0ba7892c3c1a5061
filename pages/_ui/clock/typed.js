// Words typed into a list that takes new ones count only after Enter; whoever goes straight on to
// Start, by mouse or Tab, means them too.

const LISTS = '.st-key-timer_task, .st-key-timer_course, [class*=st-key-plan_list_]'
let typedInto = null

function keepTyped (event) {
  const input = typedInto
  if (input === null || !(event.target instanceof Element)) return
  if (event.target.closest('[role=option], [role=listbox]') !== null) { typedInto = null; return }
  if (event.type === 'keydown' ? event.key !== 'Tab' : input.closest(LISTS)?.contains(event.target)) return
  typedInto = null
  if (input.value.trim() === '') return
  input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true }))
}

document.addEventListener('input', ({ target }) => {
  if (target instanceof HTMLInputElement && target.closest(LISTS) !== null) typedInto = target
}, true)
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter' || key === 'Escape') typedInto = null
}, true)
document.addEventListener('keydown', keepTyped, true)
document.addEventListener('pointerdown', keepTyped, true)
