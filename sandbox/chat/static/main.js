// Puts the page together: which chat is open, and what the buttons do.

import * as api from './api.js';
import { ChatActions } from './chat-actions.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { alertDialog, menu, toast } from './dialogs.js';
import { avatar, byId } from './dom.js';
import { chatAction } from './format.js';
import { openInNewTab } from './links.js';
import { LogView } from './log-view.js';
import { currentTheme, startTheme, toggleTheme } from './theme.js';
import { askForNewUser, UserList } from './user-list.js';

const USERS_REFRESH_MS = 3000;
const DESKTOP = matchMedia('(min-width: 900px)');

class App {
  constructor(bot, users) {
    this.bot = bot;
    this.users = users;
    this.conversations = new Map();
    this.current = null;
    this.actions = new ChatActions(this);
    this.userList = new UserList((id) => this.navigate(id));
    this.logView = new LogView(bot, this.actions);
    this.composer = new Composer(bot, this.actions);
  }

  start() {
    this.#listen();
    this.#drawBot();
    this.drawUsers();
    this.#show(this.#userInAddress() ?? (DESKTOP.matches ? this.users[0]?.id : null));
    setInterval(() => document.hidden || this.refreshUsers(), USERS_REFRESH_MS);
  }

  // The address names the chat, so that "back" on a phone returns to the list.
  navigate(userId) {
    if (userId === (this.current?.user.id ?? null)) return;
    history.pushState(null, '', userId === null ? '/' : `/?user=${userId}`);
    this.#show(userId);
  }

  async refreshUsers() {
    try {
      [this.users, this.bot] = await Promise.all([api.getUsers(), api.getBot(this.current?.user)]);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      return; // tried again in three seconds
    }
    for (const user of this.users) this.conversations.get(user.id)?.updateUser(user);
    this.drawUsers();
    this.#drawBot();
    this.logView.bot = this.bot;
    this.composer.updateBot(this.bot);
  }

  drawUsers() {
    this.userList.draw(this.users, this.current?.user.id);
  }

  startParameter() {
    return new URLSearchParams(location.search).get('start');
  }

  #show(userId) {
    this.logView.leave();
    this.current?.disconnect();
    const user = this.users.find((one) => one.id === userId);
    this.current = user ? this.#conversation(user) : null;
    byId('app').dataset.screen = user ? 'chat' : 'list';
    this.drawUsers();
    if (!this.current) return;
    this.#drawMe(user);
    this.logView.open(this.current);
    this.composer.open(this.current);
    this.#drawStatus();
    this.current.connect();
    this.composer.focus();
    this.refreshUsers();
    document.title = `${user.first_name} — ${this.bot.first_name}`;
  }

  #conversation(user) {
    const known = this.conversations.get(user.id);
    if (known) return known;
    const conversation = new Conversation(user);
    const ifCurrent = (run) => (event) => conversation === this.current && run(event.detail);
    conversation.addEventListener('change', ifCurrent(() => this.#draw()));
    conversation.addEventListener('message', ifCurrent((message) => this.logView.arrived(message)));
    conversation.addEventListener('toast', ifCurrent(({ text, show_alert: isAlert }) => (isAlert ? alertDialog(text) : toast(text))));
    conversation.addEventListener('menu_button', ifCurrent(() => this.refreshUsers()));
    conversation.addEventListener('callback', ifCurrent(({ url }) => this.actions.followTelegramLink(url) || openInNewTab(url)));
    this.conversations.set(user.id, conversation);
    return conversation;
  }

  #draw() {
    this.logView.draw();
    this.composer.draw();
    this.#drawStatus();
  }

  #drawBot() {
    avatar(byId('bot-avatar'), this.bot.id, this.bot.first_name);
    byId('bot-name').textContent = this.bot.first_name;
  }

  #drawMe(user) {
    const me = byId('me');
    avatar(me, user.id, user.first_name);
    me.title = `Вы — ${user.first_name}`;
    me.setAttribute('aria-label', me.title);
  }

  #drawStatus() {
    const { online, chatAction: action } = this.current;
    const status = byId('bot-status');
    const text = !online ? 'соединение' : action ? chatAction(action) : 'бот';
    status.classList.toggle('busy', !online || Boolean(action));
    if (status.textContent !== text) status.textContent = text;
  }

  #userInAddress() {
    const id = Number(new URLSearchParams(location.search).get('user'));
    return this.users.some((user) => user.id === id) ? id : null;
  }

  #listen() {
    byId('back').addEventListener('click', () => this.navigate(null));
    byId('theme-toggle').addEventListener('click', toggleTheme);
    byId('chat-menu').addEventListener('click', (event) => this.#openMenu(event.currentTarget));
    byId('new-user').addEventListener('click', () => this.#addUser());
    addEventListener('popstate', () => this.#show(this.#userInAddress()));
    addEventListener('beforeunload', () => this.current?.disconnect());
  }

  #openMenu(anchor) {
    const { blocked } = this.current.user;
    menu(anchor, [
      currentTheme() === 'dark'
        ? { icon: 'sun', text: 'Светлая тема', run: toggleTheme }
        : { icon: 'moon', text: 'Тёмная тема', run: toggleTheme },
      { icon: 'block', text: blocked ? 'Разблокировать бота' : 'Заблокировать бота', danger: !blocked, run: () => this.actions.setBlocked(!blocked) },
    ]);
  }

  async #addUser() {
    const profile = await askForNewUser();
    if (!profile) return;
    const user = await this.actions.attempt(() => api.addUser(profile));
    if (!user) return;
    await this.refreshUsers();
    this.navigate(user.id);
  }
}

async function loadPatiently() {
  for (;;) {
    try {
      return await Promise.all([api.getBot(), api.getUsers()]);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      toast(error.message);
      await new Promise((resolve) => setTimeout(resolve, USERS_REFRESH_MS));
    }
  }
}

startTheme();
const [bot, users] = await loadPatiently();
new App(bot, users).start();
