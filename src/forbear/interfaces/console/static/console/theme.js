// Light or dark as the system says, before anything is drawn.
(() => {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const apply = () => { document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light' }
  dark.addEventListener('change', apply)
  apply()
})()
