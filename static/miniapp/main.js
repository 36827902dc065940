// Where the page opens: `?screen=create&model=…`, `gallery`, `shop&package=…`; without, the shop.
// The hash is Telegram's.

import { enterShop } from './buying.js';
import { enterCreate, enterGallery } from './making.js';
import { showClosed } from './outcome.js';
import { isInside, start } from './telegram.js';
import { speakLikeTelegram, texts } from './texts.js';

/** @typedef {import('./tabs.js').Root} Root */

const ROOTS = {
  create: (query) => enterCreate(go, query.get('model') ?? ''),
  gallery: () => enterGallery(go),
  shop: (query) => enterShop(go, query.get('package') ?? ''),
};

/** @param {Root} root */
function go(root) {
  // A reload stays where the person is.
  history.replaceState(null, '', `?screen=${root}${location.hash}`);
  open(new URLSearchParams(location.search));
}

function open(query) {
  const root = query.get('screen') ?? 'shop';
  (ROOTS[root] ?? ROOTS.shop)(query);
}

/** After paying, Lava.top sends the browser here, where Telegram is not. */
function showOutside() {
  const returned = { success: texts.returnedSuccess, failure: texts.returnedFailure, cancel: texts.returnedCancel };
  const sentence = returned[new URLSearchParams(location.search).get('returned')];
  showClosed(texts.title, sentence ?? texts.openFromChat, null);
}

start();
speakLikeTelegram();
if (isInside) open(new URLSearchParams(location.search));
else showOutside();
