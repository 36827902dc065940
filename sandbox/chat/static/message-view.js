// One message, or one album of messages, as a bubble.

import { fileUrl } from './api.js';
import { el, icon } from './dom.js';
import { renderEntities } from './entities.js';
import { summary, time } from './format.js';
import { inlineKeyboard } from './inline-keyboard.js';
import { album, documentCard, hasVisual, sticker, visual, visualWidth } from './media.js';
import { audioPlayer } from './player.js';

const SERVICE_KINDS = ['web_app_data', 'successful_payment', 'refunded_payment', 'pinned_message'];
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

// group: {messages, isOut, isFirst, isLast}; view: {actions, user, bot}.
export function renderGroup(group, view) {
  const [message] = group.messages;
  if (isService(message)) return serviceRow(message);
  const bubble = el('div', { class: `bubble ${bubbleKind(group.messages)}` });
  fillBubble(bubble, group.messages, view);
  const keyboard = inlineKeyboard(group.messages.at(-1), view);
  const stack = el('div', { class: 'stack' }, bubble, keyboard);
  return row(group, view, stack);
}

function row(group, view, stack) {
  const [message] = group.messages;
  const classes = ['row', group.isOut ? 'out' : 'in', group.isFirst && 'first', group.isLast && 'last'];
  const attributes = {
    class: classes.filter(Boolean).join(' '),
    'data-testid': 'message',
    'data-message-id': String(message.message_id),
    'data-direction': group.isOut ? 'out' : 'in',
    role: 'article',
    'aria-label': group.isOut ? `Вы, ${time(message.date)}` : `${view.bot.first_name}, ${time(message.date)}`,
  };
  const reply = () => view.actions.replyTo(message);
  const button = el('button', { type: 'button', class: 'quick-reply', 'data-testid': 'quick-reply', 'aria-label': 'Ответить', on: { click: reply } }, icon('reply'));
  const node = el('div', attributes, stack, button);
  node.addEventListener('contextmenu', (event) => view.actions.openMessageMenu(event, message));
  return node;
}

function fillBubble(bubble, messages, view) {
  const captioned = messages.find((message) => message.text ?? message.caption) ?? messages[0];
  const text = captioned.text ?? captioned.caption;
  const origin = forwardOrigin(messages[0]);
  if (origin) bubble.append(el('div', { class: 'forwarded' }, `Переслано от ${origin}`));
  if (messages[0].reply_to_message) bubble.append(quoteOf(messages[0].reply_to_message, view));
  bubble.append(...body(messages, view));
  const footer = meta(messages.at(-1), view);
  if (text === undefined) {
    bubble.append(footer);
    return;
  }
  const content = el('div', { class: 'text', 'data-testid': 'text' });
  content.append(renderEntities(text, captioned.entities ?? captioned.caption_entities, view.actions), footer);
  bubble.append(content);
  if (hasVisual(messages[0]) && messages.length === 1) {
    bubble.style.setProperty('width', `${visualWidth(messages[0])}px`);
  }
}

function body(messages, view) {
  const [message] = messages;
  if (messages.length > 1 && hasVisual(message)) return [album(messages, view.actions)];
  return messages.flatMap((one) => single(one, view));
}

function single(message, view) {
  if (hasVisual(message)) {
    const node = visual(message, view.actions);
    node.style.setProperty('width', `${visualWidth(message)}px`);
    return [node];
  }
  if (message.sticker) return [sticker(message)];
  if (message.voice) return [audioPlayer(message.voice, true)];
  if (message.audio) return [audioPlayer(message.audio, false)];
  if (message.document) return [documentCard(message.document)];
  if (message.contact) return [contact(message.contact)];
  if (message.invoice) return [invoice(message.invoice)];
  if (message.text === undefined) return [el('div', { class: 'unknown' }, 'Сообщение этого вида здесь не показывается')];
  return [];
}

function bubbleKind(messages) {
  const [message] = messages;
  if (message.sticker) return 'bare';
  if (hasVisual(message)) {
    const isCaptioned = messages.some((one) => one.caption);
    return isCaptioned || message.reply_to_message ? 'with-media captioned' : 'with-media';
  }
  if (message.text !== undefined && !message.entities?.length && ONLY_EMOJI.test(message.text)) return 'bare emoji';
  return '';
}

function meta(message, view) {
  const isOut = message.from?.id === view.user.id;
  return el('span', { class: 'meta' },
    message.edit_date ? el('span', { class: 'edited', title: `изменено в ${time(message.edit_date)}` }, 'изменено ') : null,
    el('time', { datetime: new Date(message.date * 1000).toISOString() }, time(message.date)),
    isOut ? icon('check') : null);
}

function quoteOf(message, view) {
  const name = message.from?.id === view.user.id ? view.user.first_name : view.bot.first_name;
  const thumb = message.photo ? el('img', { src: fileUrl(message.photo[0].file_id), alt: '' }) : null;
  const jump = () => view.actions.jumpTo(message.message_id);
  return el('button', { type: 'button', class: 'quote', 'data-testid': 'quote', on: { click: jump } }, thumb,
    el('span', { class: 'quote-text' }, el('b', {}, name), el('span', {}, summary(message))));
}

function contact({ first_name: name, phone_number: phone }) {
  return el('div', { class: 'invoice' }, el('b', {}, name), el('span', {}, phone));
}

function forwardOrigin(message) {
  const origin = message.forward_origin;
  return origin?.sender_user?.first_name ?? origin?.sender_user_name ?? origin?.chat?.title;
}

function invoice({ title, description, currency, total_amount: amount }) {
  const price = currency === 'XTR' ? `${amount} ⭐` : `${(amount / 100).toFixed(2)} ${currency}`;
  return el('div', { class: 'invoice' }, el('b', {}, title), el('span', {}, description), el('span', { class: 'invoice-price' }, price));
}

function isService(message) {
  return SERVICE_KINDS.some((kind) => kind in message);
}

function serviceRow(message) {
  const attributes = { class: 'service', 'data-testid': 'message', 'data-message-id': String(message.message_id), 'data-direction': 'out' };
  return el('div', attributes, el('span', {}, serviceText(message)));
}

function serviceText(message) {
  if (message.web_app_data) return `Вы передали боту данные с кнопки «${message.web_app_data.button_text}»`;
  if (message.pinned_message) return `Бот закрепил «${summary(message.pinned_message)}»`;
  const { currency, total_amount: amount } = message.successful_payment ?? message.refunded_payment;
  const price = currency === 'XTR' ? `${amount} ⭐` : `${(amount / 100).toFixed(2)} ${currency}`;
  return message.refunded_payment ? `Вам вернули ${price}` : `Вы заплатили ${price}`;
}
