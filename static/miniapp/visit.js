// Which screen is shown: an answer that comes after the person has left is not shown.

let visit = 0;
let atLeaving = [];

/**
 * Leave the screen that is shown, for the one that comes now.
 * @returns {() => boolean} whether that next screen is still the shown one
 */
export function enter() {
  const leaving = atLeaving;
  atLeaving = [];
  leaving.forEach((undo) => undo());
  visit += 1;
  return staying();
}

/** @returns {() => boolean} whether the screen shown now is still shown */
export function staying() {
  const mine = visit;
  return () => mine === visit;
}

/** @param {() => void} undo what ends with the shown screen: watching, timers */
export function onLeave(undo) {
  atLeaving.push(undo);
}
