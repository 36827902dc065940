// The bot's commands, opened by the menu button or by typing "/".

import { byId, el } from './dom.js';

export class CommandList {
  constructor(commands, choose) {
    this.commands = commands;
    this.choose = choose;
    this.node = byId('command-list');
    this.selected = 0;
  }

  get isOpen() {
    return !this.node.hidden;
  }

  toggle() {
    if (this.isOpen) this.hide();
    else this.#show(this.commands);
  }

  hide() {
    this.node.hidden = true;
  }

  filter(text) {
    const typed = /^\/(\w*)$/.exec(text);
    const found = typed ? this.commands.filter(({ command }) => command.startsWith(typed[1])) : [];
    if (found.length) this.#show(found);
    else this.hide();
  }

  // True when the key was for the list. Enter takes a command only while one is being typed.
  handleKey(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#select((this.selected + step + this.shown.length) % this.shown.length);
    else if (event.key === 'Escape') this.hide();
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') this.#take(this.shown[this.selected]);
    else return false;
    event.preventDefault();
    return true;
  }

  #show(commands) {
    this.shown = commands;
    this.node.hidden = false;
    this.node.replaceChildren(...commands.map((command, index) => this.#option(command, index)));
    this.#select(0);
  }

  #option(command, index) {
    const attributes = { type: 'button', role: 'option', class: 'command', 'data-testid': 'command', on: { click: () => this.#take(command), pointerenter: () => this.#select(index) } };
    return el('button', attributes, el('b', {}, `/${command.command}`), el('span', {}, command.description));
  }

  #select(index) {
    this.selected = index;
    [...this.node.children].forEach((node, at) => node.setAttribute('aria-selected', String(at === index)));
    this.node.children[index].scrollIntoView({ block: 'nearest' });
  }

  #take(command) {
    this.hide();
    this.choose(command);
  }
}
