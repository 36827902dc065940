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
  return new Promise((resolve) => new Preview([...chosen].slice(0, FILES_MAX), asFile, caption, resolve));
}

class Preview {
  constructor(files, asFile, caption, resolve) {
    this.files = files;
    this.resolve = resolve;
    this.urls = new Map(files.map((file) => [file, URL.createObjectURL(file)]));
    this.title = el('h2');
    this.list = el('div', { class: 'attach-list' });
    this.compress = el('input', { type: 'checkbox', 'data-testid': 'attach-compress', on: { change: () => this.#draw() } });
    this.compress.checked = !asFile;
    this.caption = el('textarea', { rows: '1', class: 'attach-caption', 'data-testid': 'attach-caption', placeholder: 'Добавить подпись…', 'aria-label': 'Подпись', maxlength: '1024', on: { keydown: (event) => this.#sendOnEnter(event) } });
    this.caption.value = caption;
    this.dialog = this.#build();
    this.#draw();
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.caption.focus();
  }

  #build() {
    const cancel = el('button', { type: 'button', class: 'icon-button', 'aria-label': 'Закрыть', on: { click: () => this.#close(null) } }, icon('close'));
    const send = el('button', { type: 'button', class: 'send', 'data-testid': 'attach-send', 'aria-label': 'Отправить', on: { click: () => this.#send() } }, icon('send'));
    const canCompress = this.files.some((file) => fieldOf(file, false) !== 'document');
    return el('dialog', { class: 'popup attach-preview', 'data-testid': 'attach-preview', on: { cancel: () => this.#close(null) } },
      el('header', { class: 'attach-head' }, cancel, this.title),
      this.list,
      el('label', { class: 'attach-option', hidden: !canCompress }, this.compress, 'Сжать фото и видео'),
      el('div', { class: 'attach-foot' }, this.caption, send));
  }

  #draw() {
    const asFile = !this.compress.checked;
    this.title.textContent = titleFor(this.files, asFile);
    this.list.replaceChildren(...this.files.map((file) => previewItem(file, this.urls.get(file), asFile, () => this.#remove(file))));
  }

  #remove(file) {
    this.files.splice(this.files.indexOf(file), 1);
    if (this.files.length) this.#draw();
    else this.#close(null);
  }

  #sendOnEnter(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const files = this.files.map((file) => ({ file, field: fieldOf(file, !this.compress.checked) }));
    this.#close({ files, caption: this.caption.value.trim() });
  }

  #close(result) {
    this.urls.forEach((url) => URL.revokeObjectURL(url));
    dismiss(this.dialog);
    this.resolve(result);
  }
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
