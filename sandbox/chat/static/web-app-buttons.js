// The main and the secondary button below a mini app
// (core.telegram.org/bots/webapps#bottombutton).

import { el } from './dom.js';
import { themeParams } from './theme.js';

export class BottomButtons {
  constructor(pressed) {
    this.main = bottomButton('webapp-main-button', () => pressed('main_button_pressed'));
    this.secondary = bottomButton('webapp-secondary-button', () => pressed('secondary_button_pressed'));
    this.node = el('footer', { class: 'webapp-buttons', hidden: true }, this.secondary, this.main);
  }

  setupMain(parameters) {
    const { button_color: color, button_text_color: textColor } = themeParams();
    setup(this.main, parameters, { color, textColor });
    this.#layout();
  }

  setupSecondary(parameters) {
    const { bottom_bar_bg_color: color, button_color: textColor } = themeParams();
    setup(this.secondary, parameters, { color, textColor });
    this.node.dataset.position = parameters.position ?? 'left';
    this.#layout();
  }

  #layout() {
    this.node.hidden = this.main.hidden && this.secondary.hidden;
  }
}

function bottomButton(testid, press) {
  return el('button', { type: 'button', class: 'webapp-button', 'data-testid': testid, hidden: true, on: { click: press } });
}

function setup(button, parameters, fallback) {
  const text = parameters.text ?? '';
  button.hidden = !parameters.is_visible || text === '';
  button.disabled = parameters.is_active === false;
  button.textContent = text;
  button.classList.toggle('shine', Boolean(parameters.has_shine_effect));
  button.toggleAttribute('aria-busy', Boolean(parameters.is_progress_visible));
  if (parameters.is_progress_visible) button.setAttribute('aria-busy', 'true');
  button.style.setProperty('background-color', parameters.color || fallback.color);
  button.style.setProperty('color', parameters.text_color || fallback.textColor);
}
