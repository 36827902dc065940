// Light and dark, for the chat and for mini apps
// (names of the colours: core.telegram.org/bots/webapps#themeparams).

const PARAMS = {
  light: {
    bg_color: '#ffffff',
    secondary_bg_color: '#f4f4f5',
    text_color: '#000000',
    hint_color: '#707579',
    link_color: '#3390ec',
    button_color: '#3390ec',
    button_text_color: '#ffffff',
    header_bg_color: '#ffffff',
    bottom_bar_bg_color: '#ffffff',
    accent_text_color: '#3390ec',
    section_bg_color: '#ffffff',
    section_header_text_color: '#3390ec',
    section_separator_color: '#e4e4e6',
    subtitle_text_color: '#707579',
    destructive_text_color: '#e53935',
  },
  dark: {
    bg_color: '#17212b',
    secondary_bg_color: '#0e1621',
    text_color: '#f5f5f5',
    hint_color: '#7f91a4',
    link_color: '#6ab3f3',
    button_color: '#5288c1',
    button_text_color: '#ffffff',
    header_bg_color: '#17212b',
    bottom_bar_bg_color: '#17212b',
    accent_text_color: '#6ab2f2',
    section_bg_color: '#17212b',
    section_header_text_color: '#6ab3f3',
    section_separator_color: '#101921',
    subtitle_text_color: '#7f91a4',
    destructive_text_color: '#ec3942',
  },
};
const KEY = 'chat-theme';
const listeners = new Set();

export function currentTheme() {
  return document.documentElement.dataset.theme;
}

export function themeParams() {
  return PARAMS[currentTheme()];
}

export function onThemeChange(listener) {
  listeners.add(listener);
}

export function startTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => setTheme(localStorage.getItem(KEY) ?? (system.matches ? 'dark' : 'light'));
  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', (event) => event.key === KEY && apply());
}

export function toggleTheme() {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, theme);
  setTheme(theme);
}

function setTheme(theme) {
  if (theme === currentTheme()) return;
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}
