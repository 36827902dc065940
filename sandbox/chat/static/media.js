// Photos, albums, videos and stickers, with their place kept before they load.

import { fileUrl, thumbUrl } from './api.js';
import { el, icon } from './dom.js';
import { duration, size } from './format.js';

const WIDTH_MAX = 340;
const HEIGHT_MAX = 440;
const WIDTH_MIN = 120;
const CAPTIONED_WIDTH_MIN = 260;
const ALBUM_WIDTH = 340;

export function hasVisual(message) {
  return Boolean(message.photo || message.video || message.animation);
}

// The smallest size that is sharp on a phone screen, else the largest.
export function bestPhoto(sizes) {
  const sorted = [...sizes].sort((a, b) => a.width - b.width);
  return sorted.find((photo) => photo.width >= WIDTH_MAX * 2) ?? sorted.at(-1);
}

export function largestPhoto(sizes) {
  return [...sizes].sort((a, b) => b.width * b.height - a.width * a.height)[0];
}

export function visualWidth(message) {
  const { width, height } = dimensions(message);
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height);
  const fitted = Math.max(WIDTH_MIN, Math.round(width * scale));
  return message.caption || message.reply_markup ? Math.max(CAPTIONED_WIDTH_MIN, fitted) : fitted;
}

function dimensions(message) {
  const visual = message.photo ? largestPhoto(message.photo) : (message.video ?? message.animation);
  return { width: visual.width || 320, height: visual.height || 240 };
}

export function visual(message, actions) {
  const { width, height } = dimensions(message);
  const shown = visualWidth(message);
  const shownHeight = Math.min(HEIGHT_MAX, (shown * height) / width);
  const frame = el('div', { class: 'visual', style: { 'aspect-ratio': `${shown} / ${Math.round(shownHeight)}` } });
  frame.append(content(message, actions));
  return cover(frame, message);
}

function content(message, actions) {
  if (message.photo) return photo(message, actions);
  if (message.animation) return animation(message.animation);
  return video(message.video);
}

function photo(message, actions) {
  const shown = bestPhoto(message.photo);
  const image = el('img', { src: fileUrl(shown.file_id), alt: message.caption ?? 'Фотография', loading: 'lazy', decoding: 'async', draggable: 'false' });
  const open = () => actions.openViewer(message.message_id);
  return el('button', { type: 'button', class: 'photo', 'data-testid': 'photo', 'aria-label': 'Открыть фотографию', on: { click: open } }, image);
}

function video(file) {
  const player = el('video', { src: fileUrl(file.file_id), poster: file.thumbnail ? fileUrl(file.thumbnail.file_id) : null, controls: true, playsinline: true, preload: 'metadata', 'data-testid': 'video', 'aria-label': 'Видео' });
  const badge = el('span', { class: 'media-badge' }, duration(file.duration));
  player.addEventListener('play', () => badge.remove());
  return fragment(player, badge);
}

function animation(file) {
  const isVideo = !(file.mime_type ?? '').startsWith('image/');
  const attributes = { src: fileUrl(file.file_id), 'data-testid': 'animation' };
  const player = isVideo
    ? el('video', { ...attributes, autoplay: true, loop: true, playsinline: true, 'aria-label': 'Анимация' })
    : el('img', { ...attributes, alt: 'Анимация' });
  player.muted = true;
  return fragment(player, el('span', { class: 'media-badge' }, 'GIF'));
}

function fragment(...nodes) {
  const result = document.createDocumentFragment();
  result.append(...nodes);
  return result;
}

function cover(frame, message) {
  if (!message.has_media_spoiler) return frame;
  const reveal = () => {
    frame.classList.remove('covered');
    button.remove();
  };
  const button = el('button', { type: 'button', class: 'media-cover', 'aria-label': 'Показать скрытое', on: { click: reveal } });
  frame.classList.add('covered');
  frame.append(button);
  return frame;
}

// Rows of two to four, each as high as its pictures' shapes ask for.
export function album(messages, actions) {
  const grid = el('div', { class: 'album', 'data-testid': 'album', style: { width: `${ALBUM_WIDTH}px` } });
  for (const row of albumRows(messages)) {
    const aspects = row.map(clampedAspect);
    const sum = aspects.reduce((total, aspect) => total + aspect, 0);
    const line = el('div', { class: 'album-row', style: { 'aspect-ratio': String(sum) } });
    row.forEach((message, index) => {
      const cell = el('div', { class: 'visual', 'data-testid': 'album-item', 'data-message-id': String(message.message_id), style: { 'flex-grow': String(aspects[index]) } });
      cell.append(content(message, actions));
      line.append(cover(cell, message));
    });
    grid.append(line);
  }
  return grid;
}

const ROW_SIZES = { 1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [3, 3, 4] };

function albumRows(messages) {
  const wide = messages.length === 2 && messages.every((message) => clampedAspect(message) > 1.4);
  const sizes = wide ? [1, 1] : ROW_SIZES[Math.min(10, messages.length)];
  let start = 0;
  return sizes.map((count) => messages.slice(start, (start += count)));
}

function clampedAspect(message) {
  const { width, height } = dimensions(message);
  return Math.min(1.9, Math.max(0.66, width / height));
}

export function sticker(message) {
  const { file_id: id, is_video: isVideo, emoji, width = 512, height = 512 } = message.sticker;
  const style = { 'aspect-ratio': `${width} / ${height}` };
  if (isVideo) {
    const player = el('video', { class: 'sticker', src: fileUrl(id), autoplay: true, loop: true, playsinline: true, style });
    player.muted = true;
    return player;
  }
  return el('img', { class: 'sticker', src: fileUrl(id), alt: emoji ?? 'Стикер', style });
}

export function documentCard(file) {
  const name = file.file_name ?? 'Файл';
  const extension = name.includes('.') ? name.split('.').at(-1).slice(0, 4) : '';
  const badge = el('span', { class: 'document-icon' }, extension || icon('file'));
  if (file.thumbnail) badge.append(thumbnail(file));
  const attributes = { class: 'document', href: fileUrl(file.file_id), download: name, 'data-testid': 'document', 'aria-label': `Скачать ${name}` };
  return el('a', attributes, badge, el('span', { class: 'document-text' },
    el('span', { class: 'document-name' }, name),
    el('span', { class: 'document-size' }, [size(file.file_size), 'Скачать'].filter(Boolean).join(' · '))));
}

function thumbnail(file) {
  const image = el('img', { src: thumbUrl(file.file_id), alt: '', loading: 'lazy' });
  image.addEventListener('error', () => image.remove());
  return image;
}
