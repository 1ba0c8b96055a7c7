// Calls to us that ring in this browser: said on whatever page is open. The sound comes by the headset's page.
(() => {
  const place = document.getElementById('ring')
  if (!place) return
  const MARK = '☎ '
  let key = '', clock = 0, going = false, pressed = false
  const titled = on => {
    const plain = document.title.startsWith(MARK) ? document.title.slice(MARK.length) : document.title
    document.title = on ? MARK + plain : plain
  }
  const show = told => {
    if (told.key === key) return
    key = told.key
    // What had the focus in the part before is looked for in the new one, else the page has it.
    const inside = pressed || place.contains(document.activeElement)
    pressed = false
    place.innerHTML = told.part
    // The window of the headset stays, or the call would end.
    if (document.querySelector('[data-headset]')) place.querySelectorAll('a').forEach(each => { each.target = '_blank' })
    titled(key.includes(':RINGING:'))
    if (inside) (place.querySelector('button') || (told.part ? place : document.getElementById('main'))).focus()
  }
  const look = async () => {
    if (going) return
    going = true
    clearTimeout(clock)
    let again = 15000
    try {
      const answer = await fetch(place.dataset.ring, { redirect: 'manual', headers: { 'X-Forbear-By-Itself': '1' } })
      if (answer.type === 'opaqueredirect' || answer.status === 403) again = 0
      else if (answer.ok) {
        const told = await answer.json()
        show(told)
        again = told.again_ms
      }
    } catch { /* the network is away for a moment */ }
    going = false
    // A page that nobody looks at asks seldom, and at once when it is looked at again.
    if (again) clock = setTimeout(look, document.hidden && !key ? Math.max(again, 10000) : again)
  }
  place.addEventListener('submit', async event => {
    event.preventDefault()
    const form = event.target, fault = place.querySelector('[data-ring-fault]')
    // A button that is shut loses the focus; who pressed it by keyboard gets it back.
    pressed = place.contains(document.activeElement)
    place.querySelectorAll('button').forEach(each => { each.disabled = true })
    const answer = await fetch(form.action, { method: 'POST', redirect: 'manual', body: new URLSearchParams(new FormData(form)) }).catch(() => null)
    place.querySelectorAll('button').forEach(each => { each.disabled = false })
    if (answer && answer.status === 409) {
      const gone = place.querySelector('[data-ring-gone]')
      if (gone) gone.hidden = false
      place.querySelectorAll('form').forEach(each => each.remove())
      clearTimeout(clock)
      key = ''
      clock = setTimeout(() => { place.replaceChildren(); titled(false); look() }, 4000)
      return
    }
    if (fault) fault.hidden = Boolean(answer && answer.ok)
    look()
    setTimeout(look, 500)
  })
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look() })
  addEventListener('pageshow', event => { if (event.persisted) look() })
  look()
})()
