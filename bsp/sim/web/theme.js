// Colour theme: light, dark, or automatic as the system is set. This file is a classic script, not
// a module, so that it runs before the first paint.
{
  const THEMES = ["automatic", "light", "dark"];
  const stored = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const store = (theme) => {
    try { localStorage.setItem("theme", theme); } catch { /* Private windows may forbid it. */ }
  };
  let theme = THEMES.includes(stored()) ? stored() : "automatic";

  const apply = () => {
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    if (!button) return;
    button.title = `Theme: ${theme}`;
    button.setAttribute("aria-label", button.title);
  };
  const next = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    store(theme);
    apply();
  };

  apply();
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("theme").addEventListener("click", next);
  });
}
