// The exact price of what is on the screen, asked again after each change; stale answers are dropped.

import { ApiError, getQuote } from './api.js';

const PAUSE_MS = 350;

/**
 * @param {object} given
 * @param {() => object} given.wish what to price
 * @param {(quote: import('./types.js').Quote) => void} given.onQuote
 * @param {(error: ApiError) => void} given.onError
 * @returns {{ask: (pause?: number) => void, stop: () => void}}
 */
export function quotes({ wish, onQuote, onError }) {
  let timer = 0;
  let question = 0;

  async function look(mine) {
    try {
      const quote = await getQuote(wish());
      if (mine === question) onQuote(quote);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine === question) onError(error);
    }
  }

  function ask(pause = PAUSE_MS) {
    stop();
    const mine = question;
    timer = setTimeout(() => look(mine), pause);
  }

  function stop() {
    clearTimeout(timer);
    question += 1;
  }

  return { ask, stop };
}
