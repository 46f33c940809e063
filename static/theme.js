// Sets <html data-theme> before the first paint and keeps it right afterwards: when the system changes, when another
// tab chooses, and when src/lib/ui/theme.svelte.ts announces a choice. A file of its own because the content
// security policy allows no inline script.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    let choice = null;
    try {
      choice = localStorage.getItem('rolecall:theme');
    } catch {
      // Storage may be blocked; the system's choice then stands.
    }
    const theme = choice === 'light' || choice === 'dark' ? choice : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = theme;
  };
  apply();
  dark.addEventListener('change', apply);
  addEventListener('storage', apply);
  addEventListener('rolecall:theme', apply);
})();
