// What could not be loaded, in one sentence and with a way on.

import { ApiError } from './api.js';
import { showClosed } from './outcome.js';
import { close, isInside } from './telegram.js';
import { texts } from './texts.js';
import { enter } from './visit.js';

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {() => void} retry
 * @param {() => boolean} isHere whether the screen that asked is still shown
 * @returns {Promise<T|null>} null when the person has left or has been told why not
 */
export async function orDeadEnd(promise, retry, isHere) {
  try {
    const answer = await promise;
    return isHere() ? answer : null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isHere()) deadEnd(error, retry);
    return null;
  }
}

/** @param {ApiError} error @param {() => void} retry */
export function deadEnd(error, retry) {
  enter();
  if (error.isAboutProof) {
    showClosed(texts.closedTitle, error.message || texts.openFromChat, isInside ? { text: texts.backToChat, press: close } : null);
  } else {
    showClosed(texts.oopsTitle, error.message || texts.offline, { text: texts.tryAgain, press: retry });
  }
}
