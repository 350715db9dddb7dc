/** Chooses the language of the form, and what the form says when sending fails. */

import { ENGLISH } from './texts/english.js';
import { GERMAN } from './texts/german.js';

const CATALOGUES = { de: GERMAN, en: ENGLISH };

/** The texts for `de`, `de-AT` and so on; `own` are the page's words for any of them. */
export function textsFor(lang, own) {
  return { ...ENGLISH, ...CATALOGUES[lang.slice(0, 2).toLowerCase()], ...own };
}

/** Puts values in the place of `{name}`. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Says honestly what happened to a report that was not taken. */
export function failureText(texts, { status, wait_seconds: seconds }) {
  const known = { 0: texts.unreachable, 403: texts.forbidden, 413: texts.tooLarge, 429: texts.limited };
  return fill(known[status] || texts.refused, { status, seconds });
}
