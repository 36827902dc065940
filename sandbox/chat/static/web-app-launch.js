// Launch parameters in the fragment (docs.telegram-mini-apps.com/platform/launch-parameters).
// The server writes them; only this page knows its theme.

import { themeParams } from './theme.js';

export function launchUrl({ url, initData }) {
  const address = new URL(url);
  const fragment = address.hash.slice(1);
  const at = fragment.search(/[&?]?tgWebApp/);
  const own = at < 0 ? fragment : fragment.slice(0, at);
  const given = new URLSearchParams(at < 0 ? '' : fragment.slice(at).replace(/^[&?]/, ''));
  const parameters = new URLSearchParams({
    tgWebAppData: initData,
    tgWebAppVersion: '8.0',
    tgWebAppPlatform: 'web',
    ...Object.fromEntries(given),
    tgWebAppThemeParams: JSON.stringify(themeParams()),
  });
  // URLSearchParams writes a space as "+", which decodeURIComponent would keep.
  const launch = parameters.toString().replaceAll('+', '%20');
  const joint = own === '' ? '' : own.includes('=') ? '&' : '?';
  address.hash = `${own}${joint}${launch}`;
  return address.href;
}
