// What a person does in the open chat.

import * as api from './api.js';
import { menu, toast } from './dialogs.js';
import { openInNewTab, parseTelegramLink, safeUrl } from './links.js';
import { buttonText } from './reply-keyboard.js';
import { openViewer } from './viewer.js';
import { openWebApp } from './web-app.js';
import { confirmClosing } from './web-app-bridge.js';

export class ChatActions {
  constructor(app) {
    this.app = app;
  }

  get userId() {
    return this.app.current.user.id;
  }

  // Run a request; tell the person when it failed. Undefined then.
  async attempt(run) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      toast(error.message);
      return undefined;
    }
  }

  async sendText(text, replyToMessageId) {
    const conversation = this.app.current;
    try {
      await api.sendText(conversation.user.id, text, replyToMessageId);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      toast(error.message);
      if (conversation === this.app.current) this.app.composer.restore(text);
    }
  }

  start() {
    const parameter = this.app.startParameter();
    return this.sendText(parameter ? `/start ${parameter}` : '/start');
  }

  sendFiles(conversation, { files, caption }) {
    return this.attempt(() => api.sendFiles(conversation.user.id, files, caption));
  }

  async setBlocked(blocked) {
    await this.attempt(() => api.setBlocked(this.userId, blocked));
    await this.app.refreshUsers();
  }

  async pressInline(message, button, row, column) {
    if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      toast('Скопировано');
      return;
    }
    const answer = await this.attempt(() => this.app.current.press(message, row, column));
    if (answer?.url && !this.followTelegramLink(answer.url)) openInNewTab(answer.url);
    if (answer?.web_app) this.#openWebApp(answer.web_app);
  }

  async pressKeyboard(row, column) {
    const text = buttonText(this.app.current.replyKeyboard.keyboard[row][column]);
    const answer = await this.attempt(() => api.pressKeyboard(this.userId, row, column));
    if (answer?.web_app) this.#openWebApp(answer.web_app, text);
  }

  async openMenuWebApp() {
    const launch = await this.attempt(() => api.openWebApp(this.userId, 'menu'));
    if (launch) this.#openWebApp(launch);
  }

  openViewer(messageId) {
    openViewer(this.app.current.sortedMessages(), messageId);
  }

  replyTo(message) {
    this.app.composer.replyTo(message);
  }

  jumpTo(messageId) {
    this.app.logView.jumpTo(messageId);
  }

  openMessageMenu(event, message) {
    if (event.target.closest('a, video, audio') || getSelection().toString()) return;
    event.preventDefault();
    const text = message.text ?? message.caption;
    const items = [{ icon: 'reply', text: 'Ответить', run: () => this.replyTo(message) }];
    if (text) items.push({ icon: 'copy', text: 'Копировать текст', run: () => navigator.clipboard.writeText(text) });
    menu({ x: event.clientX, y: event.clientY }, items);
  }

  // A link to this very bot stays in the chat: ?start=X is "/start X". True when it was one.
  followTelegramLink(url) {
    const link = parseTelegramLink(url);
    if (link?.username.toLowerCase() !== this.app.bot.username.toLowerCase()) return false;
    if (link.start) this.sendText(`/start ${link.start}`);
    return true;
  }

  // Only an app opened by a keyboard button may hand data to the bot
  // (core.telegram.org/bots/webapps#keyboard-button-mini-apps).
  #openWebApp({ url, init_data: initData }, keyboardButtonText) {
    if (!safeUrl(url)?.startsWith('http')) {
      toast('Адрес мини-приложения не открывается');
      return;
    }
    const { userId } = this;
    openWebApp({ url, initData, bot: this.app.bot, canSendData: keyboardButtonText !== undefined }, {
      confirmClosing,
      sendData: (data) => this.attempt(() => api.sendWebAppData(userId, data, keyboardButtonText)),
      openTelegramPath: (path) => this.#openTelegramPath(path),
    });
  }

  #openTelegramPath(path) {
    const url = `https://t.me/${path.replace(/^\/+/, '')}`;
    if (!this.followTelegramLink(url)) openInNewTab(url);
  }
}
