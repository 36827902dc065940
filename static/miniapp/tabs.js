// The bar at the bottom of the three root screens.

import { element, icon } from './dom.js';
import { feelSelection } from './telegram.js';
import { texts } from './texts.js';

/** @typedef {'create'|'gallery'|'shop'} Root */

const bar = document.getElementById('tabs');

/**
 * @param {Root} shown
 * @param {(root: Root) => void} onGo
 */
export function showTabs(shown, onGo) {
  const tabs = [
    { root: 'create', text: texts.tabCreate, picture: 'spark' },
    { root: 'gallery', text: texts.tabGallery, picture: 'grid' },
    { root: 'shop', text: texts.tabShop, picture: 'bolt' },
  ];
  bar.setAttribute('aria-label', texts.tabs);
  bar.replaceChildren(...tabs.map((tab) => tabButton(tab, tab.root === shown, onGo)));
  bar.hidden = false;
}

export function hideTabs() {
  bar.hidden = true;
}

function tabButton({ root, text, picture }, isShown, onGo) {
  const go = () => {
    feelSelection();
    onGo(root);
  };
  const more = isShown ? { 'aria-current': 'page' } : {};
  return element('button', { type: 'button', className: 'tab', onclick: go, ...more }, icon(picture), element('span', {}, text));
}
