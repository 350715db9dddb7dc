/** Small rules about text: ids, and what may leave the page. */

import { TEXT_CHARS_MAX } from './limits.js';

/** 32 random hex digits, the form of every id in the protocol. Works on plain http too. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An address without query string and fragment: both carry tokens and search words. */
export function withoutSecrets(address) {
  return String(address).split(/[?#]/)[0];
}

/** The same, and without the origin when it is the page's own. */
export function shortAddress(address) {
  const url = new URL(address, location.href);
  return withoutSecrets(url.origin === location.origin ? url.pathname : url.href);
}

export function clip(text, charsMax = TEXT_CHARS_MAX) {
  return String(text).slice(0, charsMax);
}

export function secondsNow() {
  return Date.now() / 1000;
}
