// What can be said of a file before it is sent; the server checks again, with the same words.

import { fill, texts } from './texts.js';

const NAMES = { 'image/jpeg': 'JPEG', 'image/png': 'PNG', 'image/webp': 'WEBP', 'video/mp4': 'MP4', 'video/quicktime': 'MOV', 'video/webm': 'WebM' };
const LOOK_MS = 3000;

/** @param {string} mimeType @returns {string} as people call it */
export const typeName = (mimeType) => NAMES[mimeType] ?? mimeType.split('/')[1].toUpperCase();

/**
 * @param {File} file
 * @param {import('./types.js').Input} input
 * @returns {Promise<string>} why the file does not fit, empty when it seems to
 */
export async function problemOf(file, input) {
  const isFilm = file.type.startsWith('video/');
  if (!input.mime_types.includes(file.type)) {
    return fill(texts.wrongFileType, { types: input.mime_types.map(typeName).join(', ') });
  }
  if (file.size > input.bytes_max) {
    return fill(isFilm ? texts.filmTooBig : texts.fileTooLarge, { megabytes: Math.floor(input.bytes_max / 1024 ** 2) });
  }
  if (isFilm && input.seconds_max && (await lengthOf(file)) > input.seconds_max) {
    return fill(texts.filmTooLong, { seconds: input.seconds_max });
  }
  return isFilm ? '' : shapeProblemOf(file, input);
}

async function shapeProblemOf(file, input) {
  if (!input.side_min && !input.ratio_max) return '';
  const [short, long] = (await sidesOf(file)).sort((one, other) => one - other);
  if (short && short < input.side_min) return fill(texts.pictureTooSmall, { pixels: input.side_min });
  if (input.ratio_max && long > short * input.ratio_max) return fill(texts.pictureTooNarrow, { times: input.ratio_max });
  return '';
}

/** Width and height; zeros when this browser cannot tell: then the server does. */
function sidesOf(file) {
  return new Promise((resolve) => {
    const shown = new Image();
    const address = URL.createObjectURL(file);
    const tell = () => {
      URL.revokeObjectURL(address);
      resolve([shown.naturalWidth, shown.naturalHeight]);
    };
    shown.onload = tell;
    shown.onerror = tell;
    shown.src = address;
  });
}

/** Seconds; 0 when this browser cannot tell: then the server does. */
function lengthOf(file) {
  return new Promise((resolve) => {
    const film = document.createElement('video');
    const address = URL.createObjectURL(file);
    const tell = (seconds) => {
      clearTimeout(timer);
      URL.revokeObjectURL(address);
      resolve(Number.isFinite(seconds) ? seconds : 0);
    };
    const timer = setTimeout(() => tell(0), LOOK_MS);
    film.onloadedmetadata = () => tell(film.duration);
    film.onerror = () => tell(0);
    film.preload = 'metadata';
    film.src = address;
  });
}
