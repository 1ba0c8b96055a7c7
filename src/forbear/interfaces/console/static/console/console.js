// Small comforts; every page works without them.
(() => {
  const drops = () => document.querySelectorAll('details.drop[open]')
  document.addEventListener('click', event => {
    drops().forEach(drop => { if (!drop.contains(event.target)) drop.open = false })
  })
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return
    drops().forEach(drop => { drop.open = false; drop.querySelector('summary').focus() })
  })
  // A key that was refused or cancelled is said on the page.
  document.addEventListener('allauth.error', event => {
    const fault = document.getElementById('key-fault')
    if (fault) { fault.hidden = false; event.preventDefault() }
  })
})()
