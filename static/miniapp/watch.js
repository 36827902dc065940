// Following one payment: often at first, then more slowly, at once when the person comes back.

import { ApiError, getPayment } from './api.js';

/** @typedef {import('./types.js').Payment} Payment */

const FAST_MS = 2000;
const MEDIUM_MS = 5000;
const SLOW_MS = 10000;
const GIVE_UP_MS = 20 * 60 * 1000;

/**
 * Ask for the payment until `onNews` returns false or `stop` is called.
 * @param {string} id
 * @param {(payment: Payment) => boolean} onNews
 * @param {(error: ApiError) => void} onRefusal when asking again is of no use
 * @returns {() => void} stop
 */
export function watch(id, onNews, onRefusal) {
  const startedAt = Date.now();
  let timer = 0;
  let isStopped = false;

  async function look() {
    clearTimeout(timer);
    try {
      const payment = await getPayment(id);
      if (isStopped || !onNews(payment)) return stop();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isStopped) return;
      if (error.isAboutProof) {
        stop();
        return onRefusal(error);
      }
    }
    clearTimeout(timer);
    if (!isStopped && Date.now() - startedAt < GIVE_UP_MS) timer = setTimeout(look, pause());
  }

  function pause() {
    const passed = Date.now() - startedAt;
    if (passed < 60_000) return FAST_MS;
    return passed < 300_000 ? MEDIUM_MS : SLOW_MS;
  }

  function cameBack() {
    if (document.visibilityState === 'visible') look();
  }

  function stop() {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', cameBack);
  }

  document.addEventListener('visibilitychange', cameBack);
  timer = setTimeout(look, FAST_MS);
  return stop;
}
