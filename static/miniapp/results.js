// What came of a work: its pictures or its film, and which one of several is meant.

import { element, icon } from './dom.js';
import { feelSelection } from './telegram.js';
import { fill, texts } from './texts.js';

/** @typedef {import('./types.js').Generation} Generation */
/** @typedef {import('./types.js').Result} Result */

/**
 * @param {Generation} generation
 * @returns {{nodes: Node[], chosen: () => Result, offerChoice: () => void}}
 */
export function resultsOf(generation) {
  const { results } = generation;
  const areMany = results.length > 1;
  let [chosen] = results;
  const items = results.map((result) => element('li', {}, shown(result, generation)));
  const group = element('div', {}, element('ul', { className: areMany ? 'results results-many' : 'results' }, ...items));

  return {
    nodes: [
      element('header', { className: 'head' }, element('h1', {}, texts.doneTitle)),
      group,
      element('p', { className: 'note' }, areMany ? texts.originalsInChat : texts.originalInChat),
    ],
    chosen: () => chosen,
    /** Something can be done with one of them: of several the person says which. */
    offerChoice() {
      if (!areMany) return;
      group.setAttribute('role', 'radiogroup');
      group.setAttribute('aria-label', texts.whichResult);
      items.forEach((item, place) => item.append(mark(results[place], place === 0, () => {
        chosen = results[place];
        feelSelection();
      })));
    },
  };
}

/** @param {Result} result @param {boolean} checked @param {() => void} onchange */
function mark({ index }, checked, onchange) {
  const name = fill(texts.resultNumber, { position: index + 1 });
  return element('label', { className: 'result-mark' },
    element('input', { type: 'radio', name: 'result', checked, onchange, 'aria-label': name }),
    icon('check'));
}

/** @param {Result} result @param {Generation} generation */
function shown(result, generation) {
  const name = fill(texts.resultLabel, { position: result.index + 1, prompt: generation.prompt });
  if (result.mime_type.startsWith('video/')) {
    return element('video', { className: 'result', src: result.url, poster: result.thumbnail_url ?? '', controls: true, loop: true, playsInline: true, preload: 'metadata', 'aria-label': name, ...sizeOf(result) });
  }
  return element('a', { href: result.url, target: '_blank', rel: 'noopener', className: 'result-link' },
    element('img', { className: 'result', src: result.url, alt: name, ...sizeOf(result) }));
}

/** Its place is kept while it loads. */
function sizeOf({ width, height }) {
  return width && height ? { width, height } : {};
}
