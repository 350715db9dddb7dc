/**
 * Everything we attach to the page, remembered so that `destroy()` can take it off again.
 */
import { guarded } from './guard.js';

let ending = new AbortController();
let undoing = [];

/** Listens until the end of our life on this page. */
export function listen(target, type, handler, options) {
  target.addEventListener(type, guarded(handler), { ...options, signal: ending.signal });
}

/** Puts `wrap(original)` in the place of a method of the page. */
export function replaceMethod(owner, name, wrap) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  const replacement = wrap(original);
  owner[name] = replacement;
  // Someone may have wrapped our wrapper since: then taking it out would take theirs out as well.
  atTheEnd(() => owner[name] === replacement && (owner[name] = original));
}

export function atTheEnd(undo) {
  undoing.push(undo);
}

export function endLifetime() {
  ending.abort();
  undoing.forEach((undo) => guarded(undo)());
  ending = new AbortController();
  undoing = [];
}
