/** Puts `window.Fieldfare` on the page, and starts it when the script tag says where to report. */

import { METHODS } from './api.js';
import { guarded } from './guard.js';
import { VERSION } from './limits.js';

export function start(script) {
  const methods = Object.entries(METHODS).map(([name, method]) => [name, guarded(method)]);
  const api = Object.freeze({ ...Object.fromEntries(methods), version: VERSION });
  // A page that loads the script twice keeps the first.
  if (window.Fieldfare?.version) return;
  window.Fieldfare = api;
  if (script?.dataset.dsn) api.init({ ...script.dataset });
}
