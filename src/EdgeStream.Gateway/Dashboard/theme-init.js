// Runs before the first paint, so that a dark page never flashes white: this page's choice, else the system's.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('edgestream.theme');
  } catch {
    // Storage may be forbidden; the system's choice stands.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
