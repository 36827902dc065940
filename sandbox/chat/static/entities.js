// Message entities to elements. Offsets are UTF-16 code units, exactly what JavaScript strings count in
// (core.telegram.org/bots/api#messageentity).

import { el } from './dom.js';
import { safeUrl } from './links.js';

const SIMPLE_TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
};
const BLOCKS = new Set(['pre', 'blockquote', 'expandable_blockquote']);
const AUTOMATIC_LINKS = {
  url: (text) => (/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `http://${text}`),
  email: (text) => `mailto:${text}`,
  phone_number: (text) => `tel:${text}`,
  mention: (text) => `https://t.me/${text.slice(1)}`,
};

export function renderEntities(text, entities, actions) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...renderRange(text, sorted, 0, text.length, actions));
  return fragment;
}

function renderRange(text, entities, start, end, actions) {
  const nodes = [];
  let position = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < position || entity.offset >= end) continue;
    const entityEnd = Math.min(entity.offset + entity.length, end);
    const isBlock = BLOCKS.has(entity.type);
    if (entity.offset > position) {
      // A block begins and ends a line by itself, so the line breaks around it are not shown twice.
      const before = text.slice(position, entity.offset);
      nodes.push(isBlock ? before.replace(/\n$/, '') : before);
    }
    const inner = entities.slice(index + 1);
    const children = renderRange(text, inner, entity.offset, entityEnd, actions);
    nodes.push(wrap(entity, text.slice(entity.offset, entityEnd), children, actions));
    position = isBlock && text[entityEnd] === '\n' ? entityEnd + 1 : entityEnd;
  }
  if (position < end) nodes.push(text.slice(position, end));
  return nodes;
}

function wrap(entity, text, children, actions) {
  if (entity.type in SIMPLE_TAGS) return el(SIMPLE_TAGS[entity.type], {}, children);
  if (entity.type in AUTOMATIC_LINKS) {
    return link(AUTOMATIC_LINKS[entity.type](text), children, actions);
  }
  switch (entity.type) {
    case 'text_link':
      return link(entity.url, children, actions);
    case 'bot_command':
      return command(text, children, actions);
    case 'pre':
      return preformatted(entity, children);
    case 'blockquote':
    case 'expandable_blockquote':
      return quote(entity, text, children);
    case 'spoiler':
      return spoiler(children);
    case 'hashtag':
    case 'cashtag':
    case 'text_mention':
      return el('span', { class: 'tag' }, children);
    default:
      return el('span', {}, children);
  }
}

function link(url, children, actions) {
  const href = safeUrl(url);
  if (!href) return el('span', {}, children);
  const onClick = (event) => {
    if (actions.followTelegramLink(href)) event.preventDefault();
  };
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer', on: { click: onClick } }, children);
}

function command(text, children, actions) {
  const onClick = () => actions.sendText(text);
  return el('button', { type: 'button', class: 'link-button', 'data-testid': 'bot-command', on: { click: onClick } }, children);
}

function preformatted(entity, children) {
  const language = entity.language ? el('span', { class: 'pre-language' }, entity.language) : null;
  return el('pre', {}, language, el('code', {}, children));
}

function quote(entity, text, children) {
  const long = entity.type === 'expandable_blockquote' && (text.length > 180 || text.split('\n').length > 3);
  const node = el('blockquote', { class: long ? 'collapsed' : null }, children);
  if (!long) return node;
  const toggle = () => {
    const collapsed = node.classList.toggle('collapsed');
    button.textContent = collapsed ? 'ещё' : 'свернуть';
    button.setAttribute('aria-expanded', String(!collapsed));
  };
  const button = el('button', { type: 'button', class: 'quote-toggle', 'aria-expanded': 'false', on: { click: toggle } }, 'ещё');
  node.append(button);
  return node;
}

function spoiler(children) {
  const node = el('span', { class: 'spoiler', role: 'button', tabindex: '0', 'aria-label': 'Скрытый текст' }, children);
  const reveal = (event) => {
    if (node.classList.contains('revealed')) return;
    if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    node.classList.add('revealed');
    for (const name of ['role', 'tabindex', 'aria-label']) node.removeAttribute(name);
  };
  node.addEventListener('click', reveal);
  node.addEventListener('keydown', reveal);
  return node;
}
