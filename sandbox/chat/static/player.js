// The player of voice messages and music.

import { fileUrl } from './api.js';
import { el, icon } from './dom.js';
import { duration, size } from './format.js';

let playing = null;

export function audioPlayer(file, isVoice) {
  const audio = el('audio', { src: fileUrl(file.file_id), preload: 'none' });
  const button = el('button', { type: 'button', class: 'play', 'aria-label': 'Слушать' }, icon('play'));
  const progress = el('input', { type: 'range', min: '0', max: '1000', value: '0', class: 'progress', 'aria-label': 'Место' });
  const clock = el('span', { class: 'player-time' }, duration(file.duration));
  const total = () => (Number.isFinite(audio.duration) ? audio.duration : file.duration) || 1;

  button.addEventListener('click', () => (audio.paused ? play(audio) : audio.pause()));
  progress.addEventListener('input', () => {
    audio.currentTime = (Number(progress.value) / 1000) * total();
  });
  for (const event of ['play', 'pause', 'ended']) audio.addEventListener(event, () => showState(button, audio));
  audio.addEventListener('timeupdate', () => {
    setProgress(progress, audio.currentTime / total());
    clock.textContent = duration(audio.ended || !audio.currentTime ? total() : audio.currentTime);
  });

  const title = isVoice ? null : el('span', { class: 'player-title' }, file.title ?? file.file_name ?? 'Аудио');
  const details = [file.performer, size(file.file_size)].filter(Boolean).join(' · ');
  const note = el('span', { class: 'player-note' }, clock, details ? ` · ${details}` : '');
  return el('div', { class: 'player', 'data-testid': isVoice ? 'voice' : 'audio' }, button,
    el('div', { class: 'player-body' }, title, progress, note), audio);
}

function play(audio) {
  if (playing && playing !== audio) playing.pause();
  playing = audio;
  audio.play().catch((error) => {
    if (!['NotSupportedError', 'AbortError'].includes(error.name)) throw error;
  });
}

function showState(button, audio) {
  button.replaceChildren(icon(audio.paused ? 'play' : 'pause'));
  button.setAttribute('aria-label', audio.paused ? 'Слушать' : 'Пауза');
}

function setProgress(progress, share) {
  progress.value = String(Math.round(share * 1000));
  progress.style.setProperty('--share', `${Math.min(100, share * 100)}%`);
}
