// The list of messages on the screen: groups, dates, scrolling. Only what changed is drawn again.

import { byId, el } from './dom.js';
import { day, dayKey } from './format.js';
import { markPending } from './inline-keyboard.js';
import { renderGroup } from './message-view.js';

const NEAR_BOTTOM_PX = 120;
const SAME_GROUP_SECONDS = 600;

export class LogView {
  constructor(bot, actions) {
    this.bot = bot;
    this.actions = actions;
    this.log = byId('log');
    this.scrollButton = byId('scroll-down');
    this.badge = byId('scroll-unread');
    this.unseen = 0;
    this.drawn = new Map();
    this.log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.scrollButton.addEventListener('click', () => this.scrollToEnd('smooth'));
    new ResizeObserver(() => this.#resized()).observe(this.log);
  }

  open(conversation) {
    this.conversation = conversation;
    this.unseen = 0;
    this.stuck = true;
    this.drawn = new Map();
    this.log.replaceChildren();
    this.log.classList.add('opening');
    this.draw();
    if (conversation.scroll !== null) {
      this.log.scrollTop = conversation.scroll;
      this.stuck = false;
    }
  }

  leave() {
    if (this.conversation) this.conversation.scroll = this.#isAtEnd() ? null : this.log.scrollTop;
  }

  draw() {
    const items = listItems(this.conversation.sortedMessages(), this.conversation.user.id);
    if (this.conversation.botDraft) items.push(draftItem(this.conversation.botDraft));
    if (items.length === 0 && this.conversation.loaded) items.push({ key: 'empty', isEmpty: true, signature: this.bot.description });
    const focused = document.activeElement?.dataset?.key;
    const before = this.drawn;
    this.drawn = new Map(items.map((item) => [item.key, this.#nodeFor(item, before.get(item.key))]));
    this.#place([...this.drawn.values()].map(({ node }) => node));
    markPending(this.log, this.conversation.pending);
    if (focused && document.activeElement === document.body) {
      this.log.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
    if (this.stuck) this.scrollToEnd();
    if (this.conversation.loaded) requestAnimationFrame(() => this.log.classList.remove('opening'));
  }

  // Follow new messages at the end of the log; further up, count them instead.
  arrived(message) {
    const isOwn = message.from?.id === this.conversation.user.id;
    if (isOwn) this.stuck = true;
    else if (!this.stuck) this.unseen += 1;
    this.#showScrollButton();
  }

  scrollToEnd(behavior = 'instant') {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior });
  }

  jumpTo(messageId) {
    const node = this.log.querySelector(`[data-message-id="${Number(messageId)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: 'center', behavior: 'smooth' });
    node.classList.remove('highlight');
    requestAnimationFrame(() => node.classList.add('highlight'));
    node.addEventListener('animationend', () => node.classList.remove('highlight'), { once: true });
  }

  #nodeFor(item, before) {
    const isSame = before && before.signature === item.signature
      && (item.isDraft || !item.messages || item.messages.every((message, index) => message === before.messages[index]));
    if (isSame) return before;
    const view = { actions: this.actions, user: this.conversation.user, bot: this.bot };
    return { node: render(item, view), signature: item.signature, messages: item.messages };
  }

  #place(nodes) {
    const keep = new Set(nodes);
    for (const child of [...this.log.children]) if (!keep.has(child)) child.remove();
    nodes.forEach((node, index) => {
      const current = this.log.children[index];
      if (current !== node) this.log.insertBefore(node, current ?? null);
    });
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  #resized() {
    this.height = this.log.clientHeight;
    if (this.stuck) this.scrollToEnd();
  }

  #scrolled() {
    // The keyboard opened or closed below: the person did not scroll.
    if (this.log.clientHeight !== this.height) return;
    this.stuck = this.#isAtEnd();
    if (this.stuck) this.unseen = 0;
    this.#showScrollButton();
  }

  #showScrollButton() {
    this.scrollButton.hidden = this.stuck;
    this.badge.hidden = this.unseen === 0;
    this.badge.textContent = String(this.unseen);
    const label = this.unseen ? `К последним сообщениям, новых: ${this.unseen}` : 'К последним сообщениям';
    this.scrollButton.setAttribute('aria-label', label);
  }
}

function render(item, view) {
  if (item.isEmpty) return emptyNote(view.bot);
  if (item.date) return el('div', { class: 'service date', role: 'separator' }, el('span', {}, day(item.date)));
  return renderGroup(item, view);
}

function emptyNote(bot) {
  return el('div', { class: 'empty-note' },
    el('b', {}, bot.first_name),
    el('span', {}, bot.description || 'Здесь пока нет сообщений. Нажмите «Старт», и бот ответит.'));
}

function listItems(messages, userId) {
  const groups = joinAlbums(messages, userId);
  const items = [];
  groups.forEach((group, index) => {
    const before = groups[index - 1];
    const after = groups[index + 1];
    const isNewDay = !before || dayKey(before.sentAt) !== dayKey(group.sentAt);
    const key = `date:${dayKey(group.sentAt)}`;
    if (isNewDay) items.push({ key, date: group.sentAt, signature: key });
    group.isFirst = isNewDay || !belongTogether(before, group);
    group.isLast = !after || dayKey(after.sentAt) !== dayKey(group.sentAt) || !belongTogether(group, after);
    group.signature = `${group.messages.length}:${group.isFirst}:${group.isLast}`;
    items.push(group);
  });
  return items;
}

// A text the bot is still writing (core.telegram.org/bots/api#sendmessagedraft).
function draftItem({ text, entities }) {
  const message = { message_id: 0, date: Math.floor(Date.now() / 1000), text: text || '…', entities };
  return { key: 'draft', isDraft: true, isOut: false, isFirst: true, isLast: true, messages: [message], signature: text };
}

function joinAlbums(messages, userId) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (message.media_group_id && last?.albumId === message.media_group_id) {
      last.messages.push(message);
      continue;
    }
    groups.push({
      key: `message:${message.message_id}`,
      albumId: message.media_group_id,
      // In a private chat the bot is the only other sender.
      isOut: message.from?.id === userId,
      sentAt: message.date,
      messages: [message],
    });
  }
  return groups;
}

function belongTogether(a, b) {
  return a.isOut === b.isOut && b.sentAt - a.sentAt < SAME_GROUP_SECONDS;
}
