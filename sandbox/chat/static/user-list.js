// The people who talk to the bot: each is a chat of its own.

import { formDialog } from './dialogs.js';
import { avatar, byId, el } from './dom.js';
import { shortDate, summary } from './format.js';

export class UserList {
  constructor(choose) {
    this.choose = choose;
    this.node = byId('user-list');
    this.items = new Map();
  }

  draw(users, activeId) {
    const wanted = users.map((user) => this.#item(user, user.id === activeId));
    if (wanted.length !== this.node.children.length) this.node.replaceChildren(...wanted);
  }

  #item(user, isActive) {
    const item = this.items.get(user.id) ?? this.#create(user);
    this.items.set(user.id, item);
    const unread = isActive ? 0 : user.unread;
    const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
    avatar(item.avatar, user.id, name);
    item.name.textContent = user.is_premium ? `${name} ★` : name;
    item.text.textContent = user.blocked ? 'Бот заблокирован' : lastText(user);
    item.date.textContent = user.last_message?.date ? shortDate(user.last_message.date) : '';
    item.badge.hidden = !unread;
    item.badge.textContent = String(unread);
    item.button.toggleAttribute('aria-current', isActive);
    if (isActive) item.button.setAttribute('aria-current', 'true');
    item.button.setAttribute('aria-label', unread ? `${name}, новых сообщений: ${unread}` : name);
    return item.node;
  }

  #create(user) {
    const item = {
      avatar: el('span', { class: 'avatar', 'aria-hidden': 'true' }),
      name: el('b', { class: 'user-name' }),
      date: el('time', { class: 'user-date' }),
      text: el('span', { class: 'user-text' }),
      badge: el('span', { class: 'badge', 'aria-hidden': 'true' }),
    };
    const line = el('span', { class: 'user-line' }, item.name, item.date);
    const second = el('span', { class: 'user-line' }, item.text, item.badge);
    item.button = el('button', { type: 'button', class: 'user', 'data-testid': `user-${user.id}`, on: { click: () => this.choose(user.id) } }, item.avatar, el('span', { class: 'user-body' }, line, second));
    item.node = el('li', {}, item.button);
    return item;
  }
}

function lastText(user) {
  const last = user.last_message;
  if (!last) return user.username ? `@${user.username}` : 'Ещё не писал боту';
  if (typeof last === 'string') return last;
  const prefix = last.from?.id === user.id ? 'Вы: ' : '';
  return prefix + summary(last).replace(/\s+/g, ' ');
}

const LANGUAGES = [['ru', 'Русский'], ['en', 'English'], ['de', 'Deutsch'], ['uk', 'Українська']];

export function askForNewUser() {
  const name = el('input', { name: 'first_name', required: true, maxlength: '64', 'data-testid': 'new-user-name', autocomplete: 'off' });
  const language = el('select', { name: 'language_code' }, LANGUAGES.map(([code, text]) => el('option', { value: code }, text)));
  return formDialog({
    title: 'Новый человек',
    submitText: 'Добавить',
    fields: [el('label', {}, 'Имя', name), el('label', {}, 'Язык Telegram', language)],
  });
}
