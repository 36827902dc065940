// Buttons under a message (core.telegram.org/bots/api#inlinekeyboardbutton).

import { el, icon } from './dom.js';
import { safeUrl } from './links.js';

export function inlineKeyboard(message, view) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  const keyboard = el('div', { class: 'inline-keyboard', role: 'group', 'aria-label': 'Кнопки сообщения' });
  rows.forEach((buttons, row) => {
    const line = el('div', { class: 'inline-row' });
    buttons.forEach((button, column) => line.append(inlineButton(message, button, row, column, view)));
    keyboard.append(line);
  });
  return keyboard;
}

// Done in place, so that a pressed button keeps the focus.
export function markPending(container, pending) {
  for (const button of container.querySelectorAll('button.inline-button')) {
    if (pending.has(button.dataset.key)) button.setAttribute('aria-busy', 'true');
    else button.removeAttribute('aria-busy');
  }
}

function inlineButton(message, button, row, column, view) {
  const label = el('span', { class: 'inline-label' }, button.text);
  const attributes = { class: `inline-button ${button.style ?? ''}`.trim(), 'data-testid': 'inline-button', 'data-key': `${message.message_id}:${row}:${column}` };
  if (button.url) return urlButton(button, label, attributes, view);
  const press = () => view.actions.pressInline(message, button, row, column);
  const node = el('button', { ...attributes, type: 'button', disabled: Boolean(button.disabled), on: { click: press } }, label);
  if (button.web_app) node.append(mark('app'));
  if (button.copy_text) node.append(mark('copy'));
  return node;
}

// A real link, so that the browser itself opens the new tab.
function urlButton(button, label, attributes, view) {
  const href = safeUrl(button.url);
  const follow = (event) => {
    if (href && view.actions.followTelegramLink(href)) event.preventDefault();
  };
  return el('a', { ...attributes, href, target: '_blank', rel: 'noopener noreferrer', on: { click: follow } }, label, mark('link'));
}

function mark(name) {
  const node = icon(name);
  node.classList.add('inline-mark');
  return node;
}
