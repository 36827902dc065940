// Putting things in order: by dragging, and by the arrow keys for those who cannot drag.

const SLACK_PX = 6;

/**
 * @param {HTMLElement} list whose children are ordered
 * @param {(item: HTMLElement) => void} onOrder after `item` has got its new place
 */
export function reorderable(list, onOrder) {
  list.addEventListener('pointerdown', (event) => {
    const item = event.target.closest('[data-key]');
    if (item && event.button === 0 && !event.target.closest('.file-remove')) drag(list, item, event, onOrder);
  });
  list.addEventListener('keydown', (event) => {
    const item = event.target.closest('[data-key]');
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!item || !by) return;
    event.preventDefault();
    if (!step(item, by)) return;
    event.target.focus();
    onOrder(item);
  });
}

function drag(list, item, down, onOrder) {
  let x = down.clientX;
  let y = down.clientY;
  let isMoved = false;
  let isReordered = false;

  function move(event) {
    if (event.pointerId !== down.pointerId) return;
    if (!isMoved && Math.hypot(event.clientX - x, event.clientY - y) < SLACK_PX) return;
    isMoved = true;
    item.classList.add('dragged');
    const over = under(list, item, event);
    if (over) {
      const before = item.getBoundingClientRect();
      const isLater = item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
      list.insertBefore(item, isLater ? over.nextSibling : over);
      const after = item.getBoundingClientRect();
      x += after.left - before.left;
      y += after.top - before.top;
      isReordered = true;
    }
    item.style.transform = `translate(${event.clientX - x}px, ${event.clientY - y}px)`;
  }

  function end(event) {
    if (event.pointerId !== down.pointerId) return;
    ['pointermove', 'pointerup', 'pointercancel'].forEach((name) => window.removeEventListener(name, name === 'pointermove' ? move : end));
    item.classList.remove('dragged');
    item.style.transform = '';
    if (isReordered) onOrder(item);
  }

  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', end);
  window.addEventListener('pointercancel', end);
}

/** The other item whose place the pointer is in. */
function under(list, item, { clientX, clientY }) {
  return [...list.querySelectorAll('[data-key]')].find((other) => {
    if (other === item) return false;
    const place = other.getBoundingClientRect();
    return clientX > place.left && clientX < place.right && clientY > place.top && clientY < place.bottom;
  });
}

function step(item, by) {
  const neighbour = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour?.matches('[data-key]')) return false;
  if (by < 0) neighbour.before(item);
  else neighbour.after(item);
  return true;
}
