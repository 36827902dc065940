// Telegram's postMessage protocol between a web client and a mini app
// (docs.telegram-mini-apps.com/platform/methods and /events).

import { popup, toast } from './dialogs.js';
import { openInNewTab } from './links.js';

const POPUP_TEXTS = { ok: 'OK', close: 'Закрыть', cancel: 'Отмена' };
const NO_INSETS = { top: 0, bottom: 0, left: 0, right: 0 };

// Only messages of this iframe and of the origin that was opened count; answers go to that origin only.
export function connectBridge(frame, origin, app) {
  let hasSpoken = false;
  const post = (eventType, eventData = {}) => {
    // Before its first word the page is not loaded, and nobody listens.
    if (hasSpoken) frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), origin);
  };
  const receive = (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    hasSpoken = true;
    const message = parse(event.data);
    if (message) METHODS[message.eventType]?.(message.eventData ?? {}, app, post);
  };
  addEventListener('message', receive);
  return { post, disconnect: () => removeEventListener('message', receive) };
}

function parse(data) {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data);
    return typeof message?.eventType === 'string' && Object.hasOwn(METHODS, message.eventType) ? message : null;
  } catch {
    return null; // a page may post what is not ours
  }
}

const METHODS = {
  iframe_ready: () => {},
  web_app_ready: (_, app) => app.ready(),
  web_app_expand: (_, app) => app.expand(),
  web_app_close: (_, app) => app.close(),
  web_app_setup_main_button: (data, app) => app.buttons.setupMain(data),
  web_app_setup_secondary_button: (data, app) => app.buttons.setupSecondary(data),
  web_app_setup_back_button: (data, app) => app.showBackButton(Boolean(data.is_visible)),
  web_app_setup_settings_button: (data, app) => {
    app.hasSettings = Boolean(data.is_visible);
  },
  web_app_setup_closing_behavior: (data, app) => {
    app.needsConfirmation = Boolean(data.need_confirmation);
  },
  web_app_set_header_color: (data, app) => app.setColor('header', data),
  web_app_set_background_color: (data, app) => app.setColor('background', data),
  web_app_set_bottom_bar_color: (data, app) => app.setColor('bottom', data),
  web_app_open_link: (data) => openInNewTab(data.url),
  web_app_open_tg_link: (data, app) => app.openTelegramPath(String(data.path_full ?? '')),
  web_app_open_popup: (data, _, post) => openPopup(data, post),
  web_app_data_send: (data, app) => app.sendData(String(data.data ?? '')),
  web_app_request_theme: (_, app) => app.themeChanged(),
  web_app_request_viewport: (_, app) => app.viewportChanged(),
  web_app_request_safe_area: (_, __, post) => post('safe_area_changed', NO_INSETS),
  web_app_request_content_safe_area: (_, __, post) => post('content_safe_area_changed', NO_INSETS),
  web_app_trigger_haptic_feedback: () => {},
  web_app_request_write_access: (_, __, post) => post('write_access_requested', { status: 'allowed' }),
  web_app_request_phone: (_, __, post) => post('phone_requested', { status: 'cancelled' }),
  web_app_request_fullscreen: (_, __, post) => post('fullscreen_failed', { error: 'UNSUPPORTED' }),
  web_app_read_text_from_clipboard: (data, _, post) => post('clipboard_text_received', { req_id: data.req_id, data: null }),
  web_app_invoke_custom_method: (data, _, post) => post('custom_method_invoked', { req_id: data.req_id, error: 'UNSUPPORTED' }),
  web_app_open_invoice: (data, _, post) => {
    toast('Счета здесь не оплачиваются');
    post('invoice_closed', { slug: data.slug, status: 'failed' });
  },
};

async function openPopup({ title, message, buttons }, post) {
  const shown = (buttons ?? []).map(({ id = '', type = 'default', text }) => ({
    id,
    text: POPUP_TEXTS[type] ?? text ?? 'OK',
    kind: { destructive: 'destructive', cancel: 'muted' }[type] ?? 'default',
  }));
  const pressed = await popup({ title, text: message ?? '', buttons: shown, testid: 'webapp-popup' });
  // Closed without a button: the field is left out.
  post('popup_closed', pressed === null ? {} : { button_id: pressed });
}

export function confirmClosing() {
  return popup({
    text: 'Изменения могут не сохраниться.',
    buttons: [{ id: 'cancel', text: 'Отмена', kind: 'muted' }, { id: 'close', text: 'Закрыть', kind: 'destructive' }],
    testid: 'confirm-closing',
  }).then((pressed) => pressed === 'close');
}
