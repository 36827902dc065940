// The payment API's words (lavatop/schemas.py), for the editor.

/**
 * @typedef {object} Package
 * @property {string} code
 * @property {string} tokens_text
 * @property {string} price_usd
 * @property {string} currency
 * @property {string[]} examples
 */

/**
 * @typedef {object} Shop
 * @property {Package[]} packages
 * @property {string} balance
 * @property {string} email
 * @property {string} language
 */

/**
 * @typedef {'created'|'requesting'|'pending'|'paid'|'failed'|'expired'|'unknown'|'quarantined'} Status
 */

/**
 * @typedef {object} Payment
 * @property {string} id
 * @property {Status} status
 * @property {string} message
 * @property {string|null} payment_url
 * @property {string} package_code
 * @property {string} tokens_text
 * @property {string} amount
 * @property {string} currency
 * @property {string} failure_code
 * @property {string} balance
 * @property {string} created_at
 */

/** @typedef {Record<string, string>} Texts */

export {};
