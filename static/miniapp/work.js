// One work: how far it is, what came of it, what can be done with it.

import { element, icon, show } from './dom.js';
import { resultsOf } from './results.js';
import { clock, fill, texts, tokens, withoutSign } from './texts.js';

/** @typedef {import('./types.js').Generation} Generation */

const MAKING = new Set(['queued', 'processing', 'delivering']);
// A guess never says that it is ready.
const GUESS_MAX = 95;
const SVG = 'http://www.w3.org/2000/svg';
const RADIUS = 44;
const ROUND = 2 * Math.PI * RADIUS;

/** @param {Generation} generation */
export const isMaking = (generation) => MAKING.has(generation.status);

/**
 * @param {Generation} generation
 * @param {object} ways what can be done from here
 * @returns {{update: (news: Generation) => void, stop: () => void}}
 */
export function showWork(generation, ways) {
  return isMaking(generation) ? showMaking(generation, ways) : showOutcome(generation, ways);
}

// --- while it is made ------------------------------------------------------------------------

function showMaking(generation, ways) {
  const ring = progressRing();
  const status = element('p', { className: 'outcome-text', role: 'status' });
  const time = element('p', { className: 'work-time number', 'aria-hidden': 'true' });
  const cancel = element('button', { type: 'button', className: 'link danger' }, texts.cancel);
  // The status is said anew all the time: a refusal has a place of its own.
  const refusal = element('p', { className: 'note problem refusal', role: 'alert' });
  let heard = performance.now();

  cancel.addEventListener('click', async () => {
    cancel.disabled = true;
    refusal.textContent = '';
    refusal.textContent = await ways.onCancel();
    cancel.disabled = false;
  });

  function update(news) {
    generation = news;
    heard = performance.now();
    const place = news.position ? ` · ${fill(texts.position, { position: news.position })}` : '';
    if (status.textContent !== news.status_text + place) status.textContent = news.status_text + place;
    cancel.hidden = !news.can_cancel;
    tick();
  }

  function tick() {
    const elapsed = generation.elapsed_s + (performance.now() - heard) / 1000;
    const usual = generation.expected_s ? ` · ${fill(texts.usualTime, { time: clock(generation.expected_s) })}` : '';
    time.textContent = clock(elapsed) + usual;
    ring.set(shareOf(generation, elapsed));
  }

  show(
    element('section', { className: 'outcome work' }, ring.node, element('h1', {}, texts.makingTitle), status, time,
      element('p', { className: 'note' }, texts.comesToChat)),
    about(generation),
    element('nav', { className: 'links', 'aria-label': texts.ways }, refusal, cancel, link(texts.backToChat, ways.onClose)),
  );
  update(generation);
  const timer = setInterval(tick, 1000);
  return { update, stop: () => clearInterval(timer) };
}

function shareOf({ progress_percent: percent, expected_s: expected }, elapsed) {
  if (percent) return percent;
  return expected ? Math.min(GUESS_MAX, Math.round((elapsed / expected) * 100)) : 0;
}

function progressRing() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 100');
  svg.setAttribute('aria-hidden', 'true');
  const [track, bar] = ['ring-track', 'ring-bar'].map((name) => {
    const circle = document.createElementNS(SVG, 'circle');
    Object.entries({ class: name, cx: 50, cy: 50, r: RADIUS }).forEach(([key, value]) => circle.setAttribute(key, value));
    return circle;
  });
  bar.style.strokeDasharray = String(ROUND);
  bar.style.strokeDashoffset = String(ROUND);
  svg.append(track, bar);
  const words = element('span', { className: 'ring-words number', 'aria-hidden': 'true' });
  const node = element('div', { className: 'ring', role: 'progressbar', 'aria-label': texts.progress, 'aria-valuemin': 0, 'aria-valuemax': 100 }, words);
  node.prepend(svg);
  return {
    node,
    set(percent) {
      node.setAttribute('aria-valuenow', String(percent));
      bar.style.strokeDashoffset = String(ROUND * (1 - percent / 100));
      words.textContent = percent ? `${percent}%` : '';
    },
  };
}

// --- what came of it -------------------------------------------------------------------------

function showOutcome(generation, ways) {
  const results = generation.status === 'done' ? resultsOf(generation) : null;
  show(
    ...(results?.nodes ?? failure(generation)),
    about(generation),
    element('section', { className: 'section' }, actions(generation, results, ways)),
  );
  return { update() {}, stop() {} };
}

function failure(generation) {
  const isCancelled = generation.status === 'cancelled';
  return [
    element('section', { className: 'outcome work' },
      element('div', { className: `badge badge-${isCancelled ? 'closed' : 'failed'}` }, icon('cross')),
      element('h1', {}, isCancelled ? texts.cancelledTitle : texts.notMadeTitle),
      element('p', { className: 'outcome-text', role: 'status' }, generation.error?.message ?? generation.status_text),
      Number(generation.refunded) > 0 && element('p', { className: 'outcome-balance number' },
        fill(texts.refunded, { tokens: tokens(generation.refunded), balance: tokens(generation.balance) }))),
  ];
}

function actions(generation, results, ways) {
  const list = element('ul', { className: 'card' });
  const add = (name, text, press) => list.append(element('li', {}, row(name, text, press)));
  if (generation.can_soften) add('pencil', withoutSign(texts.soften), ways.onSoften);
  if (generation.can_reuse) add('again', texts.reuse, () => ways.onReuse());
  if (generation.status === 'error') {
    ways.findOthers().then((others) => others.forEach(({ slug, label }) => add('spark', fill(texts.withModel, { model: label }), () => ways.onReuse(slug))));
  }
  add('plus', texts.makeAnother, ways.onAnother);
  if (results?.chosen()) {
    const areMany = generation.results.length > 1;
    ways.findModels().then(({ editor, animator }) => {
      if (editor || animator) results.offerChoice();
      if (editor) add('pencil', editWords(generation, areMany), () => ways.onStartFrom(results.chosen(), editor));
      if (animator) add('film', areMany ? texts.animateChosen : texts.animate, () => ways.onStartFrom(results.chosen(), animator));
    });
  }
  return list;
}

function editWords({ kind }, areMany) {
  if (kind === 'video') return texts.editFilm;
  return areMany ? texts.editChosen : texts.editPicture;
}

/** What was ordered. @param {Generation} generation */
function about(generation) {
  const paid = Number(generation.refunded) > 0
    ? fill(texts.paidNet, { price: tokens(generation.price), net: tokens(generation.net) })
    : tokens(generation.price);
  return element('section', { className: 'section', 'aria-label': texts.order },
    element('div', { className: 'card about' },
      generation.prompt && element('p', { className: 'about-prompt' }, generation.prompt),
      element('p', { className: 'row-hint' }, [generation.model.name, generation.mode_title, generation.params_text].filter(Boolean).join(' · ')),
      element('p', { className: 'row-hint number' }, paid)));
}

function row(name, text, press) {
  return element('button', { type: 'button', className: 'row', onclick: press }, icon(name), element('span', { className: 'row-text' }, text), icon('chevron', 'chevron'));
}

function link(text, press) {
  return element('button', { type: 'button', className: 'link', onclick: press }, text);
}
