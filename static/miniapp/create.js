// The form of a work, drawn from the card of its model.

import { chips, control, stepper } from './controls.js';
import { element, icon, show } from './dom.js';
import { chosenMode, draft, valueOf } from './draft.js';
import { inputSection } from './inputs.js';
import { modelCard } from './picker.js';
import { promptSection } from './prompt.js';
import { fill, texts, tokens } from './texts.js';

/** @typedef {import('./types.js').Model} Model */
/** @typedef {import('./types.js').Quote} Quote */

/**
 * @param {object} given
 * @param {Model} given.model
 * @param {string} given.balance
 * @param {import('./types.js').Reference[]} given.references
 * @param {() => void} given.onPick another model is wanted
 * @param {(mode: string) => void} given.onMode
 * @param {(isTyping: boolean) => void} given.onChange
 */
export function showCreate({ model, balance, references, onPick, onMode, onChange }) {
  const mode = chosenMode(model);
  const prompt = promptSection(model, () => changed(true));
  const problem = element('p', { className: 'note problem', role: 'alert', hidden: true });
  const wallet = walletBadge(balance);
  const price = priceLine();
  const settings = element('div', { className: 'card' });
  const files = element('div', {}, ...mode.inputs.map((input) => inputSection(input, references, filesChanged)), filesGone(mode));

  function changed(isTyping) {
    problem.hidden = true;
    onChange(isTyping);
  }

  function filesChanged() {
    draft.areFilesGone = false;
    files.querySelector('.files-gone')?.remove();
    changed(false);
  }

  function drawSettings() {
    const parts = mode.params.map((param) => control(param, (value) => {
      draft.params[param.name] = value;
      changed(false);
    }));
    if (model.quantity_max > 1) parts.push(quantity());
    settings.replaceChildren(...parts);
  }

  const quantity = () => stepper({
    title: texts.quantity,
    value: draft.quantity,
    maximum: model.quantity_max,
    onChange: (value) => {
      draft.quantity = value;
      changed(false);
    },
  });

  drawSettings();
  show(
    element('header', { className: 'head' }, element('h1', {}, texts.createTitle), wallet.node),
    element('section', { className: 'section', 'aria-label': texts.model },
      element('div', { className: 'card' }, modelCard(model, onPick), model.modes.length > 1 && modeChips(model, mode, onMode))),
    files,
    prompt.node,
    settings.children.length > 0 && element('section', { className: 'section' }, element('h2', { className: 'section-title' }, texts.settings), settings),
    price.node,
    problem,
  );

  return {
    /** @returns {string} what is wrong already, without asking; said at its place */
    findProblem() {
      const found = prompt.problem();
      if (found) prompt.complain(found);
      return found;
    },
    /** One of them has said what is wrong with it. */
    showFiles: () => files.scrollIntoView({ block: 'center' }),
    /** @param {string} code @param {string} message */
    complain(code, message) {
      if (code.includes('prompt')) return prompt.complain(message);
      problem.textContent = message;
      problem.hidden = false;
      const place = /input|file|film|upload/.test(code) && mode.inputs.length ? files : problem;
      if (place === files) files.append(problem);
      else price.node.after(problem);
      place.scrollIntoView({ block: 'center' });
    },
    /** @param {Quote} quote */
    showQuote(quote) {
      wallet.set(quote.balance);
      price.show(quote);
      if (!adopt(mode, quote.params)) return;
      const focused = document.activeElement?.id;
      drawSettings();
      if (focused) document.getElementById(focused)?.focus();
    },
    showCounting: price.wait,
    /** @param {string} sentence instead of a price */
    showNoPrice: price.say,
  };
}

/** Said until the person has looked after the files. @param {import('./types.js').Mode} mode */
function filesGone(mode) {
  if (!draft.areFilesGone || mode.inputs.length === 0) return '';
  return element('p', { className: 'note problem files-gone', role: 'status' }, texts.filesGone);
}

/** What the server made of the parameters. @returns {boolean} whether it changed any */
function adopt(mode, params) {
  const differing = mode.params.filter(({ name }) => name in params).filter((param) => params[param.name] !== valueOf(param));
  differing.forEach(({ name }) => { draft.params[name] = params[name]; });
  return differing.length > 0;
}

function modeChips(model, mode, onMode) {
  const options = model.modes.map((each) => ({ value: each.mode, label: each.title }));
  return element('div', { className: 'setting' },
    chips({ name: 'mode', title: texts.mode, options, chosen: mode.mode, onChange: onMode }));
}

/** @param {string} balance */
export function walletBadge(balance) {
  const amount = element('span', {});
  const node = element('p', { className: 'wallet number' },
    element('span', { className: 'unseen' }, `${texts.balance}: `), icon('bolt'), amount);
  const set = (value) => { amount.textContent = tokens(value).slice(1); };
  set(balance);
  return { node, set };
}

function priceLine() {
  const sentence = element('p', { className: 'price-line number', role: 'status' }, texts.counting);
  return {
    node: sentence,
    wait: () => sentence.classList.add('counting'),
    say(text) {
      sentence.classList.remove('counting');
      if (sentence.textContent !== text) sentence.textContent = text;
    },
    show(quote) {
      const isEnough = Number(quote.balance_after) >= 0;
      this.say(isEnough
        ? fill(texts.priceAndRest, { price: tokens(quote.price), rest: tokens(quote.balance_after) })
        : fill(texts.priceTooHigh, { price: tokens(quote.price), balance: tokens(quote.balance) }));
    },
  };
}
