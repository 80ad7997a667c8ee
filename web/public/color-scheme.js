// Runs before the first paint, so that a dark page never flashes white. An own file because the page allows no inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('throughline-color-scheme');
  } catch {
    // storage is switched off: follow the system
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
