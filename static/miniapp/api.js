// The API: one function an endpoint, every failure an ApiError.

import { initData } from './telegram.js';

/** @typedef {import('./types.js').Payment} Payment */
/** @typedef {import('./types.js').Generation} Generation */

export const BASE = '/api/miniapp/';
// Creating an invoice may take the server 20 seconds.
const TIMEOUT_MS = 30000;

// What may have been done all the same: no answer, one without sense, and failures on the way.
const LOST = ['offline', 'unreadable', 'unavailable', 'internal'];

/** `code` is `offline` when there was no answer, `unreadable` when it made no sense. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message for the person, may be empty
   */
  constructor(code, message = '') {
    super(message);
    this.code = code;
  }

  /** Whether the server may have done what was asked. */
  get isAnswerLost() {
    return LOST.includes(this.code);
  }

  /** Whether only opening the page again helps. */
  get isAboutProof() {
    return this.code.startsWith('init_data_');
  }
}

/** @returns {Promise<import('./types.js').Shop>} */
export const getPackages = () => call('packages');

/** @returns {Promise<Payment[]>} */
export const getPayments = async () => (await call('payments')).payments;

/**
 * @param {string} id
 * @returns {Promise<Payment>}
 */
export const getPayment = (id) => call(`payments/${encodeURIComponent(id)}`);

/**
 * @param {object} order with the price and the tokens that were shown
 * @returns {Promise<Payment>}
 */
export const startPayment = (order) => post('payments', order);

/** @returns {Promise<import('./types.js').Catalog>} */
export const getModels = () => call('models');

/**
 * @param {object} wish
 * @returns {Promise<import('./types.js').Quote>}
 */
export const getQuote = (wish) => post('quotes', wish);

/**
 * @param {object} order
 * @returns {Promise<Generation>}
 */
export const startGeneration = (order) => post('generations', order);

/**
 * @param {string} kind `image`, `video` or empty for both
 * @param {string} before where the last page ended, or empty
 * @returns {Promise<{generations: Generation[], next_before: string|number|null}>}
 */
export function getGenerations(kind, before) {
  const query = new URLSearchParams({ limit: '24' });
  if (kind) query.set('kind', kind);
  if (before) query.set('before', before);
  return call(`generations?${query}`);
}

/** @param {string|number} id @returns {Promise<Generation>} */
export const getGeneration = (id) => call(`generations/${encodeURIComponent(id)}`);

/** @param {string|number} id @returns {Promise<Generation>} */
export const cancelGeneration = (id) => post(`generations/${encodeURIComponent(id)}/cancel`, {});

/** @param {string|number} id @returns {Promise<import('./types.js').Sources>} */
export const getSources = (id) => call(`generations/${encodeURIComponent(id)}/sources`);

/** @param {string|number} id @returns {Promise<{alternatives: {slug: string, label: string}[]}>} */
export const getAlternatives = (id) => call(`generations/${encodeURIComponent(id)}/alternatives`);

/** @param {object} wish @returns {Promise<import('./types.js').Text>} */
export const startText = (wish) => post('texts', wish);

/** @param {string|number} id @returns {Promise<import('./types.js').Text>} */
export const getText = (id) => call(`texts/${encodeURIComponent(id)}`);

const post = (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) });

async function call(path, options = {}) {
  const response = await send(path, options);
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new ApiError(body?.error?.code ?? 'unreadable', body?.error?.message);
}

async function send(path, options) {
  try {
    return await fetch(BASE + path, {
      ...options,
      headers: { Authorization: `tma ${initData}`, 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiError('offline');
  }
}
