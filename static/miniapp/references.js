// Pictures the person keeps under a name in the chat, offered where a mode takes pictures.

import { element } from './dom.js';
import { keptFile } from './draft.js';
import { texts } from './texts.js';

/** @typedef {import('./types.js').Reference} Reference */

/** @param {import('./types.js').Input} input */
export const takesReferences = ({ role, mime_types: types }) => role !== 'mask' && types.some((type) => type.startsWith('image/'));

/**
 * @param {Reference[]} references
 * @param {(reference: Reference) => void} onPick
 * @returns {HTMLElement} a button for each
 */
export function referenceButtons(references, onPick) {
  const buttons = references.map((reference) => element('button', { type: 'button', className: 'reference', onclick: () => onPick(reference) }, reference.name));
  return element('div', { className: 'references', role: 'group', 'aria-label': texts.references },
    element('p', { className: 'note', 'aria-hidden': 'true' }, texts.references), ...buttons);
}

/**
 * @param {Reference} reference
 * @param {string} role
 * @returns {import('./types.js').Chosen[]}
 */
export const picturesOf = ({ id, name, pictures }, role) => pictures.map((url, index) => keptFile({
  key: `reference/${id}/${index}/${role}`,
  role,
  name,
  mimeType: 'image/jpeg',
  preview: url ?? '',
  earlier: { reference_id: id, source_index: index },
}));
