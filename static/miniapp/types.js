// The APIs' words, for the editor: payments (lavatop/schemas.py), then making.

/**
 * @typedef {object} Package
 * @property {string} code
 * @property {string} tokens
 * @property {string} tokens_text
 * @property {string} price_usd
 * @property {string} currency
 * @property {string[]} examples
 */

/**
 * @typedef {object} Shop
 * @property {Package[]} packages
 * @property {string} balance
 * @property {string} email
 * @property {string} language
 */

/**
 * @typedef {'created'|'requesting'|'pending'|'paid'|'failed'|'expired'|'unknown'|'quarantined'} Status
 */

/**
 * @typedef {object} Payment
 * @property {string} id
 * @property {Status} status
 * @property {string} message
 * @property {string|null} payment_url
 * @property {string} package_code
 * @property {string} tokens_text
 * @property {string} amount
 * @property {string} currency
 * @property {string} failure_code
 * @property {string} balance
 * @property {string} created_at
 */

/** @typedef {string|number|boolean} Value */

/**
 * @typedef {object} Param
 * @property {string} name
 * @property {string} title
 * @property {'choice'|'range'|'switch'|'text'} type
 * @property {{value: Value, label: string}[]} options
 * @property {number|null} minimum
 * @property {number|null} maximum
 * @property {number|null} step
 * @property {number|null} length_max
 * @property {Value|null} default
 */

/**
 * @typedef {object} Input
 * @property {string} role
 * @property {string} title
 * @property {number} count_max
 * @property {boolean} is_required
 * @property {string[]} mime_types
 * @property {number} bytes_max
 * @property {number|null} side_min
 * @property {number|null} ratio_max
 * @property {number|null} seconds_max
 */

/** @typedef {{mode: string, title: string, params: Param[], inputs: Input[]}} Mode */

/**
 * @typedef {object} Model
 * @property {string} slug
 * @property {string} name
 * @property {'image'|'video'} kind
 * @property {string} description
 * @property {string} price_from
 * @property {boolean} may_cost_more
 * @property {'image'|'second'|'generation'} price_unit
 * @property {number} prompt_length_max
 * @property {number} quantity_max
 * @property {number|null} usual_time_s
 * @property {Mode[]} modes
 */

/** @typedef {{id: number, name: string, pictures: (string|null)[]}} Reference */

/**
 * @typedef {object} Catalog
 * @property {string} balance
 * @property {string} language
 * @property {string} default_model
 * @property {string|null} confirm_above
 * @property {Reference[]} references
 * @property {Model[]} models
 */

/**
 * @typedef {object} Quote
 * @property {string} price
 * @property {string} balance
 * @property {string} balance_after
 * @property {Record<string, Value>} params
 * @property {{code: string, message: string}|null} obstacle
 */

/**
 * @typedef {object} Result
 * @property {number} index
 * @property {string} url
 * @property {string|null} thumbnail_url
 * @property {string} mime_type
 * @property {number|null} width
 * @property {number|null} height
 * @property {number|null} duration_s
 */

/**
 * @typedef {object} Generation
 * @property {string|number} id
 * @property {'queued'|'processing'|'delivering'|'done'|'error'|'cancelled'} status
 * @property {string} status_text
 * @property {{slug: string, name: string}} model
 * @property {'image'|'video'} kind
 * @property {string} mode
 * @property {string} mode_title
 * @property {string} prompt
 * @property {Record<string, Value>} params
 * @property {string} params_text
 * @property {number} quantity
 * @property {string} price
 * @property {string} refunded
 * @property {string} net
 * @property {string} balance
 * @property {string} created_at
 * @property {number} elapsed_s
 * @property {number|null} expected_s
 * @property {number|null} position
 * @property {number|null} progress_percent
 * @property {boolean} can_cancel
 * @property {Result[]} results
 * @property {{code: string, message: string}|null} error
 * @property {boolean} can_reuse
 * @property {boolean} can_soften
 */

/**
 * One chosen file on its way: exactly one of `uploadId` and `earlier` once it is ready.
 * @typedef {object} Chosen
 * @property {string} key
 * @property {string} role
 * @property {string} name
 * @property {string} mimeType
 * @property {string} preview an address, or empty
 * @property {'uploading'|'ready'|'failed'} state
 * @property {number} progress 0…1
 * @property {string} message why it failed
 * @property {File|null} file
 * @property {string} uploadId
 * @property {{generation_id?: string|number, reference_id?: number, result_index?: number, source_index?: number}|null} earlier
 *   a result, or an input, of a work, or a picture of a saved reference
 */

/**
 * @typedef {object} Sources
 * @property {{index: number, role: string, kind: 'image'|'video', url: string|null}[]} sources
 * @property {boolean} is_complete
 */

/**
 * A better prompt that was asked for.
 * @typedef {object} Text
 * @property {number} id
 * @property {'working'|'done'|'error'} status
 * @property {string|null} text
 * @property {string|null} message
 */

/** @typedef {Record<string, string>} Texts */

export {};
