// Everything the person has made, newest first.

import { ApiError } from './api.js';
import { chips } from './controls.js';
import { element, icon, show } from './dom.js';
import { texts } from './texts.js';
import { isMaking } from './work.js';

/** @typedef {import('./types.js').Generation} Generation */

/**
 * @param {object} given
 * @param {string} given.kind `image`, `video` or empty for both
 * @param {Generation[]} given.works
 * @param {boolean} given.hasMore
 * @param {(kind: string) => void} given.onKind
 * @param {(generation: Generation) => void} given.onOpen
 * @param {() => Promise<{added: Generation[], hasMore: boolean}>} given.onMore raises ApiError
 * @param {() => void} given.onCreate
 */
export function showGallery({ kind, works, hasMore, onKind, onOpen, onMore, onCreate }) {
  const tiles = (some) => some.map((generation) => element('li', {}, tile(generation, onOpen)));
  const list = element('ul', { className: 'gallery' }, ...tiles(works));
  const more = element('button', { type: 'button', className: 'link', hidden: !hasMore }, texts.showMore);
  const note = element('p', { className: 'note problem', role: 'alert' });
  more.addEventListener('click', async () => {
    more.disabled = true;
    note.textContent = '';
    try {
      const next = await onMore();
      const added = tiles(next.added);
      list.append(...added);
      more.hidden = !next.hasMore;
      added[0]?.firstElementChild.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      note.textContent = error.message || texts.offline;
    }
    more.disabled = false;
  });

  const kinds = [{ value: '', label: texts.all }, { value: 'image', label: texts.pictures }, { value: 'video', label: texts.films }];
  show(
    element('header', { className: 'head' }, element('h1', {}, texts.galleryTitle)),
    element('div', { className: 'section' }, chips({ name: 'kind', title: texts.kind, options: kinds, chosen: kind, onChange: onKind, className: 'segments' })),
    works.length ? element('section', { className: 'section', 'aria-label': texts.galleryTitle }, list) : empty(kind, onCreate),
    more,
    note,
  );
}

function tile(generation, onOpen) {
  const [first] = generation.results;
  const name = [generation.prompt || generation.mode_title, generation.model.name, generation.status_text].join('. ');
  return element(
    'button',
    { type: 'button', className: 'tile', 'aria-label': name, onclick: () => onOpen(generation) },
    first ? picture(first) : placeholder(generation),
    generation.kind === 'video' && element('span', { className: 'tile-mark' }, icon('film')),
    generation.results.length > 1 && element('span', { className: 'tile-mark number' }, `×${generation.results.length}`),
  );
}

function picture(result) {
  if (result.thumbnail_url) return element('img', { src: result.thumbnail_url, alt: '', loading: 'lazy' });
  if (result.mime_type.startsWith('video/')) {
    return element('video', { src: `${result.url}#t=0.1`, muted: true, playsInline: true, preload: 'metadata', tabIndex: -1 });
  }
  return element('img', { src: result.url, alt: '', loading: 'lazy' });
}

function placeholder(generation) {
  const isOn = isMaking(generation);
  return element('span', { className: isOn ? 'tile-state tile-making' : 'tile-state' },
    icon(isOn ? 'spark' : 'cross'),
    element('span', { className: 'tile-words' }, generation.prompt));
}

function empty(kind, onCreate) {
  const words = { image: texts.noPictures, video: texts.noFilms }[kind] ?? texts.galleryEmpty;
  return element('section', { className: 'outcome' },
    element('div', { className: 'badge badge-closed' }, icon('spark')),
    element('p', { className: 'outcome-text' }, words),
    element('button', { type: 'button', className: 'link', onclick: onCreate }, texts.create));
}
