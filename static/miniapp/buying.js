// The walk through buying: shop → waiting → paid, failed or under review.

import * as action from './action.js';
import { ApiError, getPackages, getPayment, getPayments, startPayment } from './api.js';
import { deadEnd, orDeadEnd } from './dead_end.js';
import { wishIds } from './ids.js';
import { outcomeOf, showHistory, showPayment } from './outcome.js';
import { showLoading, showShop } from './shop.js';
import { hideTabs, showTabs } from './tabs.js';
import { close, feel, openLink, setBack } from './telegram.js';
import { speak, texts } from './texts.js';
import { enter, onLeave, staying } from './visit.js';
import { watch } from './watch.js';

/** @typedef {import('./types.js').Payment} Payment */

// The packages on the screen are not the ones on sale any more.
const OLD_LIST = new Set(['package_changed', 'package_unavailable']);

let chosen = '';
let go = () => {};
const ids = wishIds();
/** @type {{say: (sentence: string) => void}} */
let screen;

// --- shop ------------------------------------------------------------------------------------

/**
 * @param {(root: import('./tabs.js').Root) => void} onGo to another root screen
 * @param {string} [packageCode] chosen already
 */
export function enterShop(onGo, packageCode = '') {
  go = onGo;
  chosen = packageCode || chosen;
  openShop();
}

async function openShop() {
  const isHere = enter();
  setBack(null);
  showTabs('shop', go);
  showLoading();
  const shop = await orDeadEnd(getPackages(), openShop, isHere);
  if (!shop) return;
  speak(shop.language);
  showTabs('shop', go);
  const shopScreen = showShop({
    shop,
    chosen,
    onChoose: (code) => { chosen = code; },
    onPay: (pack, email) => pay(pack, email, shopScreen),
    onHistory: openHistory,
  });
}

/** @param {import('./types.js').Package} pack as it is shown @param {string} email */
async function pay({ code, price_usd, tokens }, email, shopScreen) {
  const isHere = staying();
  const id = ids.idFor(`${code} ${email}`);
  action.setBusy(true);
  try {
    const payment = await startPayment({ package_code: code, email, client_request_id: id, price_usd, tokens });
    ids.forget();
    // Whoever has gone elsewhere meanwhile finds it among the payments.
    if (!isHere()) return;
    if (payment.payment_url) openLink(payment.payment_url);
    openPayment(payment);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Without an answer the order may exist: the next press must find it, not make another.
    if (!error.isAnswerLost) ids.forget();
    if (!isHere()) return;
    action.setBusy(false);
    feel('error');
    if (error.isAboutProof || OLD_LIST.has(error.code)) return deadEnd(error, openShop);
    shopScreen.complain(error.code, error.message || texts.offline);
  }
}

// --- one payment -----------------------------------------------------------------------------

/** @param {Payment} payment */
function openPayment(payment) {
  enter();
  hideTabs();
  setBack(openShop);
  const outcome = outcomeOf(payment);
  screen = showPayment(payment, waysFrom(payment));
  if (outcome !== 'waiting') return;
  onLeave(watch(
    () => getPayment(payment.id),
    (news) => {
      if (outcomeOf(news) === 'waiting' && news.status === payment.status) return true;
      if (outcomeOf(news) !== 'waiting') feel(outcomeOf(news) === 'paid' ? 'success' : 'error');
      else if (!payment.payment_url && news.payment_url) openLink(news.payment_url);
      openPayment(news);
      return false;
    },
    (error) => deadEnd(error, openShop),
  ));
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
      return {
        main: { text: texts.backToChat, press: close },
        links: [{ text: texts.create, press: () => go('create') }, { text: texts.buyMore, press: openShop }],
      };
    case 'review':
      return { main: { text: texts.backToChat, press: close }, links: [] };
    default:
      return { main: { text: texts.tryAgain, press: openShop }, links: [{ text: texts.backToChat, press: close }] };
  }
}

/** «I have paid»: the server asks Lava.top at once. @param {Payment} payment */
async function check(payment) {
  const isHere = staying();
  action.setBusy(true);
  try {
    const news = await getPayment(payment.id);
    if (!isHere()) return;
    if (outcomeOf(news) !== 'waiting') return openPayment(news);
    screen.say(news.payment_url ? texts.stillWaiting : news.message);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!isHere()) return;
    if (error.isAboutProof) return deadEnd(error, openShop);
    screen.say(error.message || texts.offline);
  }
  action.setBusy(false);
}

async function openHistory() {
  const isHere = enter();
  hideTabs();
  setBack(openShop);
  showLoading();
  const payments = await orDeadEnd(getPayments(), openHistory, isHere);
  if (payments) showHistory(payments, openPayment, openShop);
}
