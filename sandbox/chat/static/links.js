// Which addresses may be opened, and how.

import { openLinkDialog } from './dialogs.js';

const ALLOWED = new Set(['http:', 'https:', 'mailto:', 'tel:', 'tg:']);

export function safeUrl(url) {
  const parsed = URL.parse(url ?? '');
  return parsed && ALLOWED.has(parsed.protocol) ? parsed.href : null;
}

export function openInNewTab(url) {
  const href = safeUrl(url);
  if (!href) return;
  // Without a fresh click the browser would swallow the new tab silently; then the person clicks once more.
  if (navigator.userActivation?.isActive === false) openLinkDialog(href);
  else window.open(href, '_blank', 'noopener,noreferrer');
}

// t.me/<username>?start=X and tg://resolve?domain=<username>&start=X
// (core.telegram.org/api/links#bot-links). Null when the address is no Telegram link.
export function parseTelegramLink(url) {
  const parsed = URL.parse(url);
  if (!parsed) return null;
  const parameters = parsed.searchParams;
  if (parsed.protocol === 'tg:' && parsed.href.startsWith('tg://resolve')) {
    return { username: parameters.get('domain') ?? '', start: parameters.get('start') };
  }
  if (!['t.me', 'telegram.me', 'telegram.dog'].includes(parsed.hostname)) return null;
  return { username: parsed.pathname.split('/')[1] ?? '', start: parameters.get('start') };
}
