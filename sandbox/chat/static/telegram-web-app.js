// The mini app side of Telegram's web-client protocol: window.Telegram.WebApp as documented at
// core.telegram.org/bots/webapps#initializing-mini-apps. Pages need no other script to run here.
(() => {
  'use strict';

  const STORAGE_KEY = 'webAppLaunchParams';
  const DATA_BYTES_MAX = 4096;
  const isIframe = window.parent !== window;
  const listeners = new Map();
  const root = document.documentElement;

  // ---- launch parameters: the fragment, or what it was before a reload ----

  function readLaunchParams() {
    const fragment = location.hash.replace(/^#/, '');
    const query = fragment.slice(fragment.indexOf('?') + 1);
    const fresh = Object.fromEntries(
      query.split('&').filter(Boolean).map((pair) => {
        const [name, ...value] = pair.split('=');
        return [decode(name), decode(value.join('='))];
      }).filter(([name]) => name.startsWith('tgWebApp')),
    );
    try {
      const params = { ...JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}'), ...fresh };
      // A new launch without proof must not inherit the proof of an earlier one.
      if ('tgWebAppVersion' in fresh && !('tgWebAppData' in fresh)) delete params.tgWebAppData;
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify(params));
      return params;
    } catch (error) {
      if (error instanceof DOMException || error instanceof SyntaxError) return fresh;
      throw error;
    }
  }

  function decode(text) {
    try {
      return decodeURIComponent(text.replace(/\+/g, '%20'));
    } catch {
      return text;
    }
  }

  function parseInitData(initData) {
    const unsafe = {};
    for (const [name, value] of new URLSearchParams(initData)) {
      const isObject = /^[{[]/.test(value);
      unsafe[name] = isObject ? parseJson(value) ?? value : value;
    }
    return unsafe;
  }

  function parseJson(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  const launch = readLaunchParams();

  // ---- the wire ----

  function postEvent(eventType, eventData = {}) {
    if (isIframe) window.parent.postMessage(JSON.stringify({ eventType, eventData }), '*');
  }

  addEventListener('message', (event) => {
    if (event.source !== window.parent || typeof event.data !== 'string') return;
    const message = parseJson(event.data);
    if (message?.eventType) receiveEvent(message.eventType, message.eventData ?? {});
  });

  function receiveEvent(eventType, eventData) {
    RECEIVED[eventType]?.(eventData);
  }

  function emit(name, data) {
    for (const listener of [...(listeners.get(name) ?? [])]) listener.call(WebApp, data);
  }

  function onEvent(name, listener) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listeners.get(name).add(listener);
  }

  function offEvent(name, listener) {
    listeners.get(name)?.delete(listener);
  }

  const RECEIVED = {
    theme_changed: ({ theme_params: params }) => {
      setTheme(params ?? {});
      emit('themeChanged');
      // Colours left to the theme are the new theme's from now on.
      [MainButton, SecondaryButton].forEach((button) => button.setParams({}));
      chosenColors.forEach((send) => send());
    },
    viewport_changed: (data) => {
      setViewport(data);
      emit('viewportChanged', { isStateStable: Boolean(data.is_state_stable) });
    },
    safe_area_changed: (insets) => {
      setInsets('safeAreaInset', 'safe-area-inset', insets);
      emit('safeAreaChanged');
    },
    content_safe_area_changed: (insets) => {
      setInsets('contentSafeAreaInset', 'content-safe-area-inset', insets);
      emit('contentSafeAreaChanged');
    },
    main_button_pressed: () => MainButton.isActive && emit('mainButtonClicked'),
    secondary_button_pressed: () => SecondaryButton.isActive && emit('secondaryButtonClicked'),
    back_button_pressed: () => emit('backButtonClicked'),
    settings_button_pressed: () => emit('settingsButtonClicked'),
    popup_closed: (data) => popupClosed(data),
    invoice_closed: ({ slug, status }) => invoiceClosed(slug, status),
    write_access_requested: (data) => answerRequest('writeAccessRequested', data),
    phone_requested: (data) => answerRequest('contactRequested', data),
    fullscreen_failed: (data) => emit('fullscreenFailed', data),
    reload_iframe: () => {
      postEvent('iframe_will_reload');
      location.reload();
    },
  };

  // ---- theme, viewport, insets: properties and CSS variables ----

  function setTheme(params) {
    Object.assign(WebApp.themeParams, params);
    for (const [name, color] of Object.entries(WebApp.themeParams)) {
      root.style.setProperty(`--tg-theme-${name.replaceAll('_', '-')}`, color);
    }
    WebApp.colorScheme = isDark(WebApp.themeParams.bg_color) ? 'dark' : 'light';
    root.style.setProperty('--tg-color-scheme', WebApp.colorScheme);
  }

  function isDark(color = '#ffffff') {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    return 0.299 * red + 0.587 * green + 0.114 * blue < 120;
  }

  function setViewport({ height, is_expanded: isExpanded, is_state_stable: isStable }) {
    WebApp.isExpanded = Boolean(isExpanded);
    WebApp.viewportHeight = height ?? window.innerHeight;
    root.style.setProperty('--tg-viewport-height', `${WebApp.viewportHeight}px`);
    if (!isStable) return;
    WebApp.viewportStableHeight = WebApp.viewportHeight;
    root.style.setProperty('--tg-viewport-stable-height', `${WebApp.viewportStableHeight}px`);
  }

  function setInsets(property, variable, { top = 0, bottom = 0, left = 0, right = 0 }) {
    WebApp[property] = { top, bottom, left, right };
    for (const [side, value] of Object.entries(WebApp[property])) {
      root.style.setProperty(`--tg-${variable}-${side}`, `${value}px`);
    }
  }

  // ---- buttons ----

  function bottomButton({ type, event, method, text, colorKey, textColorKey }) {
    const state = { text, color: null, text_color: null, is_visible: false, is_active: true, is_progress_visible: false, has_shine_effect: false };
    if (type === 'secondary') state.position = 'left';
    let sent = '';
    const color = (name, key, fallback) => state[name] ?? WebApp.themeParams[key] ?? fallback;
    const update = (changes) => {
      const known = Object.entries(changes).filter(([name, value]) => name in state && value !== undefined);
      Object.assign(state, Object.fromEntries(known));
      state.text = String(state.text).trim();
      if (!state.text || state.text.length > 64) throw new Error('WebAppBottomButtonParamInvalid');
      const shown = { ...state, color: button.color, text_color: button.textColor };
      const data = state.is_visible ? shown : { is_visible: false };
      if (JSON.stringify(data) !== sent) postEvent(method, data);
      sent = JSON.stringify(data);
      return button;
    };
    const button = {
      type,
      get text() { return state.text; },
      set text(value) { update({ text: value }); },
      get color() { return color('color', colorKey, '#2481cc'); },
      set color(value) { update({ color: value }); },
      get textColor() { return color('text_color', textColorKey, '#ffffff'); },
      set textColor(value) { update({ text_color: value }); },
      get isVisible() { return state.is_visible; },
      set isVisible(value) { update({ is_visible: value }); },
      get isActive() { return state.is_active; },
      set isActive(value) { update({ is_active: value }); },
      get isProgressVisible() { return state.is_progress_visible; },
      get hasShineEffect() { return state.has_shine_effect; },
      set hasShineEffect(value) { update({ has_shine_effect: value }); },
      get position() { return state.position; },
      set position(value) { update({ position: value }); },
      setText: (value) => update({ text: value }),
      setParams: (params) => update(params),
      show: () => update({ is_visible: true }),
      hide: () => update({ is_visible: false }),
      enable: () => update({ is_active: true }),
      disable: () => update({ is_active: false }),
      showProgress: (leaveActive = false) => update({ is_progress_visible: true, is_active: leaveActive }),
      hideProgress: () => update({ is_progress_visible: false, is_active: true }),
      onClick: (listener) => { onEvent(event, listener); return button; },
      offClick: (listener) => { offEvent(event, listener); return button; },
    };
    return button;
  }

  function headerButton(event, method) {
    let isVisible = false;
    const show = (visible) => {
      isVisible = visible;
      postEvent(method, { is_visible: visible });
      return button;
    };
    const button = {
      get isVisible() { return isVisible; },
      set isVisible(value) { show(Boolean(value)); },
      show: () => show(true),
      hide: () => show(false),
      onClick: (listener) => { onEvent(event, listener); return button; },
      offClick: (listener) => { offEvent(event, listener); return button; },
    };
    return button;
  }

  const MainButton = bottomButton({ type: 'main', event: 'mainButtonClicked', method: 'web_app_setup_main_button', text: 'Continue', colorKey: 'button_color', textColorKey: 'button_text_color' });
  const SecondaryButton = bottomButton({ type: 'secondary', event: 'secondaryButtonClicked', method: 'web_app_setup_secondary_button', text: 'Cancel', colorKey: 'bottom_bar_bg_color', textColorKey: 'button_color' });

  // ---- popups, links, invoices, requests ----

  let popupCallback = null;
  const invoiceCallbacks = new Map();
  const requestCallbacks = new Map();

  function showPopup(params, callback) {
    if (popupCallback) throw new Error('WebAppPopupOpened');
    const title = String(params.title ?? '').trim();
    const message = String(params.message ?? '').trim();
    const buttons = (params.buttons ?? [{ type: 'close' }]).map(({ id = '', type = 'default', text = '' }) => ({ id: String(id), type, text: String(text) }));
    const isNamed = ({ type, text }) => !['default', 'destructive'].includes(type) || (text && text.length <= 64);
    const isValid = title.length <= 64 && message && message.length <= 256
      && buttons.length >= 1 && buttons.length <= 3 && buttons.every(isNamed);
    if (!isValid) throw new Error('WebAppPopupParamInvalid');
    popupCallback = callback ?? (() => {});
    postEvent('web_app_open_popup', { title, message, buttons });
  }

  function popupClosed({ button_id: buttonId = null }) {
    const callback = popupCallback;
    popupCallback = null;
    callback?.(buttonId);
    emit('popupClosed', { button_id: buttonId });
  }

  function openLink(url, { try_instant_view: tryInstantView = false } = {}) {
    const { href, protocol } = new URL(url, location.href);
    if (protocol !== 'http:' && protocol !== 'https:') throw new Error('WebAppTgUrlInvalid');
    if (isIframe) postEvent('web_app_open_link', { url: href, ...(tryInstantView ? { try_instant_view: true } : {}) });
    else window.open(href, '_blank', 'noopener');
  }

  function telegramPath(url) {
    const { hostname, pathname, search } = new URL(url, location.href);
    if (hostname !== 't.me') throw new Error('WebAppTgUrlInvalid');
    return pathname + search;
  }

  function openInvoice(url, callback) {
    const [, slug] = /^\/(?:\$|invoice\/)([A-Za-z0-9\-_=]+)/.exec(telegramPath(url)) ?? [];
    if (!slug) throw new Error('WebAppInvoiceUrlInvalid');
    if (invoiceCallbacks.has(slug)) throw new Error('WebAppInvoiceOpened');
    invoiceCallbacks.set(slug, { url, callback });
    postEvent('web_app_open_invoice', { slug });
  }

  function invoiceClosed(slug, status) {
    const invoice = invoiceCallbacks.get(slug);
    invoiceCallbacks.delete(slug);
    invoice?.callback?.(status);
    if (invoice) emit('invoiceClosed', { url: invoice.url, status });
  }

  function request(method, event, callback) {
    requestCallbacks.set(event, callback);
    postEvent(method);
  }

  function answerRequest(event, { status }) {
    requestCallbacks.get(event)?.(status === 'allowed' || status === 'sent');
    requestCallbacks.delete(event);
    emit(event, { status });
  }

  function sendData(data) {
    const bytes = new TextEncoder().encode(data ?? '').length;
    if (bytes === 0 || bytes > DATA_BYTES_MAX) throw new Error('WebAppDataInvalid');
    postEvent('web_app_data_send', { data });
  }

  function isVersionAtLeast(wanted) {
    const own = WebApp.version.split('.').map(Number);
    const other = String(wanted).split('.').map(Number);
    const at = other.findIndex((number, index) => number !== (own[index] ?? 0));
    return at < 0 || (own[at] ?? 0) > other[at];
  }

  function unsupported() {
    throw new Error('WebAppMethodUnsupported');
  }

  function haptic(type, name) {
    return (style) => {
      postEvent('web_app_trigger_haptic_feedback', { type, ...(name ? { [name]: style } : {}) });
      return WebApp.HapticFeedback;
    };
  }

  // ---- window.Telegram.WebApp ----

  const colors = { header: 'bg_color', background: 'bg_color', bottom: 'bottom_bar_bg_color' };
  const shownColor = (part) => WebApp.themeParams[colors[part]] ?? colors[part];
  const chosenColors = new Map();
  const setColor = (part, method, color) => {
    colors[part] = color;
    const isKey = part === 'header' && color in WebApp.themeParams;
    const send = () => postEvent(method, isKey ? { color_key: color } : { color: shownColor(part) });
    chosenColors.set(part, send);
    send();
  };
  const confirmClosing = (isNeeded) => {
    WebApp.isClosingConfirmationEnabled = isNeeded;
    postEvent('web_app_setup_closing_behavior', { need_confirmation: isNeeded });
  };
  const allowSwipes = (isAllowed) => {
    WebApp.isVerticalSwipesEnabled = isAllowed;
    postEvent('web_app_setup_swipe_behavior', { allow_vertical_swipe: isAllowed });
  };

  const WebApp = {
    initData: launch.tgWebAppData ?? '',
    initDataUnsafe: parseInitData(launch.tgWebAppData ?? ''),
    version: launch.tgWebAppVersion ?? '6.0',
    platform: launch.tgWebAppPlatform ?? 'unknown',
    colorScheme: 'light',
    themeParams: {},
    isActive: true,
    isExpanded: true,
    isFullscreen: false,
    isOrientationLocked: false,
    isClosingConfirmationEnabled: false,
    isVerticalSwipesEnabled: true,
    viewportHeight: window.innerHeight,
    viewportStableHeight: window.innerHeight,
    safeAreaInset: { top: 0, bottom: 0, left: 0, right: 0 },
    contentSafeAreaInset: { top: 0, bottom: 0, left: 0, right: 0 },
    get headerColor() { return shownColor('header'); },
    set headerColor(color) { WebApp.setHeaderColor(color); },
    get backgroundColor() { return shownColor('background'); },
    set backgroundColor(color) { WebApp.setBackgroundColor(color); },
    get bottomBarColor() { return shownColor('bottom'); },
    set bottomBarColor(color) { WebApp.setBottomBarColor(color); },
    MainButton,
    SecondaryButton,
    BackButton: headerButton('backButtonClicked', 'web_app_setup_back_button'),
    SettingsButton: headerButton('settingsButtonClicked', 'web_app_setup_settings_button'),
    HapticFeedback: {
      impactOccurred: haptic('impact', 'impact_style'),
      notificationOccurred: haptic('notification', 'notification_type'),
      selectionChanged: haptic('selection_change'),
    },
    CloudStorage: Object.fromEntries(['setItem', 'getItem', 'getItems', 'removeItem', 'removeItems', 'getKeys'].map((name) => [name, unsupported])),
    ready: () => postEvent('web_app_ready'),
    expand: () => postEvent('web_app_expand'),
    close: ({ return_back: returnBack = false } = {}) => postEvent('web_app_close', { return_back: returnBack }),
    requestFullscreen: () => postEvent('web_app_request_fullscreen'),
    exitFullscreen: () => postEvent('web_app_exit_fullscreen'),
    setHeaderColor: (color) => setColor('header', 'web_app_set_header_color', color),
    setBackgroundColor: (color) => setColor('background', 'web_app_set_background_color', color),
    setBottomBarColor: (color) => setColor('bottom', 'web_app_set_bottom_bar_color', color),
    enableClosingConfirmation: () => confirmClosing(true),
    disableClosingConfirmation: () => confirmClosing(false),
    enableVerticalSwipes: () => allowSwipes(true),
    disableVerticalSwipes: () => allowSwipes(false),
    isVersionAtLeast,
    onEvent,
    offEvent,
    sendData,
    openLink,
    openTelegramLink: (url) => postEvent('web_app_open_tg_link', { path_full: telegramPath(url) }),
    openInvoice,
    showPopup,
    showAlert: (message, callback) => showPopup({ message }, callback && (() => callback())),
    showConfirm: (message, callback) => showPopup(
      { message, buttons: [{ type: 'ok', id: 'ok' }, { type: 'cancel' }] },
      callback && ((id) => callback(id === 'ok')),
    ),
    requestWriteAccess: (callback) => request('web_app_request_write_access', 'writeAccessRequested', callback),
    requestContact: (callback) => request('web_app_request_phone', 'contactRequested', callback),
  };

  window.Telegram = {
    ...window.Telegram,
    WebApp,
    WebView: { initParams: launch, isIframe, postEvent: (type, _, data) => postEvent(type, data), receiveEvent, onEvent, offEvent },
  };

  setTheme(parseJson(launch.tgWebAppThemeParams ?? '') ?? {});
  setInsets('safeAreaInset', 'safe-area-inset', {});
  setInsets('contentSafeAreaInset', 'content-safe-area-inset', {});
  root.style.setProperty('--tg-viewport-height', '100vh');
  root.style.setProperty('--tg-viewport-stable-height', '100vh');
  postEvent('iframe_ready', { reload_supported: true });
  for (const wanted of ['theme', 'viewport', 'safe_area', 'content_safe_area']) postEvent(`web_app_request_${wanted}`);
})();
