// A parameter of the card as the control that fits it.

import { element } from './dom.js';
import { valueOf } from './draft.js';
import { feelSelection } from './telegram.js';
import { fill, texts } from './texts.js';

/** @typedef {import('./types.js').Param} Param */
/** @typedef {import('./types.js').Value} Value */
/** @typedef {(value: Value) => void} Change */

// More options than this are a list, not chips.
const CHIPS_MAX = 12;

/**
 * @param {Param} param
 * @param {Change} onChange
 * @returns {HTMLElement}
 */
export function control(param, onChange) {
  const made = { choice: choice, range, switch: toggle, text }[param.type];
  return made(param, valueOf(param), onChange);
}

/**
 * Options side by side, one of them chosen.
 * @param {object} given
 * @param {string} given.name of the group, unique on the screen
 * @param {string} given.title
 * @param {{value: Value, label: string}[]} given.options
 * @param {Value} given.chosen
 * @param {Change} given.onChange
 * @param {string} [given.className] `chips`, or `segments` for equal parts
 */
export function chips({ name, title, options, chosen, onChange, className = 'chips' }) {
  const choose = (value) => {
    feelSelection();
    onChange(value);
  };
  const chip = ({ value, label }) => element(
    'label',
    { className: 'chip' },
    element('input', { type: 'radio', name, checked: value === chosen, onchange: () => choose(value) }),
    element('span', {}, label),
  );
  return element('div', { className, role: 'radiogroup', 'aria-label': title }, ...options.map(chip));
}

/**
 * @param {object} given
 * @param {string} given.title
 * @param {number} given.value
 * @param {number} given.maximum
 * @param {(value: number) => void} given.onChange
 */
export function stepper({ title, value, maximum, onChange }) {
  const shown = element('output', { className: 'number', role: 'status' }, String(value));
  const less = element('button', { type: 'button', className: 'step', 'aria-label': texts.less, onclick: () => move(-1) }, '−');
  const more = element('button', { type: 'button', className: 'step', 'aria-label': texts.more, onclick: () => move(1) }, '+');

  function move(by) {
    value += by;
    shown.textContent = String(value);
    limit();
    feelSelection();
    onChange(value);
  }

  function limit() {
    less.disabled = value <= 1;
    more.disabled = value >= maximum;
  }

  limit();
  return element(
    'div',
    { className: 'setting setting-line', role: 'group', 'aria-label': title },
    element('span', { className: 'setting-title' }, title),
    element('span', { className: 'stepper' }, less, shown, more),
  );
}

function choice(param, value, onChange) {
  const id = `param-${param.name}`;
  if (param.options.length <= CHIPS_MAX) {
    return element(
      'div',
      { className: 'setting' },
      element('span', { className: 'setting-title', 'aria-hidden': 'true' }, param.title),
      chips({ name: id, title: param.title, options: param.options, chosen: value, onChange }),
    );
  }
  const list = element('select', { id, className: 'field', onchange: () => onChange(param.options[list.selectedIndex].value) });
  list.append(...param.options.map((option) => element('option', { selected: option.value === value }, option.label)));
  return element('div', { className: 'setting' }, label(id, param.title), list);
}

function range(param, value, onChange) {
  const id = `param-${param.name}`;
  const shown = element('output', { className: 'range-value number', for: id }, String(value));
  const slider = element('input', { id, type: 'range', min: param.minimum, max: param.maximum, step: param.step ?? 1 });
  // After its limits, or the browser cuts it to 0…100.
  slider.value = String(value ?? param.minimum);
  slider.addEventListener('input', () => { shown.textContent = slider.value; });
  slider.addEventListener('change', () => {
    feelSelection();
    onChange(Number(slider.value));
  });
  return element('div', { className: 'setting' }, element('span', { className: 'setting-line' }, label(id, param.title), shown), slider);
}

function toggle(param, value, onChange) {
  const box = element('input', { type: 'checkbox', role: 'switch', checked: Boolean(value) });
  box.addEventListener('change', () => {
    feelSelection();
    onChange(box.checked);
  });
  return element(
    'label',
    { className: 'setting setting-line switch' },
    element('span', { className: 'setting-title' }, param.title),
    box,
    element('span', { className: 'switch-track', 'aria-hidden': 'true' }),
  );
}

function text(param, value, onChange) {
  const id = `param-${param.name}`;
  const field = element('input', { id, className: 'field', type: 'text', value: value ?? '', autocomplete: 'off' });
  if (param.length_max) field.maxLength = param.length_max;
  const count = element('span', { className: 'count number', 'aria-hidden': 'true' });
  const recount = () => {
    count.textContent = param.length_max ? fill(texts.counter, { length: field.value.length, maximum: param.length_max }) : '';
  };
  field.addEventListener('input', recount);
  field.addEventListener('change', () => onChange(field.value));
  recount();
  return element('div', { className: 'setting' }, element('span', { className: 'setting-line' }, label(id, param.title), count), field);
}

function label(id, title) {
  return element('label', { className: 'setting-title', for: id }, title);
}
