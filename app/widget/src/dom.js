/** Builds elements without markup text, which a strict page (Trusted Types) would refuse. */

import { guarded } from './guard.js';

/** Attributes named `on…` are listeners; `true` is an attribute without value; `false` is left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), guarded(value));
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** A line drawing of 20 × 20, for decoration beside a text or an `aria-label`. */
export function makeIcon(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export const SPEECH_ICON = 'M3 4.5h14v9H9L5.5 17v-3.5H3z';
export const CLOSE_ICON = 'M5 5l10 10M15 5L5 15';
