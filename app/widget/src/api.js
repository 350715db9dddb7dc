/**
 * What a page can do: the methods of `window.Fieldfare`.
 *
 * @typedef {{ dsn: string, release?: string, environment?: string, button?: 'off' | 'bottom-left' | 'bottom-right',
 *   theme?: 'auto' | 'light' | 'dark', lang?: string, errors?: 'off', sessions?: 'off', texts?: object }} Options
 */
import { captureException, captureMessage, watchErrors } from './errors.js';
import { endLifetime, listen } from './lifetime.js';
import { showPanel } from './panel.js';
import { addBreadcrumb, scope } from './scope.js';
import { endSession, sessionIdentified, startSession, watchSession } from './session.js';
import { on, tell } from './signals.js';
import { watchTrail } from './trail.js';
import { connect } from './transport.js';

let isRunning = false;
let form;

/** @param {Options} options */
function init(options) {
  if (isRunning) return;
  if (!connect(options.dsn)) return console.warn('Fieldfare: this is not a DSN:', options.dsn);
  isRunning = true;
  scope.release = options.release || scope.release;
  scope.environment = options.environment || scope.environment;
  if (options.errors !== 'off') {
    watchTrail();
    watchErrors();
  }
  if (options.sessions !== 'off') watchSession();
  const show = () => present({ button: 'bottom-right', ...options });
  if (document.body) show();
  else listen(document, 'DOMContentLoaded', show);
}

function present(options) {
  form = showPanel(options);
  tell('load');
}

/** Opens the form; `{ type, message }` are filled in. */
function open(known) {
  form?.open(known);
}

function close() {
  form?.close();
}

function identify(user) {
  scope.user = user || undefined;
  sessionIdentified();
}

function setRelease(release) {
  scope.release = release;
  startSession();
}

function setTag(name, value) {
  scope.tags[name] = String(value);
}

function setContext(name, context) {
  scope.contexts[name] = context;
}

/** Takes everything off the page again. */
function destroy() {
  close();
  endSession('exited');
  endLifetime();
  connect('');
  form = undefined;
  isRunning = false;
}

export const METHODS = {
  init, identify, setRelease, setTag, setContext, addBreadcrumb, captureException, captureMessage, open, close, destroy, on,
};
