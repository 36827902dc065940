// Filling the form in: the price of every change, and the order, placed once.

import * as action from './action.js';
import { ApiError, startGeneration } from './api.js';
import { showCreate } from './create.js';
import { deadEnd } from './dead_end.js';
import { chosenMode, draft, filesFor, wishOf } from './draft.js';
import { wishIds } from './ids.js';
import { quotes } from './quotes.js';
import { confirm, feel } from './telegram.js';
import { fill, texts, tokens } from './texts.js';
import { onLeave, staying } from './visit.js';

/** @typedef {import('./types.js').Model} Model */
/** @typedef {import('./types.js').Quote} Quote */

const ids = wishIds();

/**
 * @param {object} given
 * @param {Model} given.model
 * @param {import('./types.js').Catalog} given.catalog its balance is kept up to date
 * @param {() => void} given.onPick another model is wanted
 * @param {() => void} given.onReopen the form anew: another mode, or after an error
 * @param {() => void} given.onTopUp
 * @param {(generation: import('./types.js').Generation) => void} given.onOrdered
 */
export function fillIn({ model, catalog, onPick, onReopen, onTopUp, onOrdered }) {
  /** @type {Quote|null} */
  let quote = null;
  // Whether the quote is about what is on the screen now.
  let isFresh = false;
  const isFormHere = staying();
  const form = showCreate({
    model,
    balance: catalog.balance,
    references: catalog.references,
    onPick,
    onMode(mode) {
      draft.mode = mode;
      onReopen();
    },
    onChange(isTyping) {
      // A file arrives also when the person has gone to another screen, whose button it is then.
      if (!isFormHere()) return;
      isFresh = false;
      if (!isTyping) count();
      pricing.ask();
    },
  });
  const pricing = quotes({ wish: () => wishOf(model, describeRole), onQuote: know, onError: notKnown });
  onLeave(pricing.stop);

  function count() {
    quote = null;
    form.showCounting();
    action.show(isUploading(model) ? texts.uploading : texts.counting, () => {});
  }

  /** @param {Quote} news */
  function know(news) {
    quote = news;
    isFresh = true;
    catalog.balance = news.balance;
    form.showQuote(news);
    if (isUploading(model)) action.show(texts.uploading, () => {});
    else if (Number(news.balance_after) < 0) action.show(texts.topUp, onTopUp);
    else action.show(fill(texts.createFor, { price: tokens(news.price), balance: tokens(news.balance) }), submit);
  }

  /** @param {ApiError} error */
  function notKnown(error) {
    if (error.isAboutProof) return deadEnd(error, onReopen);
    form.showNoPrice(error.message || texts.offline);
    action.show(texts.tryAgain, () => {
      count();
      pricing.ask(0);
    });
  }

  function submit() {
    const obstacle = quote?.obstacle;
    if (form.findProblem()) return feel('error');
    if (filesFor(chosenMode(model)).some((file) => file.state === 'failed')) {
      form.showFiles();
      return feel('error');
    }
    if (obstacle && isFresh) return refuse(obstacle.code, obstacle.message);
    orderFor(quote.price);
  }

  /** Some people want to be asked once more from a certain price on. */
  async function orderFor(price) {
    const isHere = staying();
    const isDear = catalog.confirm_above !== null && Number(price) > Number(catalog.confirm_above);
    if (isDear && !(await askOnceMore(price))) return;
    if (isHere()) order(price, isDear);
  }

  const askOnceMore = (price) => confirm(fill(texts.confirmPrice, { price: tokens(price) }));

  function refuse(code, message) {
    feel('error');
    form.complain(code, message);
  }

  async function order(price, isConfirmed) {
    const isHere = staying();
    const wish = wishOf(model, describe);
    action.setBusy(true);
    try {
      const id = ids.idFor(JSON.stringify(wish));
      const generation = await startGeneration({ ...wish, client_request_id: id, price, is_confirmed: isConfirmed });
      ids.forget();
      catalog.balance = generation.balance;
      if (isHere()) onOrdered(generation);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Without an answer the order may exist: the next press must find it, not make another.
      if (!error.isAnswerLost) ids.forget();
      if (!isHere()) return;
      if (error.isAboutProof) return deadEnd(error, onReopen);
      action.setBusy(false);
      if (error.code === 'confirmation_needed') {
        // The wish to be asked is newer than this page.
        if ((await askOnceMore(price)) && isHere()) order(price, true);
        return;
      }
      refuse(error.code, error.message || texts.offline);
      if (!error.isAnswerLost) pricing.ask(0);
    }
  }

  count();
  pricing.ask(0);
}

const isUploading = (model) => filesFor(chosenMode(model)).some((file) => file.state === 'uploading');
const describeRole = ({ role }) => ({ role });

/** @param {import('./types.js').Chosen} file */
function describe({ role, uploadId, earlier }) {
  return earlier ? { role, ...earlier } : { role, upload_id: uploadId };
}
