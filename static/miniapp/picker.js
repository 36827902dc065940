// Choosing a model: pictures or films, then one of them.

import * as action from './action.js';
import { chips } from './controls.js';
import { element, icon, show } from './dom.js';
import { feelSelection } from './telegram.js';
import { clock, fill, texts, tokens } from './texts.js';

/** @typedef {import('./types.js').Model} Model */

/**
 * @param {object} given
 * @param {Model[]} given.models
 * @param {Model} given.chosen
 * @param {(model: Model) => void} given.onChoose
 */
export function showPicker({ models, chosen, onChoose }) {
  const list = element('div', { className: 'card' });
  const draw = (kind) => list.replaceChildren(...models.filter((model) => model.kind === kind).map((model) => modelRow(model, model === chosen, onChoose)));
  const kinds = kindsOf(models);
  draw(chosen.kind);
  action.hide();
  show(
    element('header', { className: 'head' }, element('h1', {}, texts.chooseModel)),
    kinds.length > 1 && element('div', { className: 'section' },
      chips({ name: 'kind', title: texts.kind, options: kinds, chosen: chosen.kind, onChange: draw, className: 'segments' })),
    element('section', { className: 'section', 'aria-label': texts.model }, list),
  );
}

/**
 * The chosen model on the first screen; a press opens the list.
 * @param {Model} model
 * @param {() => void} onOpen
 */
export function modelCard(model, onOpen) {
  return element(
    'button',
    { type: 'button', className: 'row model', onclick: onOpen, 'aria-label': `${texts.model}: ${model.name}. ${texts.chooseModel}` },
    badge(model),
    words(model),
    icon('chevron', 'chevron'),
  );
}

/** @param {Model} model @returns {string} */
export function priceFrom(model) {
  const unit = { image: texts.priceImage, second: texts.priceSecond, generation: texts.priceGeneration }[model.price_unit];
  const price = fill(unit, { price: tokens(model.price_from) });
  return model.may_cost_more ? fill(texts.priceFrom, { price }) : price;
}

function kindsOf(models) {
  const labels = { image: texts.pictures, video: texts.films };
  return Object.keys(labels)
    .filter((kind) => models.some((model) => model.kind === kind))
    .map((kind) => ({ value: kind, label: labels[kind] }));
}

function modelRow(model, isChosen, onChoose) {
  const choose = () => {
    feelSelection();
    onChoose(model);
  };
  const more = isChosen ? { 'aria-current': 'true' } : {};
  return element('button', { type: 'button', className: 'row model', onclick: choose, ...more }, badge(model), words(model),
    isChosen && icon('check', 'chosen'));
}

function badge(model) {
  return element('span', { className: `model-badge model-${model.kind}`, 'aria-hidden': 'true' }, icon(model.kind === 'video' ? 'film' : 'spark'));
}

function words(model) {
  const time = model.usual_time_s ? fill(texts.usualTime, { time: clock(model.usual_time_s) }) : '';
  return element(
    'span',
    { className: 'row-text' },
    element('span', { className: 'row-title' }, model.name),
    model.description && element('span', { className: 'row-hint model-about' }, model.description),
    element('span', { className: 'row-hint facts number' }, element('span', {}, priceFrom(model)), time && element('span', {}, time)),
  );
}
