// The one big button: Telegram's own at the bottom of its window, or ours outside Telegram.

import { mainButton } from './telegram.js';

const bottom = document.getElementById('bottom');
const button = document.getElementById('action');

let press = () => {};
let isBusy = false;

function pressed() {
  if (!isBusy) press();
}

mainButton?.onClick(pressed);
button.addEventListener('click', pressed);

/**
 * Show the button; a second press while the first is at work does nothing.
 * @param {string} text
 * @param {() => void} onPress
 */
export function show(text, onPress) {
  press = onPress;
  setBusy(false);
  if (mainButton) {
    mainButton.setText(text).show();
  } else {
    button.textContent = text;
    bottom.hidden = false;
  }
}

export function hide() {
  press = () => {};
  mainButton?.hide();
  bottom.hidden = true;
}

/** @param {boolean} busy */
export function setBusy(busy) {
  isBusy = busy;
  button.disabled = busy;
  button.setAttribute('aria-busy', String(busy));
  if (busy) mainButton?.showProgress();
  else mainButton?.hideProgress();
}
