// The bar at the bottom of the three root screens.

import { element, icon } from './dom.js';
import { feelSelection } from './telegram.js';
import { texts } from './texts.js';

/** @typedef {'create'|'gallery'|'shop'} Root */

const bar = document.getElementById('tabs');
let drawn = '';
/** @type {(root: Root) => void} */
let go = () => {};

/**
 * Drawn anew only when it would look otherwise: a button that is replaced under a finger loses its tap.
 * @param {Root} shown
 * @param {(root: Root) => void} onGo
 */
export function showTabs(shown, onGo) {
  go = onGo;
  bar.hidden = false;
  const wanted = [shown, texts.tabs, texts.tabCreate, texts.tabGallery, texts.tabShop].join();
  if (wanted === drawn) return;
  drawn = wanted;
  const tabs = [
    { root: 'create', text: texts.tabCreate, picture: 'spark' },
    { root: 'gallery', text: texts.tabGallery, picture: 'grid' },
    { root: 'shop', text: texts.tabShop, picture: 'bolt' },
  ];
  bar.setAttribute('aria-label', texts.tabs);
  bar.replaceChildren(...tabs.map((tab) => tabButton(tab, tab.root === shown)));
}

export function hideTabs() {
  bar.hidden = true;
}

function tabButton({ root, text, picture }, isShown) {
  const press = () => {
    feelSelection();
    go(root);
  };
  const more = isShown ? { 'aria-current': 'page' } : {};
  return element('button', { type: 'button', className: 'tab', onclick: press, ...more }, icon(picture), element('span', {}, text));
}
