// What the person wants made. It outlives the screens, and a change of the model as far as it fits.

import { texts } from './texts.js';

/** @typedef {import('./types.js').Chosen} Chosen */
/** @typedef {import('./types.js').Model} Model */
/** @typedef {import('./types.js').Mode} Mode */
/** @typedef {import('./types.js').Param} Param */
/** @typedef {import('./types.js').Value} Value */

export const draft = {
  slug: '',
  mode: '',
  prompt: '',
  /** @type {Record<string, Value>} */
  params: {},
  quantity: 1,
  /** @type {Chosen[]} in the order they are sent */
  files: [],
  /** Whether what was given for the repeated work is not all there any more. */
  areFilesGone: false,
  /** Whether the words were refused and other ones are wanted at once. */
  wasRefused: false,
  /** Whether the words are still those of the picture that a film begins with. */
  isAsPictured: false,
};

/** @param {Model[]} models @param {string} fallback a slug @returns {Model|undefined} */
export function chosenModel(models, fallback) {
  const find = (slug) => models.find((model) => model.slug === slug);
  return find(draft.slug) ?? find(fallback) ?? models[0];
}

/** The model is chosen; what does not fit it is left. @param {Model} model @param {string} [mode] */
export function chooseModel(model, mode = draft.mode) {
  draft.slug = model.slug;
  const modes = model.modes;
  const chosen = modes.find((each) => each.mode === mode) ?? modes.find(fitsFiles) ?? modes[0];
  draft.mode = chosen.mode;
  draft.quantity = Math.min(draft.quantity, model.quantity_max);
}

/** @param {Model} model @returns {Mode} */
export const chosenMode = (model) => model.modes.find((each) => each.mode === draft.mode) ?? model.modes[0];

/** The files that the mode takes, role by role. @param {Mode} mode @returns {Chosen[]} */
export function filesFor(mode) {
  return mode.inputs.flatMap((input) => draft.files.filter((file) => file.role === input.role).slice(0, input.count_max));
}

/** @param {Mode} mode @returns {Record<string, Value>} every parameter of the mode */
export function paramsFor(mode) {
  return Object.fromEntries(mode.params.map((param) => [param.name, valueOf(param)]).filter(([, value]) => value !== null));
}

/** The wish if the parameter can have it, else its default. @param {Param} param @returns {Value|null} */
export function valueOf(param) {
  const wish = draft.params[param.name];
  return wish !== undefined && canBe(param, wish) ? wish : param.default;
}

/**
 * The body of a quote, and of an order but for its id and price.
 * @param {Model} model
 * @param {(file: Chosen) => object} describe one input
 */
export function wishOf(model, describe) {
  const mode = chosenMode(model);
  return {
    model: model.slug,
    mode: mode.mode,
    prompt: draft.prompt,
    params: paramsFor(mode),
    quantity: draft.quantity,
    inputs: filesFor(mode).filter((file) => file.state !== 'failed').map(describe),
  };
}

/**
 * @param {import('./types.js').Generation} generation made before, to be made anew
 * @param {import('./types.js').Sources} given what is still there of its files
 */
export function copyFrom(generation, given) {
  Object.assign(draft, {
    slug: generation.model.slug,
    mode: generation.mode,
    prompt: generation.prompt,
    params: { ...draft.params, ...generation.params },
    quantity: generation.quantity,
    files: given.sources.map((source) => givenBefore(generation, source)),
    areFilesGone: !given.is_complete,
    isAsPictured: false,
  });
}

/** @returns {Chosen} */
function givenBefore(generation, { index, role, kind, url }) {
  const isFilm = kind === 'video';
  return keptFile({
    key: `${generation.id}/given/${index}`,
    role,
    name: texts.givenBefore,
    mimeType: isFilm ? 'video/mp4' : 'image/jpeg',
    preview: isFilm ? '' : url ?? '',
    earlier: { generation_id: generation.id, source_index: index },
  });
}

/**
 * A file that is with us already.
 * @param {Pick<Chosen, 'key'|'role'|'name'|'mimeType'|'preview'|'earlier'>} known
 * @returns {Chosen}
 */
export const keptFile = (known) => ({ ...known, state: 'ready', progress: 1, message: '', file: null, uploadId: '' });

/**
 * Modes whose first input takes the result of an earlier work.
 * @param {Model} model
 * @param {string} mimeType
 */
export function modeTaking(model, mimeType) {
  return model.modes.find((mode) => mode.inputs.some((input) => input.mime_types.includes(mimeType)));
}

/**
 * A film keeps the words and the format of its picture; what to change in it has to be said.
 * @param {import('./types.js').Generation} generation
 * @param {import('./types.js').Result} result of it, becomes the input
 * @param {Model} model
 */
export function startFrom(generation, result, model) {
  const mode = modeTaking(model, result.mime_type);
  const input = mode.inputs.find((each) => each.mime_types.includes(result.mime_type));
  const isFilmOfPicture = model.kind === 'video' && generation.kind === 'image';
  const prompt = isFilmOfPicture ? generation.prompt : '';
  Object.assign(draft, {
    slug: model.slug, mode: mode.mode, prompt, quantity: 1, areFilesGone: false, isAsPictured: prompt !== '',
  });
  const format = generation.params.aspect_ratio;
  if (isFilmOfPicture && format !== undefined) draft.params.aspect_ratio = format;
  draft.files = [keptFile({
    key: `${generation.id}/${result.index}`,
    role: input.role,
    name: generation.prompt,
    mimeType: result.mime_type,
    preview: result.thumbnail_url ?? result.url,
    earlier: { generation_id: generation.id, result_index: result.index },
  })];
}

function fitsFiles(mode) {
  return draft.files.length > 0 && mode.inputs.some((input) => draft.files.some((file) => file.role === input.role));
}

function canBe(param, value) {
  switch (param.type) {
    case 'choice':
      return param.options.some((option) => option.value === value);
    case 'range':
      return typeof value === 'number' && value >= param.minimum && value <= param.maximum;
    case 'switch':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string' && value.length <= (param.length_max ?? Infinity);
  }
}
