// Following one payment or work: often at first, then more slowly, at once when the person comes back.

import { ApiError } from './api.js';

const FAST_MS = 2000;
const MEDIUM_MS = 5000;
const SLOW_MS = 10000;
const GIVE_UP_MS = 20 * 60 * 1000;

/**
 * Ask for news until `onNews` returns false or `stop` is called.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(news: T) => boolean} onNews
 * @param {(error: ApiError) => void} onRefusal when asking again is of no use
 * @returns {() => void} stop
 */
export function watch(ask, onNews, onRefusal) {
  const startedAt = Date.now();
  let timer = 0;
  let isStopped = false;

  async function look() {
    clearTimeout(timer);
    try {
      const news = await ask();
      if (isStopped || !onNews(news)) return stop();
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
