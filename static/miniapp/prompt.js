// The prompt: a field that grows with its text, and how much of it there may be.

import { element } from './dom.js';
import { draft } from './draft.js';
import { suggestionSection } from './suggestion.js';
import { fill, texts } from './texts.js';

// Typing is not accompanied by a voice until the end is near.
const NEAR_END = 0.9;

/**
 * @param {import('./types.js').Model} model
 * @param {() => void} onChange
 * @returns {{node: HTMLElement, problem: () => string, complain: (message: string) => void}}
 */
export function promptSection({ slug, kind, prompt_length_max: lengthMax }, onChange) {
  const field = element('textarea', {
    id: 'prompt',
    className: 'field prompt',
    rows: 3,
    value: draft.prompt,
    placeholder: texts.promptPlaceholder,
    'aria-describedby': 'prompt-hint prompt-note prompt-count',
  });
  const count = element('span', { id: 'prompt-count', className: 'count number' });
  const hint = element('p', { id: 'prompt-hint', className: 'note' }, texts.describeMotion);
  const note = element('p', { id: 'prompt-note', className: 'note problem', role: 'alert' });

  // As the server counts: code points, without spaces around.
  const length = () => [...field.value.trim()].length;

  function recount() {
    count.textContent = fill(texts.counter, { length: length(), maximum: lengthMax });
    count.setAttribute('aria-live', length() > lengthMax * NEAR_END ? 'polite' : 'off');
    tell(problem());
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }

  function problem() {
    return length() > lengthMax ? fill(texts.promptTooLong, { length: length(), length_max: lengthMax }) : '';
  }

  function tell(message) {
    if (note.textContent !== message) note.textContent = message;
    note.hidden = !message;
    field.setAttribute('aria-invalid', String(Boolean(message)));
  }

  function changed() {
    draft.prompt = field.value;
    draft.isAsPictured = false;
    hint.remove();
    recount();
    onChange();
  }

  function take(text) {
    field.value = text;
    changed();
  }

  field.addEventListener('input', changed);
  // The field knows its height only once it is on the page.
  requestAnimationFrame(recount);
  return {
    node: element(
      'section',
      { className: 'section' },
      element('span', { className: 'section-title setting-line' }, element('label', { for: 'prompt' }, texts.prompt), count),
      field,
      draft.isAsPictured && kind === 'video' && hint,
      note,
      suggestionSection({ slug, prompt: () => field.value, onTake: take }),
    ),
    problem,
    complain(message) {
      tell(message);
      field.focus();
    },
  };
}
