// Comforts at a desk: keys, and what is being written is kept. Every page works without them.
(() => {
  const typing = element => element && (element.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== 'checkbox')
  const keysOn = () => localStorage.getItem('keys') !== 'off'
  const toggle = document.querySelector('[data-keys-switch]')
  if (toggle) {
    toggle.checked = keysOn()
    toggle.addEventListener('change', () => localStorage.setItem('keys', toggle.checked ? 'on' : 'off'))
  }
  const openers = () => [...document.querySelectorAll('[data-open]')]
  const step = by => {
    const all = openers()
    if (!all.length) return
    const here = all.indexOf(document.activeElement)
    const next = all[Math.min(all.length - 1, Math.max(0, here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by))]
    next.focus()
    next.closest('[data-row]')?.scrollIntoView({ block: 'nearest' })
  }
  document.addEventListener('keydown', event => {
    if (!keysOn() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    if (event.key === 'j') return step(1)
    if (event.key === 'k') return step(-1)
    if (event.key === 'r') return location.reload()
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
    if (!wanted) return
    event.preventDefault()
    if (wanted.matches('a')) wanted.click()
    else wanted.focus()
  })

  // Whoever is at work keeps the case, also while nothing is sent.
  const desk = document.querySelector('[data-stay]')
  if (desk) {
    let told = Date.now()
    const stay = () => {
      if (Date.now() - told < 60_000) return
      told = Date.now()
      const token = document.querySelector('[name=csrfmiddlewaretoken]').value
      fetch(desk.dataset.stay, { method: 'POST', body: new URLSearchParams({ csrfmiddlewaretoken: token }) })
    }
    for (const kind of ['keydown', 'click']) document.addEventListener(kind, stay)
  }

  // Calls that follow by themselves: asked for by this page alone, while it is open and looked at.
  const turn = document.querySelector('[data-turn]')
  if (turn) {
    const due = document.querySelector('form[data-dials-in]')
    const state = turn.querySelector('[data-turn-state]')
    let left = due ? Number(due.dataset.dialsIn) : 0
    let clock = 0
    const halt = () => {
      if (!clock) return
      clearInterval(clock)
      clock = 0
      state.textContent = state.dataset.halted
    }
    const tick = () => {
      if (document.hidden) return halt()
      left -= 1
      const shown = state.querySelector('[data-turn-left]')
      if (shown) shown.textContent = left
      if (left > 0) return
      clearInterval(clock)
      clock = 0
      due.requestSubmit()
    }
    if (due && !document.hidden) clock = setInterval(tick, 1000)
    document.addEventListener('visibilitychange', () => { if (document.hidden) halt() })
    addEventListener('pagehide', halt)
    document.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return
      halt()
      turn.requestSubmit()
    })
  }

  // What is being written goes to the server a moment after the last stroke.
  const note = document.querySelector('[data-draft]')
  if (note) {
    const form = note.form
    const state = document.getElementById('draft-state')
    let timer = 0
    let sent = note.value
    let going = new AbortController()
    const keep = () => {
      clearTimeout(timer)
      if (note.value === sent) return
      const text = note.value
      const body = new URLSearchParams({
        text,
        note_ref: form.querySelector('[name=note_ref]').value,
        csrfmiddlewaretoken: form.querySelector('[name=csrfmiddlewaretoken]').value,
      })
      const headers = { 'X-Draft': '1' }
      fetch(note.dataset.draft, { method: 'POST', body, keepalive: true, headers, signal: going.signal })
        .then(answer => {
          if (answer.ok) sent = text
          state.textContent = answer.ok ? state.dataset.kept : state.dataset.lost
        })
        .catch(() => { if (!going.signal.aborted) state.textContent = state.dataset.lost })
    }
    note.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(keep, 800) })
    note.addEventListener('blur', keep)
    document.addEventListener('visibilitychange', keep)
    // What is handed in needs no draft; one on its way might come after the case is closed.
    form.addEventListener('submit', () => {
      clearTimeout(timer)
      sent = note.value
      going.abort()
    })
    // Somebody who comes back by the browser's own button writes on.
    addEventListener('pageshow', () => { going = new AbortController() })
  }
})()
