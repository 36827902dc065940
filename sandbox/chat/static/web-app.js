// A mini app above the chat: an iframe with Telegram's header and buttons around it.

import { dismiss, menu } from './dialogs.js';
import { avatar, el, icon } from './dom.js';
import { onThemeChange, themeParams } from './theme.js';
import { BottomButtons } from './web-app-buttons.js';
import { connectBridge } from './web-app-bridge.js';
import { launchUrl } from './web-app-launch.js';

const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads';
const PHONE = matchMedia('(max-width: 599px)');
let current = null;

// launch: {url, initData, bot, canSendData}; host: {sendData, openTelegramPath, confirmClosing}.
export function openWebApp(launch, host) {
  current?.close();
  current = new WebApp(launch, host);
  return current;
}

onThemeChange(() => current?.themeChanged());

class WebApp {
  constructor(launch, host) {
    this.launch = launch;
    this.host = host;
    this.needsConfirmation = false;
    this.isExpanded = !PHONE.matches;
    this.isReady = false;
    this.frame = el('iframe', { class: 'webapp-frame', 'data-testid': 'webapp-frame', title: `Мини-приложение ${launch.bot.first_name}`, sandbox: SANDBOX, allow: 'clipboard-write; fullscreen; autoplay', referrerpolicy: 'origin' });
    this.buttons = new BottomButtons((name) => this.post(name, {}));
    this.dialog = this.#build();
    document.body.append(this.dialog);
    this.dialog.showModal();
    // Listening starts before the page can speak.
    this.bridge = connectBridge(this.frame, new URL(launch.url).origin, this);
    this.frame.src = launchUrl(launch);
    this.resize = new ResizeObserver(() => this.viewportChanged());
    this.resize.observe(this.frame);
  }

  post(eventType, eventData) {
    this.bridge.post(eventType, eventData);
  }

  close() {
    if (current === this) current = null;
    this.resize.disconnect();
    this.bridge.disconnect();
    dismiss(this.dialog);
  }

  async requestClose() {
    if (this.needsConfirmation && !(await this.host.confirmClosing())) return;
    this.close();
  }

  // ---- what the page asks for ----

  ready() {
    this.isReady = true;
    this.dialog.classList.add('ready');
  }

  expand() {
    if (this.isExpanded) return;
    this.isExpanded = true;
    this.dialog.classList.add('expanded');
    this.viewportChanged();
  }

  showBackButton(isVisible) {
    this.hasBack = isVisible;
    this.closeButton.replaceChildren(icon(isVisible ? 'back' : 'close'));
    this.closeButton.setAttribute('aria-label', isVisible ? 'Назад' : 'Закрыть');
    this.closeButton.dataset.testid = isVisible ? 'webapp-back' : 'webapp-close';
  }

  setColor(part, { color, color_key: key }) {
    const params = themeParams();
    const value = params[key] ?? params[color] ?? color;
    if (!/^#[0-9a-f]{6}$/i.test(value ?? '')) return;
    this.dialog.style.setProperty(`--webapp-${part}`, value);
    if (part === 'header') this.dialog.style.setProperty('--webapp-header-text', isDark(value) ? '#ffffff' : '#000000');
  }

  themeChanged() {
    this.post('theme_changed', { theme_params: themeParams() });
  }

  viewportChanged() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    this.post('viewport_changed', { width, height, is_expanded: this.isExpanded, is_state_stable: true });
  }

  sendData(data) {
    if (!this.launch.canSendData) return;
    this.close();
    this.host.sendData(data);
  }

  openTelegramPath(path) {
    this.close();
    this.host.openTelegramPath(path);
  }

  reload() {
    this.frame.src = launchUrl(this.launch);
  }

  #build() {
    const { bot } = this.launch;
    const close = () => (this.hasBack ? this.post('back_button_pressed', {}) : this.requestClose());
    this.closeButton = el('button', { type: 'button', class: 'icon-button', on: { click: close } });
    const more = el('button', { type: 'button', class: 'icon-button', 'data-testid': 'webapp-menu', 'aria-label': 'Меню мини-приложения', 'aria-haspopup': 'menu', on: { click: () => this.#openMenu(more) } }, icon('more'));
    this.showBackButton(false);
    const header = el('header', { class: 'webapp-header' }, this.closeButton,
      el('div', { class: 'webapp-title' }, el('b', {}, bot.first_name), el('span', {}, 'мини-приложение')), more);
    const face = el('span', { class: 'avatar' });
    avatar(face, bot.id, bot.first_name);
    const loading = el('div', { class: 'webapp-loading', 'aria-hidden': 'true' }, face);
    // A page that never calls ready() is shown once it has loaded.
    this.frame.addEventListener('load', () => this.ready());
    const attributes = { class: PHONE.matches ? 'webapp' : 'webapp expanded', 'data-testid': 'webapp', 'aria-label': `Мини-приложение ${bot.first_name}` };
    const dialog = el('dialog', attributes, header, el('div', { class: 'webapp-body' }, this.frame, loading), this.buttons.node);
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.requestClose();
    });
    dialog.addEventListener('click', (event) => event.target === dialog && this.requestClose());
    return dialog;
  }

  #openMenu(anchor) {
    const items = [{ icon: 'reload', text: 'Обновить страницу', run: () => this.reload() }];
    if (this.hasSettings) items.unshift({ icon: 'settings', text: 'Настройки', run: () => this.post('settings_button_pressed', {}) });
    if (this.hasBack) items.push({ icon: 'close', text: 'Закрыть', run: () => this.requestClose() });
    menu(anchor, items);
  }
}

function isDark(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}
