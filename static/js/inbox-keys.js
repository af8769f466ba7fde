// Keys of the inbox, by their place on the keyboard: on an Arabic layout the key J types ت and is J all the same.

const KEYS = {
  KeyJ: 'next', KeyK: 'previous', KeyE: 'resolve', KeyI: 'claim', KeyR: 'confirm', Escape: 'leave',
  Digit1: 'view1', Digit2: 'view2', Digit3: 'view3',
};

const typing = (target) => target.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable]');

/** Calls `acts[name]()` for the keys of the inbox; keys that type something somewhere are left alone. */
export function keys(acts) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const sheet = document.querySelector('dialog[open]');
    if (sheet) return;
    if (typing(event.target)) {
      if (event.code === 'Escape') event.target.blur();
      return;
    }
    const asks = event.key === '?' || event.key === '؟' || (event.code === 'Slash' && event.shiftKey);
    const name = asks ? 'sheet' : event.shiftKey ? null : KEYS[event.code];
    if (!name) return;
    event.preventDefault();
    acts[name]?.();
  });
}
