// The walk through the page: shop → waiting → paid, failed or under review.

import * as action from './action.js';
import { ApiError, getPackages, getPayment, getPayments, startPayment } from './api.js';
import { outcomeOf, showClosed, showHistory, showPayment } from './outcome.js';
import { showLoading, showShop } from './shop.js';
import { close, feel, isInside, openLink, setBack, start } from './telegram.js';
import { speak, speakLikeTelegram, texts } from './texts.js';
import { watch } from './watch.js';

/** @typedef {import('./types.js').Payment} Payment */

// A button in the chat may name the package that its order lacks.
let chosen = new URLSearchParams(location.search).get('package') ?? '';
// One id for one wish to pay: repeated presses and lost answers stay one payment.
let order = { id: newId(), wish: '' };
let stopWatching = () => {};
// Counts screens: an answer that comes after the person has left is not shown.
let visit = 0;
/** @type {{say: (sentence: string) => void}} */
let screen;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// --- shop ------------------------------------------------------------------------------------

async function openShop() {
  const mine = leave();
  setBack(null);
  showLoading();
  const shop = await orDeadEnd(getPackages(), openShop);
  if (!shop || mine !== visit) return;
  speak(shop.language);
  const shopScreen = showShop({
    shop,
    chosen,
    onChoose: (code) => { chosen = code; },
    onPay: (pack, email) => pay(pack.code, email, shopScreen),
    onHistory: openHistory,
  });
}

async function pay(packageCode, email, shopScreen) {
  const wish = `${packageCode} ${email}`;
  if (order.wish !== wish) order = { id: newId(), wish };
  action.setBusy(true);
  try {
    const payment = await startPayment({ package_code: packageCode, email, client_request_id: order.id });
    order = { id: newId(), wish: '' };
    if (payment.payment_url) openLink(payment.payment_url);
    openPayment(payment);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    action.setBusy(false);
    feel('error');
    if (error.isAboutProof) return deadEnd(error, openShop);
    // Without an answer the order may exist: the next press must find it, not make another.
    if (!error.isAnswerLost) order = { id: newId(), wish: '' };
    shopScreen.complain(error.code, error.message || texts.offline);
  }
}

// --- one payment -----------------------------------------------------------------------------

/** @param {Payment} payment */
function openPayment(payment) {
  leave();
  setBack(openShop);
  const outcome = outcomeOf(payment);
  screen = showPayment(payment, waysFrom(payment));
  if (outcome !== 'waiting') return;
  stopWatching = watch(
    payment.id,
    (news) => {
      if (outcomeOf(news) === 'waiting' && news.status === payment.status) return true;
      if (outcomeOf(news) !== 'waiting') feel(outcomeOf(news) === 'paid' ? 'success' : 'error');
      else if (!payment.payment_url && news.payment_url) openLink(news.payment_url);
      openPayment(news);
      return false;
    },
    (error) => deadEnd(error, openShop),
  );
}

/** @param {Payment} payment */
function waysFrom(payment) {
  const shop = { text: texts.another, press: openShop };
  switch (outcomeOf(payment)) {
    case 'waiting': {
      const isPayable = Boolean(payment.payment_url);
      const look = { text: isPayable ? texts.check : texts.checkAgain, press: () => check(payment) };
      const page = { text: texts.openPaymentPage, press: () => openLink(payment.payment_url) };
      return { main: look, links: isPayable ? [page, shop] : [shop] };
    }
    case 'paid':
      return { main: { text: texts.backToChat, press: close }, links: [{ text: texts.buyMore, press: openShop }] };
    case 'review':
      return { main: { text: texts.backToChat, press: close }, links: [] };
    default:
      return { main: { text: texts.tryAgain, press: openShop }, links: [{ text: texts.backToChat, press: close }] };
  }
}

/** «I have paid»: the server asks Lava.top at once. @param {Payment} payment */
async function check(payment) {
  const mine = visit;
  action.setBusy(true);
  try {
    const news = await getPayment(payment.id);
    if (mine !== visit) return;
    if (outcomeOf(news) !== 'waiting') return openPayment(news);
    screen.say(news.payment_url ? texts.stillWaiting : news.message);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine !== visit) return;
    if (error.isAboutProof) return deadEnd(error, openShop);
    screen.say(error.message || texts.offline);
  }
  action.setBusy(false);
}

// --- history, dead ends ----------------------------------------------------------------------

async function openHistory() {
  const mine = leave();
  setBack(openShop);
  showLoading();
  const payments = await orDeadEnd(getPayments(), openHistory);
  if (payments && mine === visit) showHistory(payments, openPayment, openShop);
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {() => void} retry
 * @returns {Promise<T|null>} null when the person has been told why not
 */
async function orDeadEnd(promise, retry) {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    deadEnd(error, retry);
    return null;
  }
}

/** @param {ApiError} error @param {() => void} retry */
function deadEnd(error, retry) {
  leave();
  if (error.isAboutProof) {
    showClosed(texts.closedTitle, error.message || texts.openFromChat, isInside ? { text: texts.backToChat, press: close } : null);
  } else {
    showClosed(texts.oopsTitle, error.message || texts.offline, { text: texts.tryAgain, press: retry });
  }
}

/** @returns {number} the number of the screen that comes now */
function leave() {
  stopWatching();
  stopWatching = () => {};
  visit += 1;
  return visit;
}

/** After paying, Lava.top sends the browser here, where Telegram is not. */
function showOutside() {
  const returned = { success: texts.returnedSuccess, failure: texts.returnedFailure, cancel: texts.returnedCancel };
  const sentence = returned[new URLSearchParams(location.search).get('returned')];
  showClosed(texts.title, sentence ?? texts.openFromChat, null);
}

start();
speakLikeTelegram();
if (isInside) openShop();
else showOutside();
