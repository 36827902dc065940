// Files before they are sent: chosen, dropped or pasted, with a preview and a caption.

import { dismiss } from './dialogs.js';
import { byId, el, icon } from './dom.js';
import { size } from './format.js';

const FILES_MAX = 10; // sendMediaGroup takes 2 to 10 (core.telegram.org/bots/api#sendmediagroup)
const PHOTO_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp']);

function fieldOf(file, asFile) {
  if (asFile) return 'document';
  if (PHOTO_TYPES.has(file.type)) return 'photo';
  if (file.type.startsWith('video/')) return 'video';
  if (file.type === 'audio/ogg') return 'voice';
  return 'document';
}

// Resolves to {files: [{file, field}], caption}, or null when the person thought better of it.
export function previewFiles(chosen, { asFile, caption }) {
  const files = [...chosen].slice(0, FILES_MAX);
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: 'popup attach-preview', 'data-testid': 'attach-preview' });
    const urls = new Map(files.map((file) => [file, URL.createObjectURL(file)]));
    const close = (result) => {
      urls.forEach((url) => URL.revokeObjectURL(url));
      dismiss(dialog);
      resolve(result);
    };
    const list = el('div', { class: 'attach-list' });
    const compress = el('input', { type: 'checkbox', id: 'attach-compress', 'data-testid': 'attach-compress' });
    compress.checked = !asFile;
    const text = el('textarea', { rows: '1', class: 'attach-caption', 'data-testid': 'attach-caption', placeholder: 'Добавить подпись…', 'aria-label': 'Подпись', maxlength: '1024' });
    text.value = caption;
    const send = () => close({ files: files.map((file) => ({ file, field: fieldOf(file, !compress.checked) })), caption: text.value.trim() });
    const draw = () => {
      list.replaceChildren(...files.map((file) => previewItem(file, urls.get(file), !compress.checked, () => remove(file))));
      title.textContent = titleFor(files, !compress.checked);
    };
    const remove = (file) => {
      files.splice(files.indexOf(file), 1);
      if (files.length) draw();
      else close(null);
    };
    const title = el('h2');
    text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    compress.addEventListener('change', draw);
    dialog.addEventListener('cancel', () => close(null));
    const canCompress = files.some((file) => fieldOf(file, false) !== 'document');
    dialog.append(
      el('header', { class: 'attach-head' }, el('button', { type: 'button', class: 'icon-button', 'aria-label': 'Закрыть', on: { click: () => close(null) } }, icon('close')), title),
      list,
      el('label', { class: 'attach-option', hidden: !canCompress }, compress, 'Сжать фото и видео'),
      el('div', { class: 'attach-foot' }, text, el('button', { type: 'button', class: 'send', 'data-testid': 'attach-send', 'aria-label': 'Отправить', on: { click: send } }, icon('send'))),
    );
    draw();
    document.body.append(dialog);
    dialog.showModal();
    text.focus();
  });
}

function titleFor(files, asFile) {
  const fields = new Set(files.map((file) => fieldOf(file, asFile)));
  const name = fields.size > 1 ? 'файлы' : { photo: 'фото', video: 'видео', voice: 'голосовое' }[[...fields][0]] ?? 'файл';
  return files.length > 1 ? `Отправить ${name} (${files.length})` : `Отправить ${name}`;
}

function previewItem(file, url, asFile, remove) {
  const field = fieldOf(file, asFile);
  const close = el('button', { type: 'button', class: 'icon-button attach-remove', 'aria-label': `Убрать ${file.name}`, on: { click: remove } }, icon('close'));
  if (field === 'photo') return el('figure', { class: 'attach-item' }, el('img', { src: url, alt: file.name }), close);
  if (field === 'video') return el('figure', { class: 'attach-item' }, el('video', { src: url, muted: true, playsinline: true }), close);
  const label = el('span', { class: 'document-text' }, el('span', { class: 'document-name' }, file.name), el('span', { class: 'document-size' }, size(file.size)));
  return el('div', { class: 'attach-item document' }, el('span', { class: 'document-icon' }, icon('file')), label, close);
}

// Dropped anywhere on the chat, or pasted into the message box.
export function watchDropsAndPastes(take) {
  const chat = byId('chat');
  const hint = byId('drop-hint');
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  chat.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hint.hidden = false;
  });
  chat.addEventListener('dragleave', (event) => {
    if (!chat.contains(event.relatedTarget)) hint.hidden = true;
  });
  chat.addEventListener('drop', (event) => {
    hint.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  byId('composer').addEventListener('paste', (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
}
