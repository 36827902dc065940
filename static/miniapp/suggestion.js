// A better prompt: asked for once, waited for, shown as a draft that is taken or left.

import { ApiError, getText, startText } from './api.js';
import { element, icon } from './dom.js';
import { draft } from './draft.js';
import { wishIds } from './ids.js';
import { feel } from './telegram.js';
import { texts, withoutSign } from './texts.js';
import { onLeave, staying } from './visit.js';
import { watch } from './watch.js';

/** @typedef {import('./types.js').Text} Text */

const ids = wishIds();
/** Outlives a form that is drawn anew. @type {{slug: string, prompt: string, isSafer: boolean, task: Text}|null} */
let last = null;

/**
 * @param {object} given
 * @param {string} given.slug the model it is written for
 * @param {() => string} given.prompt as it is now
 * @param {(text: string) => void} given.onTake
 * @returns {HTMLElement}
 */
export function suggestionSection({ slug, prompt, onTake }) {
  let isBusy = false;
  // Which press is being answered: who has decided meanwhile wants no answer any more.
  let asking = 0;
  let stop = () => {};
  const words = element('span', {}, texts.improve);
  const button = element('button', { type: 'button', className: 'link improve', onclick: () => ask(null) }, words);
  const note = element('p', { className: 'note', role: 'status' });
  const place = element('div', { 'aria-live': 'polite' });

  /**
   * @param {Text|null} earlier another version than this one is wanted
   * @param {boolean} isSafer whether the prompt was refused
   */
  async function ask(earlier, isSafer = false) {
    if (isBusy) return;
    const isHere = staying();
    asking += 1;
    const mine = asking;
    const wish = {
      model: slug, prompt: earlier ? last.prompt : prompt(), earlier_id: earlier?.id ?? null, is_safer: earlier ? last.isSafer : isSafer,
    };
    setBusy(true);
    try {
      const task = await startText({ ...wish, client_request_id: ids.idFor(JSON.stringify(wish)) });
      ids.forget();
      if (mine !== asking) return;
      last = { slug, prompt: wish.prompt, isSafer: wish.is_safer, task };
      if (isHere()) know(task);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Without an answer it may be at work: the next press must find it, not ask twice.
      if (!error.isAnswerLost) ids.forget();
      if (isHere() && mine === asking) refuse(error.message || texts.offline);
    }
  }

  /** @param {Text} task */
  function know(task) {
    last.task = task;
    if (task.status === 'working') {
      setBusy(true);
      stop = watch(() => look(task.id), hear, (error) => refuse(error.message));
    } else hear(task);
  }

  /** @param {Text} task @returns {boolean} whether to go on asking */
  function hear(task) {
    last.task = task;
    if (task.status === 'working') return true;
    if (task.status === 'done') showDraft(task);
    else refuse(task.message);
    return false;
  }

  function showDraft(task) {
    setBusy(false);
    const wasFocused = place.contains(document.activeElement) || document.activeElement === button;
    const take = row('check', texts.takeSuggestion, () => {
      onTake(task.text);
      leave(texts.suggestionTaken);
    });
    place.replaceChildren(element('div', { className: 'card suggestion', role: 'group', 'aria-label': texts.suggestion },
      element('div', { className: 'about' },
        element('p', { className: 'row-hint' }, texts.suggestion),
        element('p', { className: 'suggestion-text' }, task.text)),
      take,
      row('again', texts.anotherSuggestion, () => ask(task)),
      row('cross', texts.keepPrompt, () => leave(''))));
    button.hidden = true;
    feel('success');
    if (wasFocused) take.focus({ preventScroll: true });
  }

  /** The draft is done with. @param {string} sentence */
  function leave(sentence) {
    stop();
    asking += 1;
    setBusy(false);
    last = null;
    place.replaceChildren();
    button.hidden = false;
    tell(sentence);
    button.focus({ preventScroll: true });
  }

  function refuse(message) {
    setBusy(false);
    tell(message, true);
    feel('error');
  }

  function setBusy(busy) {
    isBusy = busy;
    button.setAttribute('aria-disabled', String(busy));
    tell(busy ? texts.improving : '');
  }

  function tell(sentence, isProblem = false) {
    note.textContent = sentence;
    note.classList.toggle('problem', isProblem);
  }

  onLeave(() => stop());
  const isStill = last && last.slug === slug && last.prompt === prompt() && last.task.status !== 'error';
  if (draft.wasRefused) {
    draft.wasRefused = false;
    ask(null, true);
  } else if (isStill) know(last.task);
  return element('div', {}, button, note, place);
}

/** What the server will not tell any more has come to nothing. @returns {Promise<Text>} */
async function look(id) {
  try {
    return await getText(id);
  } catch (error) {
    if (!(error instanceof ApiError) || error.isAnswerLost || error.isAboutProof) throw error;
    return { id, status: 'error', text: null, message: error.message };
  }
}

function row(name, text, press) {
  return element('button', { type: 'button', className: 'row', onclick: press }, icon(name), element('span', { className: 'row-text' }, withoutSign(text)));
}

