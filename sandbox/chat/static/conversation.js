// What one person sees of the bot: messages, keyboard, "typing…". Kept while other chats are open.

import * as api from './api.js';

const RECONNECT_MS = 1500;
const CALLBACK_WAIT_MS = 30_000;

// Events: change (anything to draw), message (a new one arrived), toast, callback (a bot's url answer).
export class Conversation extends EventTarget {
  constructor(user) {
    super();
    this.user = user;
    this.messages = new Map();
    this.replyKeyboard = null;
    this.keyboardShown = false;
    this.chatAction = null;
    this.botDraft = null;
    this.pending = new Map();
    this.answered = new Set();
    this.draft = '';
    this.replyTo = null;
    this.loaded = false;
    this.online = true;
    this.scroll = null;
  }

  // One open stream per window: browsers allow six connections to one server in all.
  connect() {
    this.source = new EventSource(api.eventsUrl(this.user.id));
    this.backlog = [];
    this.source.addEventListener('open', () => this.#reload());
    this.source.addEventListener('error', () => this.#lost());
    for (const [name, handle] of Object.entries(this.#handlers())) {
      this.source.addEventListener(name, (event) => this.#receive(handle, JSON.parse(event.data)));
    }
  }

  disconnect() {
    clearTimeout(this.reconnectTimer);
    this.source?.close();
    this.source = null;
  }

  updateUser(user) {
    const isSame = this.user.blocked === user.blocked;
    this.user = user;
    if (!isSame) this.#changed();
    // The sandbox was reset: its event stream stays open, but the chat is empty now.
    if (!user.last_message && this.messages.size > 0 && this.source) this.#reload();
  }

  sortedMessages() {
    return [...this.messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  // A missed edit or deletion is seen only by reading everything again. Events that arrive
  // meanwhile are newer than the answer, so they wait for it.
  async #reload() {
    const { source } = this;
    this.backlog = [];
    try {
      const state = await api.getMessages(this.user.id);
      if (source !== this.source) return;
      this.online = true;
      this.#replaceAll(state);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      if (source === this.source) this.#retry();
    }
  }

  #replaceAll(state) {
    const known = new Set(state.messages.map((message) => message.message_id));
    for (const id of this.messages.keys()) if (!known.has(id)) this.messages.delete(id);
    state.messages.forEach((message) => this.#upsert(message));
    const isSameKeyboard = JSON.stringify(state.reply_keyboard) === JSON.stringify(this.replyKeyboard);
    if (!isSameKeyboard) this.#setKeyboard(state.reply_keyboard);
    this.chatAction = state.chat_action;
    this.botDraft = state.draft ?? null;
    this.loaded = true;
    const { backlog } = this;
    this.backlog = null;
    backlog.forEach((apply) => apply());
    this.#changed();
  }

  #receive(handle, data) {
    const apply = () => handle(data);
    if (this.backlog) this.backlog.push(apply);
    else {
      apply();
      this.#changed();
    }
  }

  #handlers() {
    return {
      message: (message) => this.#arrived(message),
      edited: (message) => this.#upsert(message),
      deleted: ({ message_ids: ids }) => ids.forEach((id) => this.messages.delete(id)),
      toast: (data) => this.#emit('toast', data),
      chat_action: ({ action }) => {
        this.chatAction = action;
      },
      draft: (draft) => {
        this.botDraft = draft;
      },
      reply_keyboard: (markup) => this.#setKeyboard(markup),
      menu_button: (kind) => this.#emit('menu_button', kind),
      callback_answered: (data) => this.#callbackAnswered(data),
    };
  }

  #arrived(message) {
    const isNew = !this.messages.has(message.message_id);
    this.#upsert(message);
    if (message.from?.id !== this.user.id) this.botDraft = null;
    if (isNew) this.#emit('message', message);
  }

  // An unchanged message keeps its identity, so it is not drawn again.
  #upsert(message) {
    const before = this.messages.get(message.message_id);
    if (before && JSON.stringify(before) === JSON.stringify(message)) return;
    this.messages.set(message.message_id, message);
  }

  #setKeyboard(markup) {
    this.replyKeyboard = markup ?? null;
    this.keyboardShown = Boolean(markup);
  }

  async press(message, row, column) {
    const key = `${message.message_id}:${row}:${column}`;
    if (this.pending.has(key)) return null;
    this.#setPending(key, '');
    try {
      const answer = await api.press(this.user.id, message.message_id, row, column);
      const id = answer.callback_query_id;
      if (!id || this.answered.has(id)) this.#clearPending(key);
      else this.#awaitAnswer(key, id);
      return answer;
    } catch (error) {
      this.#clearPending(key);
      throw error;
    }
  }

  #awaitAnswer(key, callbackQueryId) {
    this.#setPending(key, callbackQueryId);
    setTimeout(() => this.pending.get(key) === callbackQueryId && this.#clearPending(key), CALLBACK_WAIT_MS);
  }

  #callbackAnswered(data) {
    this.answered.add(data.callback_query_id);
    for (const [key, id] of this.pending) if (id === data.callback_query_id) this.pending.delete(key);
    if (data.url) this.#emit('callback', data);
  }

  #setPending(key, callbackQueryId) {
    this.pending.set(key, callbackQueryId);
    this.#changed();
  }

  #clearPending(key) {
    this.pending.delete(key);
    this.#changed();
  }

  #lost() {
    if (this.online) {
      this.online = false;
      this.#changed();
    }
    // The browser reconnects by itself unless the server answered with an error.
    if (this.source?.readyState === EventSource.CLOSED) this.#retry();
  }

  #retry() {
    this.disconnect();
    this.reconnectTimer = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #changed() {
    this.#emit('change');
  }
}
