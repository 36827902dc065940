// The bottom of the chat: message box, attachments, bot's menu button and its keyboard.

import { previewFiles, watchDropsAndPastes } from './attachments.js';
import { CommandList } from './command-list.js';
import { menu } from './dialogs.js';
import { byId } from './dom.js';
import { summary } from './format.js';
import { drawReplyKeyboard } from './reply-keyboard.js';

const HEIGHT_MAX_SHARE = 0.35;

export class Composer {
  constructor(bot, actions) {
    this.bot = bot;
    this.actions = actions;
    this.box = byId('composer');
    this.commands = new CommandList(bot.commands, (command) => this.#chooseCommand(command));
    this.#listenToBox();
    this.#listenToAttachments();
    byId('start').addEventListener('click', () => actions.start());
    byId('unblock').addEventListener('click', () => actions.setBlocked(false));
    byId('reply-cancel').addEventListener('click', () => this.replyTo(null));
    byId('menu-button').addEventListener('click', () => this.#pressMenu());
    byId('keyboard-toggle').addEventListener('click', () => this.#toggleKeyboard());
  }

  open(conversation) {
    this.conversation = conversation;
    this.box.value = conversation.draft;
    this.commands.hide();
    this.#drawReply();
    this.#textChanged();
    this.draw();
  }

  draw() {
    const { conversation } = this;
    const isEmpty = conversation.loaded && conversation.messages.size === 0;
    const mode = conversation.user.blocked ? 'blocked' : isEmpty ? 'start' : 'input';
    byId('composer-area').dataset.mode = mode;
    byId('start').hidden = mode !== 'start';
    byId('unblock').hidden = mode !== 'blocked';
    byId('composer-stack').hidden = mode !== 'input';
    this.#drawMenuButton();
    this.#drawKeyboard();
  }

  focus() {
    // On a touch screen focusing would raise the keyboard over the chat.
    if (matchMedia('(pointer: fine)').matches) this.box.focus();
  }

  replyTo(message) {
    this.conversation.replyTo = message;
    this.#drawReply();
    if (message) this.box.focus();
  }

  // Give a text back that could not be sent.
  restore(text) {
    if (this.box.value) return;
    this.box.value = text;
    this.#textChanged();
  }

  #listenToBox() {
    this.box.addEventListener('input', () => this.#textChanged());
    this.box.addEventListener('keydown', (event) => {
      if (event.isComposing || this.commands.handleKey(event)) return;
      if (event.key === 'Escape') this.replyTo(null);
      if (event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      this.#send();
    });
    byId('composer-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    document.addEventListener('click', (event) => {
      if (!event.target.closest?.('#composer-stack')) this.commands.hide();
    });
  }

  #send() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = '';
    this.#textChanged();
    const replyTo = this.conversation.replyTo?.message_id;
    this.replyTo(null);
    this.box.focus();
    this.actions.sendText(text, replyTo);
  }

  #textChanged() {
    this.conversation.draft = this.box.value;
    this.box.style.height = 'auto';
    this.box.style.height = `${Math.min(this.box.scrollHeight, innerHeight * HEIGHT_MAX_SHARE)}px`;
    byId('composer-form').classList.toggle('has-text', this.box.value.trim() !== '');
    this.commands.filter(this.box.value);
  }

  #listenToAttachments() {
    const media = byId('attach-input');
    const any = byId('attach-file-input');
    byId('attach').addEventListener('click', (event) => menu(event.currentTarget, [
      { icon: 'photo', text: 'Фото или видео', run: () => media.click() },
      { icon: 'file', text: 'Файл', run: () => any.click() },
    ]));
    media.addEventListener('change', () => this.#chosen(media, false));
    any.addEventListener('change', () => this.#chosen(any, true));
    watchDropsAndPastes((files) => this.#offer(files, false));
  }

  #chosen(input, asFile) {
    const files = [...input.files];
    input.value = '';
    this.#offer(files, asFile);
  }

  async #offer(files, asFile) {
    if (files.length === 0 || byId('composer-area').dataset.mode === 'blocked') return;
    const { conversation } = this;
    const chosen = await previewFiles(files, { asFile, caption: this.box.value });
    if (!chosen) return;
    this.box.value = '';
    this.#textChanged();
    this.actions.sendFiles(conversation, chosen);
  }

  #drawReply() {
    const message = this.conversation.replyTo;
    byId('reply-preview').hidden = !message;
    if (!message) return;
    const isOwn = message.from?.id === this.conversation.user.id;
    byId('reply-name').textContent = isOwn ? this.conversation.user.first_name : this.bot.first_name;
    byId('reply-text').textContent = summary(message);
  }

  // core.telegram.org/bots/api#menubutton
  #drawMenuButton() {
    const button = byId('menu-button');
    const { menu_button: kind, commands } = this.bot;
    const isApp = kind?.type === 'web_app';
    button.hidden = !isApp && commands.length === 0;
    button.dataset.kind = isApp ? 'web_app' : 'commands';
    byId('menu-button-text').textContent = isApp ? kind.text : 'Меню';
    button.setAttribute('aria-label', isApp ? kind.text : 'Команды бота');
  }

  #pressMenu() {
    if (this.bot.menu_button?.type === 'web_app') this.actions.openMenuWebApp();
    else this.commands.toggle();
  }

  #chooseCommand(command) {
    this.box.value = '';
    this.#textChanged();
    this.actions.sendText(`/${command.command}`);
  }

  updateBot(bot) {
    this.bot = bot;
    this.commands.commands = bot.commands;
    if (this.conversation) this.draw();
  }

  #toggleKeyboard() {
    this.conversation.keyboardShown = !this.conversation.keyboardShown;
    this.#drawKeyboard();
  }

  #drawKeyboard() {
    const { replyKeyboard: markup, keyboardShown } = this.conversation;
    const toggle = byId('keyboard-toggle');
    toggle.hidden = !markup;
    toggle.setAttribute('aria-expanded', String(keyboardShown));
    this.box.placeholder = (keyboardShown && markup?.input_field_placeholder) || 'Сообщение';
    drawReplyKeyboard(byId('reply-keyboard'), keyboardShown ? markup : null, (row, column) => {
      if (markup.one_time_keyboard) this.#toggleKeyboard();
      this.actions.pressKeyboard(row, column);
    });
  }
}
