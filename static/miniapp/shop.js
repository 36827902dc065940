// The first screen: which package, which e-mail, pay.

import * as action from './action.js';
import { element, icon, show } from './dom.js';
import { feelSelection } from './telegram.js';
import { fill, money, texts } from './texts.js';

/** @typedef {import('./types.js').Package} Package */

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;
const EMAIL_CODES = new Set(['email_invalid', 'email_refused']);

/**
 * @param {object} given
 * @param {import('./types.js').Shop} given.shop
 * @param {string} given.chosen code of the chosen package
 * @param {(code: string) => void} given.onChoose
 * @param {(pack: Package, email: string) => void} given.onPay
 * @param {() => void} given.onHistory
 * @returns {{complain: (code: string, message: string) => void}}
 */
export function showShop({ shop, chosen, onChoose, onPay, onHistory }) {
  const problem = element('p', { className: 'note problem', role: 'alert', hidden: true });
  const email = emailSection(shop.email);
  const selected = () => shop.packages.find((pack) => pack.code === chosen) ?? shop.packages[0];

  function offer() {
    const pack = selected();
    action.show(fill(texts.pay, { price: money(pack.price_usd, pack.currency) }), pay);
  }

  function pay() {
    problem.hidden = true;
    if (email.validate()) onPay(selected(), email.value());
  }

  function choose(code) {
    chosen = code;
    onChoose(code);
    feelSelection();
    offer();
  }

  const isOnSale = shop.packages.length > 0;
  show(
    head(shop.balance),
    isOnSale ? packageSection(shop.packages, selected().code, choose) : nothingOnSale(),
    ...(isOnSale ? [email.node, problem] : []),
    historyLink(onHistory),
  );
  if (isOnSale) offer();
  else action.hide();

  return {
    complain(code, message) {
      if (EMAIL_CODES.has(code)) return email.complain(message);
      problem.textContent = message;
      problem.hidden = false;
      problem.scrollIntoView({ block: 'nearest' });
    },
  };
}

export function showLoading() {
  action.hide();
  show(
    element('p', { className: 'bone bone-title', role: 'status', 'aria-label': texts.loading }),
    element('div', { className: 'bone bone-card' }),
    element('div', { className: 'bone bone-field' }),
  );
}

function head(balance) {
  const wallet = element('p', { className: 'wallet number', 'aria-label': `${texts.balance}: ${balance}` });
  wallet.append(icon('bolt'), balance);
  return element('header', { className: 'head' }, element('h1', {}, texts.title), wallet);
}

function packageSection(packages, chosen, onChoose) {
  return element(
    'fieldset',
    { className: 'section', role: 'radiogroup' },
    element('legend', { className: 'section-title' }, texts.choose),
    element('div', { className: 'card' }, ...packages.map((pack) => packageRow(pack, pack.code === chosen, onChoose))),
    element('p', { className: 'note note-icon' }, icon('lock'), element('span', {}, texts.cards)),
  );
}

function packageRow(pack, isChosen, onChoose) {
  const radio = element('input', {
    type: 'radio',
    name: 'package',
    value: pack.code,
    checked: isChosen,
    onchange: () => onChoose(pack.code),
  });
  return element(
    'label',
    { className: 'package' },
    radio,
    element('span', { className: 'coin' }, icon('bolt'), element('span', { className: 'coin-check' }, icon('check'))),
    element(
      'span',
      { className: 'package-text' },
      element('span', { className: 'package-tokens' }, pack.tokens_text),
      ...pack.examples.map((example) => element('span', { className: 'package-example' }, example)),
    ),
    element('span', { className: 'price number' }, money(pack.price_usd, pack.currency)),
  );
}

function emailSection(remembered) {
  const field = element('input', {
    id: 'email',
    className: 'field',
    type: 'email',
    name: 'email',
    value: remembered,
    placeholder: texts.emailPlaceholder,
    autocomplete: 'email',
    inputMode: 'email',
    enterKeyHint: 'done',
    maxLength: 254,
    'aria-describedby': 'email-note',
  });
  const note = element('p', { id: 'email-note', className: 'note', 'aria-live': 'polite' }, texts.emailHint);

  function tell(message, isProblem) {
    note.textContent = message;
    note.classList.toggle('problem', isProblem);
    field.setAttribute('aria-invalid', String(isProblem));
  }

  function complain(message) {
    tell(message, true);
    field.focus();
    note.scrollIntoView({ block: 'nearest' });
  }

  const isValid = () => EMAIL.test(field.value.trim());
  const reassure = () => tell(texts.emailHint, false);
  // While typing only good news; bad news when the field is left.
  field.addEventListener('input', () => isValid() && reassure());
  field.addEventListener('change', () => (isValid() || !field.value ? reassure() : tell(texts.emailInvalid, true)));
  field.addEventListener('keydown', (event) => event.key === 'Enter' && field.blur());

  return {
    node: element(
      'section',
      { className: 'section' },
      element('label', { className: 'section-title', for: 'email' }, texts.email),
      field,
      note,
    ),
    value: () => field.value.trim(),
    complain,
    validate() {
      if (!isValid()) complain(texts.emailInvalid);
      return isValid();
    },
  };
}

function nothingOnSale() {
  return element('p', { className: 'outcome outcome-text' }, texts.noPackages);
}

function historyLink(onHistory) {
  return element(
    'section',
    { className: 'section' },
    element(
      'div',
      { className: 'card' },
      element(
        'button',
        { type: 'button', className: 'row', onclick: onHistory },
        icon('receipt'),
        element('span', { className: 'row-text' }, texts.history),
        icon('chevron', 'chevron'),
      ),
    ),
  );
}
