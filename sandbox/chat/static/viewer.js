// Photos on the whole screen; arrows lead through all photos of the chat.

import { fileUrl } from './api.js';
import { dismiss } from './dialogs.js';
import { el, icon } from './dom.js';
import { largestPhoto } from './media.js';

export function openViewer(messages, messageId) {
  const photos = messages.filter((message) => message.photo);
  let index = photos.findIndex((message) => message.message_id === messageId);
  if (index < 0) return;

  const image = el('img', { class: 'viewer-image', 'data-testid': 'viewer-image', alt: '' });
  const caption = el('p', { class: 'viewer-caption' });
  const counter = el('span', { class: 'viewer-counter', 'aria-live': 'polite' });
  const save = el('a', { class: 'icon-button', 'aria-label': 'Скачать', title: 'Скачать' }, icon('download'));
  const dialog = el('dialog', { class: 'viewer', 'data-testid': 'viewer', 'aria-label': 'Фотография' });
  const close = () => dismiss(dialog);
  const previous = button('viewer-previous', 'prev', 'Предыдущая', () => show(index - 1));
  const next = button('viewer-next', 'next', 'Следующая', () => show(index + 1));

  function show(wanted) {
    if (wanted < 0 || wanted >= photos.length) return;
    index = wanted;
    const photo = largestPhoto(photos[index].photo);
    const url = fileUrl(photo.file_id);
    image.classList.remove('zoomed');
    Object.assign(image, { src: url, width: photo.width, height: photo.height, alt: photos[index].caption ?? 'Фотография' });
    Object.assign(save, { href: url, download: `photo-${photos[index].message_id}.jpg` });
    caption.textContent = photos[index].caption ?? '';
    counter.textContent = photos.length > 1 ? `${index + 1} из ${photos.length}` : '';
    previous.hidden = index === 0;
    next.hidden = index === photos.length - 1;
  }

  image.addEventListener('click', () => image.classList.toggle('zoomed'));
  const stage = el('div', { class: 'viewer-stage', on: { click: (event) => event.target === stage && close() } }, image);
  dialog.addEventListener('cancel', close);
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') show(index - 1);
    if (event.key === 'ArrowRight') show(index + 1);
  });
  const bar = el('div', { class: 'viewer-bar' }, counter, save, button('viewer-close', 'close', 'Закрыть', close));
  dialog.append(stage, bar, previous, next, caption);
  show(index);
  document.body.append(dialog);
  dialog.showModal();
}

function button(testid, name, label, run) {
  const attributes = { type: 'button', class: `icon-button ${testid}`, 'data-testid': testid, 'aria-label': label, title: label, on: { click: run } };
  return el('button', attributes, icon(name));
}
