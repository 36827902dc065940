// Making elements: text only ever becomes text.

const SVG = 'http://www.w3.org/2000/svg';
const screen = document.getElementById('screen');

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] DOM properties; `aria-*` and `for` are attributes
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('aria-') || name === 'for' || name === 'role') made.setAttribute(name, String(value));
    else made[name] = value;
  }
  made.append(...children.filter(Boolean));
  return made;
}

/**
 * @param {string} name a symbol of index.html
 * @param {string} [className]
 */
export function icon(name, className = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${className}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#${name}`);
  svg.append(use);
  return svg;
}

/** Replace what is shown; a screen reader goes on at the new heading. @param {...(Node|false|null)} children */
export function show(...children) {
  screen.replaceChildren(...children.filter(Boolean));
  window.scrollTo(0, 0);
  const heading = screen.querySelector('h1');
  if (!heading) return;
  document.title = heading.textContent;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
