// The payment API: one function an endpoint, every failure an ApiError.

import { initData } from './telegram.js';

/** @typedef {import('./types.js').Payment} Payment */

const BASE = '/api/miniapp/';
// Creating an invoice may take the server 20 seconds.
const TIMEOUT_MS = 30000;

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
    return this.code === 'offline' || this.code === 'unreadable';
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
 * @param {{package_code: string, email: string, client_request_id: string}} order
 * @returns {Promise<Payment>}
 */
export const startPayment = (order) => call('payments', { method: 'POST', body: JSON.stringify(order) });

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
