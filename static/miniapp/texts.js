// The page's sentences come from the server in both languages; the person's settings choose.

import { languageCode } from './telegram.js';

const data = JSON.parse(document.getElementById('page-data').textContent);

/** @type {import('./types.js').Texts} */
export let texts = {};

/** @param {string} language `ru` or `en` */
export function speak(language) {
  texts = data.texts[language] ?? data.texts.en;
  document.documentElement.lang = language;
  document.title = texts.title;
}

/** Before the server said which language the person chose in the bot. */
export function speakLikeTelegram() {
  const primary = languageCode().split('-')[0].toLowerCase();
  speak(!primary || data.russianSpeaking.includes(primary) ? 'ru' : 'en');
}

/**
 * @param {string} template
 * @param {Record<string, string>} values
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** `$5`, `$4.99`. @param {string} amount @param {string} currency */
export function money(amount, currency) {
  const short = amount.replace(/\.00$/, '');
  return currency === 'USD' ? `$${short}` : `${short} ${currency}`;
}

/** `⚡12`, `⚡2.50`, as the chat writes them. @param {string} amount `12.00` */
export function tokens(amount) {
  return `⚡${amount.replace(/\.00$/, '')}`;
}

/** `0:42`, `3:05`. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** The page draws its own sign. @param {string} text */
export const withoutSign = (text) => text.replace(/^\P{L}+/u, '');
