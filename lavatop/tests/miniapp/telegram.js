// Telegram's side of the page for tests: its buttons are drawn, its answers are immediate.
(() => {
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  function drawn(label) {
    const node = document.createElement('button');
    const listeners = new Set();
    node.hidden = true;
    node.dataset.testid = label;
    node.addEventListener('click', () => [...listeners].forEach((listener) => listener()));
    addEventListener('DOMContentLoaded', () => document.body.append(node));
    const button = {
      onClick(listener) { listeners.add(listener); return button; },
      offClick(listener) { listeners.delete(listener); return button; },
      setText(text) { node.textContent = text; return button; },
      show() { node.hidden = false; return button; },
      hide() { node.hidden = true; return button; },
      showProgress() { node.disabled = true; return button; },
      hideProgress() { node.disabled = false; return button; },
    };
    return button;
  }
  const felt = [];
  window.Telegram = {
    WebApp: {
      initData: 'signed',
      initDataUnsafe: { user: { language_code: new URLSearchParams(location.search).get('speaks') ?? 'ru' } },
      colorScheme: scheme,
      MainButton: drawn('main'),
      BackButton: drawn('back').setText('Back'),
      HapticFeedback: {
        felt,
        notificationOccurred: (kind) => felt.push(kind),
        selectionChanged: () => felt.push('selection'),
      },
      isVersionAtLeast: () => true,
      ready() {},
      expand() {},
      close() { window.isClosed = true; },
      onEvent() {},
      setHeaderColor() {},
      setBackgroundColor() {},
      disableVerticalSwipes() {},
      openLink() {},
      showConfirm: (question, answer) => answer(window.confirm(question)),
    },
  };
})();
