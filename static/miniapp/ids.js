// One id for one wish: repeated presses and lost answers stay one order.

/**
 * @returns {{idFor: (wish: string) => string, forget: () => void}} `forget` after an answer:
 *   the next press is a new wish
 */
export function wishIds() {
  let order = { id: '', wish: '' };
  return {
    idFor(wish) {
      if (order.wish !== wish) order = { id: newId(), wish };
      return order.id;
    },
    forget() {
      order = { id: '', wish: '' };
    },
  };
}

/** @returns {string} */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
