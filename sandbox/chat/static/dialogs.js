// Toasts, alerts, popups and menus: everything that appears above the chat.

import { byId, el, icon } from './dom.js';

const TOAST_MS = 3500;
let toastTimer = 0;

export function toast(text) {
  const node = byId('toast');
  clearTimeout(toastTimer);
  // Shown again each time, so that it lies above a dialog opened since.
  if (node.matches(':popover-open')) node.hidePopover();
  node.textContent = text;
  node.showPopover();
  toastTimer = setTimeout(() => node.hidePopover(), TOAST_MS);
}

// Closing first gives the focus back to where it was.
export function dismiss(dialog) {
  dialog.close();
  dialog.remove();
}

// buttons: [{id, text, kind}] with kind default, destructive or muted. Resolves to the pressed id, or null.
export function popup({ title, text, buttons, testid = 'popup' }) {
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: 'popup', 'data-testid': testid, role: 'alertdialog' });
    const close = (id) => {
      dismiss(dialog);
      resolve(id);
    };
    dialog.append(
      ...(title ? [el('h2', {}, title)] : []),
      el('p', {}, text),
      el('div', { class: 'popup-buttons' }, buttons.map((button) => popupButton(button, close))),
    );
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      close(null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function popupButton({ id, text, kind = 'default' }, close) {
  const attributes = {
    type: 'button',
    class: `text-button ${kind}`,
    'data-testid': 'popup-button',
    'data-button-id': id,
    on: { click: () => close(id) },
  };
  return el('button', attributes, text);
}

export function alertDialog(text) {
  return popup({ text, buttons: [{ id: 'ok', text: 'OK' }], testid: 'alert' });
}

export function openLinkDialog(href) {
  const dialog = el('dialog', { class: 'popup', 'data-testid': 'open-link' });
  const close = () => dismiss(dialog);
  dialog.addEventListener('cancel', close);
  const open = el('a', { class: 'text-button', href, target: '_blank', rel: 'noopener noreferrer', on: { click: () => setTimeout(close) } }, 'Открыть');
  const cancel = el('button', { type: 'button', class: 'text-button muted', on: { click: close } }, 'Отмена');
  dialog.append(el('h2', {}, 'Открыть ссылку?'), el('p', { class: 'popup-link' }, href), el('div', { class: 'popup-buttons' }, cancel, open));
  document.body.append(dialog);
  dialog.showModal();
}

// A form in a dialog; resolves to its values, or null when it was closed.
export function formDialog({ title, fields, submitText }) {
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: 'popup form-popup' });
    const close = (values) => {
      dismiss(dialog);
      resolve(values);
    };
    const form = el('form', {}, el('h2', {}, title), fields, el('div', { class: 'popup-buttons' },
      el('button', { type: 'button', class: 'text-button muted', on: { click: () => close(null) } }, 'Отмена'),
      el('button', { type: 'submit', class: 'text-button' }, submitText)));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      close(Object.fromEntries(new FormData(form)));
    });
    dialog.addEventListener('cancel', () => close(null));
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
  });
}

// items: [{icon, text, danger, run}]. The menu hangs at the anchor button or at a point {x, y}.
export function menu(anchor, items) {
  const node = el('div', { class: 'menu', role: 'menu', popover: 'auto', 'data-testid': 'menu' });
  for (const item of items) {
    const run = () => {
      node.hidePopover();
      item.run();
    };
    const attributes = { type: 'button', role: 'menuitem', class: item.danger ? 'danger' : null, on: { click: run } };
    node.append(el('button', attributes, icon(item.icon), item.text));
  }
  node.addEventListener('toggle', (event) => event.newState === 'closed' && node.remove());
  node.addEventListener('keydown', (event) => moveFocus(event, node));
  (anchor.closest?.('dialog') ?? document.body).append(node);
  node.showPopover();
  placeMenu(node, anchor);
  node.firstElementChild.focus();
}

function placeMenu(node, anchor) {
  const box = anchor.getBoundingClientRect?.() ?? { right: anchor.x, left: anchor.x, top: anchor.y, bottom: anchor.y };
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = Math.max(8, Math.min(box.right - width, innerWidth - width - 8));
  const below = box.bottom + 6;
  const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 6) : below;
  node.style.left = `${left}px`;
  node.style.top = `${top}px`;
}

function moveFocus(event, node) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...node.children];
  const next = (items.indexOf(document.activeElement) + step + items.length) % items.length;
  items[next].focus();
}
