// A moment plays where it is, without loading the page again. Every link works without this.
(() => {
  const player = document.querySelector('audio[data-sound]')
  if (!player) return
  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-from]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    document.querySelector('[data-from-note]')?.remove()
    player.src = `${player.dataset.sound}?from=${encodeURIComponent(link.dataset.from)}`
    player.closest('section').scrollIntoView({ block: 'nearest' })
    player.focus()
    player.play().catch(() => {})
  })
})()
