// The files a mode works on: chosen, checked at once, sent, shown, put in order, removed.

import { ApiError } from './api.js';
import { element, icon } from './dom.js';
import { draft } from './draft.js';
import { problemOf, typeName } from './file_rules.js';
import { newId } from './ids.js';
import { picturesOf, referenceButtons, takesReferences } from './references.js';
import { reorderable } from './reorder.js';
import { feel, feelSelection } from './telegram.js';
import { fill, texts } from './texts.js';
import { upload } from './upload.js';

/** @typedef {import('./types.js').Chosen} Chosen */
/** @typedef {import('./types.js').Input} Input */

const aborts = new Map();
// By role: sending goes on while the person looks elsewhere and comes back.
const shown = new Map();

/**
 * @param {Input} input
 * @param {import('./types.js').Reference[]} references
 * @param {() => void} onChange
 * @returns {HTMLElement}
 */
export function inputSection(input, references, onChange) {
  const list = element('ul', { className: 'files' });
  const note = element('p', { className: 'note', role: 'status' });
  const mine = () => draft.files.filter((file) => file.role === input.role).slice(0, input.count_max);

  function draw() {
    const files = mine();
    const isFull = files.length >= input.count_max;
    const items = files.map((file, place) => fileItem({ file, place, count: files.length, onRemove: remove, onRetry: send }));
    list.replaceChildren(...items, ...(isFull ? [] : [addTile(input, add, files.length)]));
    tell(files.find((file) => file.message)?.message ?? '');
  }

  function tell(problem) {
    note.textContent = problem || hint(input);
    note.classList.toggle('problem', Boolean(problem));
  }

  function add(chosen) {
    const free = input.count_max - mine().length;
    const added = chosen.slice(0, free).map((file) => newFile(file, input));
    draft.files.push(...added);
    draw();
    if (chosen.length > free) tell(fill(texts.tooManyFiles, { count: input.count_max }));
    // At once: nothing can be ordered while a file is still looked at.
    onChange();
    added.forEach((file) => check(file, input));
  }

  function pick(reference) {
    const free = input.count_max - mine().length;
    const known = new Set(draft.files.map((file) => file.key));
    const wanted = picturesOf(reference, input.role).filter((file) => !known.has(file.key));
    draft.files.push(...wanted.slice(0, free));
    feelSelection();
    draw();
    if (wanted.length > free) tell(fill(texts.tooManyFiles, { count: input.count_max }));
    onChange();
  }

  function remove(file) {
    aborts.get(file.key)?.();
    if (file.file) URL.revokeObjectURL(file.preview);
    draft.files = draft.files.filter((other) => other !== file);
    draw();
    list.querySelector('input, button')?.focus();
    onChange();
  }

  reorderable(list, (item) => {
    const keys = [...list.querySelectorAll('[data-key]')].map((each) => each.dataset.key);
    const ordered = keys.map((key) => draft.files.find((file) => file.key === key));
    draft.files = [...draft.files.filter((file) => !keys.includes(file.key)), ...ordered];
    const place = keys.indexOf(item.dataset.key);
    feelSelection();
    draw();
    list.children[place].querySelector('.file-face').focus();
    note.textContent = fill(texts.moved, { position: place + 1, count: keys.length });
    onChange();
  });
  shown.set(input.role, { list, refresh: () => { draw(); onChange(); } });
  draw();
  const saved = references.length && takesReferences(input) ? referenceButtons(references, pick) : null;
  const title = input.is_required ? input.title : fill(texts.optional, { title: input.title });
  return element('section', { className: 'section', role: 'group', 'aria-label': title },
    element('h2', { className: 'section-title' }, title), element('div', { className: 'card files-card' }, list, saved), note);
}

async function check(file, input) {
  const message = await problemOf(file.file, input);
  if (!draft.files.includes(file)) return;
  if (message) fail(file, message);
  else send(file);
}

async function send(file) {
  Object.assign(file, { state: 'uploading', progress: 0, message: '' });
  shown.get(file.role).refresh();
  const { done, abort } = upload(file.file, (share) => showProgress(file, share));
  aborts.set(file.key, abort);
  try {
    Object.assign(file, { uploadId: (await done).id, state: 'ready' });
    shown.get(file.role).refresh();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code !== 'aborted') fail(file, error.message || texts.uploadFailed);
  } finally {
    aborts.delete(file.key);
  }
}

function fail(file, message) {
  Object.assign(file, { state: 'failed', message });
  feel('error');
  shown.get(file.role).refresh();
}

/** @returns {Chosen} */
function newFile(file, input) {
  return {
    key: newId(),
    role: input.role,
    name: file.name,
    mimeType: file.type,
    preview: URL.createObjectURL(file),
    state: 'uploading',
    progress: 0,
    message: '',
    file,
    uploadId: '',
    earlier: null,
  };
}

function hint(input) {
  const size = Math.floor(input.bytes_max / 1024 ** 2);
  const said = fill(texts.filesHint, { types: input.mime_types.map(typeName).join(', '), size });
  return input.count_max > 1 ? `${said} · ${fill(texts.filesCount, { count: input.count_max })}` : said;
}

function addTile(input, onAdd, count) {
  const field = element('input', { type: 'file', accept: input.mime_types.join(','), multiple: input.count_max > 1 });
  field.setAttribute('aria-label', `${texts.addFile}: ${input.title}`);
  field.addEventListener('change', () => onAdd([...field.files]));
  const words = count ? null : element('span', {}, texts.addFile);
  return element('li', { className: count ? 'file-add' : 'file-add file-add-wide' }, element('label', {}, field, icon('plus'), words));
}

function fileItem({ file, place, count, onRemove, onRetry }) {
  const name = fill(texts.fileLabel, { position: place + 1, count, name: file.name });
  const face = element('button', { type: 'button', className: 'file-face', 'aria-label': count > 1 ? `${name}. ${texts.moveHint}` : name },
    picture(file));
  if (file.state === 'failed') {
    face.append(element('span', { className: 'file-problem' }, icon('again')));
    face.setAttribute('aria-label', `${name}. ${file.message} ${texts.tryAgain}`);
    face.addEventListener('click', () => file.file && onRetry(file));
  }
  const item = element('li', { className: `file file-${file.state}` },
    face,
    file.state === 'uploading' && element('progress', { max: 1, value: file.progress, 'aria-label': texts.uploading }),
    count > 1 && element('span', { className: 'file-place number', 'aria-hidden': 'true' }, String(place + 1)),
    element('button', { type: 'button', className: 'file-remove', 'aria-label': fill(texts.remove, { name: file.name }), onclick: () => onRemove(file) }, icon('cross')));
  item.dataset.key = file.key;
  return item;
}

function picture(file) {
  if (!file.preview) return icon(file.mimeType.startsWith('video/') ? 'film' : 'grid');
  if (file.mimeType.startsWith('video/') && file.file) {
    return element('video', { src: `${file.preview}#t=0.1`, muted: true, playsInline: true, preload: 'metadata', tabIndex: -1 });
  }
  // Not every browser can draw every picture, HEIC for one.
  return element('img', { src: file.preview, alt: '', draggable: false, onerror: (event) => { event.target.hidden = true; } });
}

function showProgress(file, share) {
  file.progress = share;
  const { list } = shown.get(file.role);
  const bar = [...list.querySelectorAll('[data-key]')].find((item) => item.dataset.key === file.key)?.querySelector('progress');
  if (bar) bar.value = share;
}
