// The walk through making: the form → live progress → the result; and what was made before.

import * as action from './action.js';
import { ApiError, cancelGeneration, getAlternatives, getGeneration, getGenerations, getModels, getSources } from './api.js';
import { deadEnd, orDeadEnd } from './dead_end.js';
import { chooseModel, chosenModel, copyFrom, draft, modeTaking, startFrom } from './draft.js';
import { showGallery } from './gallery.js';
import { fillIn } from './ordering.js';
import { showPicker } from './picker.js';
import { showLoading } from './shop.js';
import { hideTabs, showTabs } from './tabs.js';
import { close, confirm, feel, setBack } from './telegram.js';
import { speak, texts } from './texts.js';
import { enter, onLeave, staying } from './visit.js';
import { watch } from './watch.js';
import { isMaking, showWork } from './work.js';

/** @typedef {import('./types.js').Catalog} Catalog */
/** @typedef {import('./types.js').Generation} Generation */
/** @typedef {import('./types.js').Model} Model */

let go = () => {};
/** @type {Catalog|null} */
let catalog = null;
// What the gallery has loaded stays while a work of it is looked at.
const seen = { kind: '', works: [], nextBefore: null, scroll: 0 };

// --- the form --------------------------------------------------------------------------------

/**
 * @param {(root: import('./tabs.js').Root) => void} onGo to another root screen
 * @param {string} [slug] a model chosen already
 */
export function enterCreate(onGo, slug = '') {
  go = onGo;
  if (slug) draft.slug = slug;
  openCreate();
}

async function openCreate() {
  const isHere = enter();
  setBack(null);
  showTabs('create', go);
  if (!(await loadCatalog(openCreate, isHere))) return;
  showTabs('create', go);
  const model = chosenModel(catalog.models, catalog.default_model);
  if (!model) return deadEnd(new ApiError('no_models', texts.noModels), openCreate);
  chooseModel(model);
  fillIn({
    model,
    catalog,
    onPick: () => openPicker(model),
    onReopen: openCreate,
    onTopUp: () => go('shop'),
    onOrdered(generation) {
      seen.works = [];
      openWork(generation, openCreate);
    },
  });
}

/** @returns {Promise<boolean>} whether there is a catalog and the person still waits for it */
async function loadCatalog(retry, isHere) {
  if (catalog) return true;
  showLoading();
  const answer = await orDeadEnd(getModels(), retry, isHere);
  if (!answer) return false;
  catalog = answer;
  speak(catalog.language);
  return true;
}

/** @param {Model} model */
function openPicker(model) {
  enter();
  hideTabs();
  setBack(openCreate);
  showPicker({
    models: catalog.models,
    chosen: model,
    onChoose(chosen) {
      chooseModel(chosen);
      openCreate();
    },
  });
}

// --- one work --------------------------------------------------------------------------------

/**
 * @param {Generation} generation
 * @param {() => void} onBack
 */
function openWork(generation, onBack) {
  enter();
  hideTabs();
  setBack(onBack);
  const work = showWork(generation, waysFrom(generation, onBack));
  onLeave(work.stop);
  if (isMaking(generation)) action.show(texts.makeAnother, openCreate);
  else action.show(texts.backToChat, close);
  if (!isMaking(generation)) return;
  onLeave(watch(
    () => getGeneration(generation.id),
    (news) => {
      if (isMaking(news)) {
        work.update(news);
        return true;
      }
      remember(news);
      feel(news.status === 'done' ? 'success' : 'error');
      openWork(news, onBack);
      return false;
    },
    (error) => deadEnd(error, openCreate),
  ));
}

/** @param {Generation} generation */
function remember(generation) {
  if (catalog) catalog.balance = generation.balance;
  seen.works = seen.works.map((work) => (work.id === generation.id ? generation : work));
}

/** @param {Generation} generation @param {() => void} onBack */
function waysFrom(generation, onBack) {
  return {
    onCancel: () => cancel(generation, onBack),
    onClose: close,
    onAnother: openCreate,
    async onReuse(slug = generation.model.slug) {
      const isHere = staying();
      const given = await getSources(generation.id).catch(noSources);
      if (!isHere()) return;
      copyFrom(generation, given);
      draft.slug = slug;
      go('create');
    },
    async onSoften() {
      const isHere = staying();
      const given = await getSources(generation.id).catch(noSources);
      if (!isHere()) return;
      copyFrom(generation, given);
      draft.wasRefused = true;
      go('create');
    },
    findOthers: async () => {
      const isHere = staying();
      const { alternatives } = await getAlternatives(generation.id).catch(noAlternatives);
      return isHere() ? alternatives : [];
    },
    findModels: async () => {
      const isHere = staying();
      catalog ??= await getModels().catch(() => null);
      return isHere() && catalog ? modelsTaking(generation) : {};
    },
    onStartFrom(result, model) {
      startFrom(generation, result, model);
      go('create');
    },
  };
}

/** The words and settings are worth repeating without the files. */
function noSources(error) {
  if (!(error instanceof ApiError)) throw error;
  return { sources: [], is_complete: false };
}

/** The way back is still there. */
function noAlternatives(error) {
  if (!(error instanceof ApiError)) throw error;
  return { alternatives: [] };
}

/** Which model could change any of the pictures, and which could make a film of it. */
function modelsTaking(generation) {
  const able = catalog.models.filter((model) => generation.results.every((result) => modeTaking(model, result.mime_type)));
  const same = able.find((model) => model.slug === generation.model.slug);
  return {
    editor: same ?? able.find((model) => model.kind === generation.kind),
    animator: generation.kind === 'image' ? able.find((model) => model.kind === 'video') : undefined,
  };
}

/** @param {Generation} generation @param {() => void} onBack */
async function cancel(generation, onBack) {
  const isHere = staying();
  if (!(await confirm(texts.cancelAsk)) || !isHere()) return '';
  try {
    const news = await cancelGeneration(generation.id);
    remember(news);
    if (isHere()) openWork(news, onBack);
    return '';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.message || texts.offline;
  }
}

// --- what was made before --------------------------------------------------------------------

/** @param {(root: import('./tabs.js').Root) => void} onGo to another root screen */
export function enterGallery(onGo) {
  go = onGo;
  seen.works = [];
  openGallery();
}

async function openGallery() {
  const isHere = enter();
  setBack(null);
  showTabs('gallery', go);
  action.hide();
  if (seen.works.length) {
    drawGallery();
    window.scrollTo(0, seen.scroll);
    return;
  }
  showLoading();
  const page = await orDeadEnd(getGenerations(seen.kind, ''), openGallery, isHere);
  if (!page) return;
  // The catalog knows the language the person chose in the bot.
  if (!catalog && !(await loadCatalog(openGallery, isHere))) return;
  showTabs('gallery', go);
  keep(page, []);
  drawGallery();
}

function drawGallery() {
  showGallery({
    kind: seen.kind,
    works: seen.works,
    hasMore: Boolean(seen.nextBefore),
    onKind(kind) {
      Object.assign(seen, { kind, works: [] });
      openGallery();
    },
    onOpen(generation) {
      seen.scroll = window.scrollY;
      openWork(generation, openGallery);
    },
    async onMore() {
      const isHere = staying();
      const before = seen.works;
      const page = await getGenerations(seen.kind, seen.nextBefore);
      if (isHere()) keep(page, before);
      return { added: isHere() ? page.generations : [], hasMore: Boolean(seen.nextBefore) };
    },
    onCreate: () => go('create'),
  });
}

function keep(page, before) {
  seen.works = [...before, ...page.generations];
  seen.nextBefore = page.next_before;
}
