// Screens that say where one payment stands, and the list of all payments.

import * as action from './action.js';
import { element, icon, show } from './dom.js';
import { fill, money, texts } from './texts.js';

/** @typedef {import('./types.js').Payment} Payment */
/** @typedef {{text: string, press: () => void}} Way */

const BADGES = { waiting: 'bolt', paid: 'check', failed: 'cross', review: 'clock', closed: 'chat' };
const OUTCOMES = {
  created: 'waiting',
  requesting: 'waiting',
  unknown: 'waiting',
  pending: 'waiting',
  paid: 'paid',
  failed: 'failed',
  expired: 'failed',
  quarantined: 'review',
};

/**
 * A pending payment without a link can never be paid: its answer was lost.
 * @param {Payment} payment
 * @returns {'waiting'|'paid'|'failed'|'review'}
 */
export function outcomeOf(payment) {
  if (payment.status === 'pending' && !payment.payment_url) return 'failed';
  return OUTCOMES[payment.status];
}

/**
 * @param {Payment} payment
 * @param {{main: Way, links: Way[]}} ways what can be done from here
 * @returns {{say: (sentence: string) => void}}
 */
export function showPayment(payment, { main, links }) {
  const outcome = outcomeOf(payment);
  const sentence = element('p', { className: 'outcome-text', role: 'status' }, payment.message);
  const isPreparing = outcome === 'waiting' && !payment.payment_url;
  showOutcome(outcome, texts[isPreparing ? 'preparingTitle' : `${outcome}Title`], [
    sentence,
    outcome === 'paid' ? newBalance(payment) : orderLine(payment),
  ], links);
  action.show(main.text, main.press);
  return { say: (text) => { sentence.textContent = text; } };
}

/**
 * A dead end in one sentence.
 * @param {string} title
 * @param {string} sentence
 * @param {Way|null} main
 */
export function showClosed(title, sentence, main) {
  showOutcome('closed', title, [element('p', { className: 'outcome-text', role: 'alert' }, sentence)], []);
  if (main) action.show(main.text, main.press);
  else action.hide();
}

/**
 * @param {Payment[]} payments
 * @param {(payment: Payment) => void} onOpen
 * @param {() => void} onBack
 */
export function showHistory(payments, onOpen, onBack) {
  const rows = payments.map((payment) => element('li', {}, historyRow(payment, onOpen)));
  show(
    element('header', { className: 'head' }, element('h1', {}, texts.history)),
    payments.length
      ? element('section', { className: 'section' }, element('ul', { className: 'card' }, ...rows))
      : element('p', { className: 'outcome outcome-text' }, texts.noPayments),
  );
  action.show(texts.back, onBack);
}

function showOutcome(kind, title, lines, links) {
  show(
    element(
      'section',
      { className: 'outcome' },
      element('div', { className: `badge badge-${kind}` }, icon(BADGES[kind])),
      element('h1', {}, title),
      ...lines,
    ),
    element('nav', { className: 'links' }, ...links.map(linkButton)),
  );
}

function linkButton({ text, press }) {
  return element('button', { type: 'button', className: 'link', onclick: press }, text);
}

function orderLine(payment) {
  return element(
    'p',
    { className: 'order number' },
    element('span', {}, payment.tokens_text),
    element('span', { className: 'order-price' }, money(payment.amount, payment.currency)),
  );
}

function newBalance(payment) {
  return element('p', { className: 'outcome-balance number' }, fill(texts.newBalance, { balance: payment.balance }));
}

function historyRow(payment, onOpen) {
  const outcome = outcomeOf(payment);
  const states = { waiting: 'Pending', paid: 'Paid', failed: 'Failed', review: 'Review' };
  const state = states[outcome];
  const date = new Date(payment.created_at).toLocaleString(document.documentElement.lang, {
    day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit',
  });
  return element(
    'button',
    { type: 'button', className: 'row', onclick: () => onOpen(payment) },
    element(
      'span',
      { className: 'row-text' },
      element('span', { className: 'row-title' }, payment.tokens_text),
      element('span', { className: 'row-hint' }, date),
    ),
    element(
      'span',
      { className: 'row-end' },
      element('span', { className: 'row-title number' }, money(payment.amount, payment.currency)),
      element('span', { className: `row-hint state-${state.toLowerCase()}` }, texts[`status${state}`]),
    ),
    icon('chevron', 'chevron'),
  );
}
