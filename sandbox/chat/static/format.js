// Dates, sizes and durations as a Russian Telegram writes them.

const TIME = new Intl.DateTimeFormat('ru', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('ru', { day: 'numeric', month: 'long' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('ru', { day: 'numeric', month: 'long', year: 'numeric' });
const WEEKDAY = new Intl.DateTimeFormat('ru', { weekday: 'short' });
const DAY_MS = 86_400_000;

export function time(unixSeconds) {
  return TIME.format(new Date(unixSeconds * 1000));
}

export function dayKey(unixSeconds) {
  return new Date(unixSeconds * 1000).toDateString();
}

export function day(unixSeconds) {
  const date = new Date(unixSeconds * 1000);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return 'Сегодня';
  if (date.toDateString() === new Date(now - DAY_MS).toDateString()) return 'Вчера';
  const format = date.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR;
  return format.format(date).replace(/\s*г\.$/, '');
}

export function shortDate(unixSeconds) {
  const date = new Date(unixSeconds * 1000);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return TIME.format(date);
  if (now - date < 6 * DAY_MS) return WEEKDAY.format(date);
  return date.toLocaleDateString('ru');
}

export function size(bytes) {
  if (!bytes) return '';
  const units = ['Б', 'КБ', 'МБ', 'ГБ'];
  const power = Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** power;
  return `${value.toFixed(power && value < 100 ? 1 : 0).replace('.', ',')} ${units[power]}`;
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

const ACTIONS = {
  typing: 'печатает',
  upload_photo: 'отправляет фото',
  record_video: 'записывает видео',
  upload_video: 'отправляет видео',
  record_voice: 'записывает голосовое',
  upload_voice: 'отправляет голосовое',
  upload_document: 'отправляет файл',
  choose_sticker: 'выбирает стикер',
  find_location: 'ищет место',
  record_video_note: 'записывает видеосообщение',
  upload_video_note: 'отправляет видеосообщение',
};

export function chatAction(action) {
  return ACTIONS[action] ?? 'печатает';
}

// One line that stands for a message in the list of chats and in quotes.
export function summary(message) {
  const text = message.text ?? message.caption;
  const kind = mediaName(message);
  const [icon] = kind?.split(' ') ?? [];
  if (icon && message.caption && !text.startsWith(icon)) return `${icon} ${text}`;
  return text ?? kind ?? 'Сообщение';
}

function mediaName(message) {
  if (message.photo) return '🖼 Фотография';
  if (message.animation) return '🎞 GIF';
  if (message.video) return '🎬 Видео';
  if (message.voice) return '🎤 Голосовое сообщение';
  if (message.audio) return `🎵 ${message.audio.title ?? message.audio.file_name ?? 'Аудио'}`;
  if (message.sticker) return `${message.sticker.emoji ?? ''} Стикер`.trim();
  if (message.document) return `📎 ${message.document.file_name ?? 'Файл'}`;
  if (message.web_app_data) return `Данные с кнопки «${message.web_app_data.button_text}»`;
  if (message.invoice) return message.invoice.title;
  if (message.successful_payment) return 'Оплата прошла';
  return undefined;
}
