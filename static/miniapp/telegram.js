// Telegram's WebApp object, or its absence.

const webApp = window.Telegram?.WebApp;

/** Signed proof of who opened the page; empty outside Telegram. */
export const initData = webApp?.initData ?? '';

/** Telegram's buttons exist only where Telegram opened the page. */
export const isInside = initData !== '';

/** @returns {string} what Telegram says about the person's language */
export function languageCode() {
  return webApp?.initDataUnsafe?.user?.language_code ?? navigator.language ?? '';
}

export function start() {
  if (!isInside) return;
  webApp.ready();
  webApp.expand();
  const paint = () => {
    document.documentElement.style.colorScheme = webApp.colorScheme;
    if (!webApp.isVersionAtLeast('6.1')) return;
    webApp.setHeaderColor('secondary_bg_color');
    webApp.setBackgroundColor('secondary_bg_color');
  };
  webApp.onEvent('themeChanged', paint);
  paint();
  // Pictures are put in order by dragging, which must not close the page.
  if (webApp.isVersionAtLeast('7.7')) webApp.disableVerticalSwipes();
}

/** Open an address in the browser outside: bank pages do not work inside Telegram. */
export function openLink(url) {
  if (isInside) webApp.openLink(url);
  else window.open(url, '_blank', 'noopener');
}

export function close() {
  webApp?.close();
}

/** @param {'success'|'error'|'warning'} kind */
export function feel(kind) {
  if (isInside && webApp.isVersionAtLeast('6.1')) webApp.HapticFeedback.notificationOccurred(kind);
}

export function feelSelection() {
  if (isInside && webApp.isVersionAtLeast('6.1')) webApp.HapticFeedback.selectionChanged();
}

/** @param {string} question @returns {Promise<boolean>} */
export function confirm(question) {
  if (!isInside || !webApp.isVersionAtLeast('6.2')) return Promise.resolve(window.confirm(question));
  return new Promise((resolve) => webApp.showConfirm(question, resolve));
}

/** @param {(() => void)|null} onBack */
export function setBack(onBack) {
  if (!isInside || !webApp.isVersionAtLeast('6.1')) return;
  webApp.BackButton.offClick(setBack.current);
  setBack.current = onBack;
  if (onBack) webApp.BackButton.onClick(onBack).show();
  else webApp.BackButton.hide();
}

export const mainButton = isInside ? webApp.MainButton : null;
