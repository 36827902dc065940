// The bot's keyboard under the message box (core.telegram.org/bots/api#replykeyboardmarkup).

import { el, icon } from './dom.js';

export function drawReplyKeyboard(container, markup, press) {
  container.hidden = !markup;
  const signature = JSON.stringify(markup);
  if (container.dataset.signature === signature) return;
  container.dataset.signature = signature;
  container.classList.toggle('compact', Boolean(markup?.resize_keyboard));
  container.replaceChildren(...(markup?.keyboard ?? []).map((buttons, row) =>
    el('div', { class: 'reply-row' }, buttons.map((button, column) => replyButton(button, () => press(row, column))))));
}

export function buttonText(button) {
  return typeof button === 'string' ? button : button.text;
}

function replyButton(button, press) {
  const attributes = { type: 'button', class: `reply-button ${button.style ?? ''}`.trim(), 'data-testid': 'reply-button', on: { click: press } };
  const node = el('button', attributes, el('span', {}, buttonText(button)));
  if (button.web_app) {
    const mark = icon('app');
    mark.classList.add('inline-mark');
    node.append(mark);
  }
  return node;
}
