/**
 * Reports errors: those the page hands to us and those nobody caught.
 */
import { exceptionValues } from './exception.js';
import { listen } from './lifetime.js';
import { ASSOCIATION_MINUTES_MAX, ERRORS_PER_PAGE_MAX, MESSAGE_CHARS_MAX } from './limits.js';
import { newEvent } from './scope.js';
import { sessionHandledError, sessionUnhandledError } from './session.js';
import { mentionsUs } from './stack.js';
import { clip, secondsNow } from './text.js';
import { discard, send } from './transport.js';

// Layout notices that browsers raise as errors, and errors of foreign scripts with everything hidden by the browser.
const MEANINGLESS = /^(ResizeObserver loop|Script error\.?$)/;

let sentCount = 0;
let previousFace;
let lastReported;

export function watchErrors() {
  listen(window, 'error', ({ error, message, filename, lineno, colno }) => {
    if (error == null && MEANINGLESS.test(message)) return;
    reportUncaught(error ?? { message, stack: filename && `@${filename}:${lineno}:${colno}` }, 'onerror');
  });
  listen(window, 'unhandledrejection', ({ reason }) => reportUncaught(reason, 'onunhandledrejection'));
}

/** Reports an error the page has caught; returns the id it can be found by. */
export function captureException(error) {
  sessionHandledError();
  return report(exceptionValues(error, { type: 'generic', handled: true }));
}

export function captureMessage(text, level = 'info') {
  return submitEvent({ level, logentry: { message: clip(text, MESSAGE_CHARS_MAX) } }, level + text);
}

/** The id of an error so recent that feedback written now is probably about it. */
export function recentErrorId() {
  const isRecent = lastReported && secondsNow() - lastReported.at < ASSOCIATION_MINUTES_MAX * 60;
  return isRecent ? lastReported.id : undefined;
}

function reportUncaught(thrown, type) {
  const values = exceptionValues(thrown, { type, handled: false });
  const isOurs = mentionsUs(thrown?.stack) && !values[values.length - 1].stacktrace;
  if (isOurs) return;
  sessionUnhandledError();
  report(values);
}

function report(values) {
  const { type, value, stacktrace } = values[values.length - 1];
  const face = JSON.stringify([type, value, stacktrace]);
  return submitEvent({ level: 'error', exception: { values } }, face);
}

/** Two events with the same face, one after the other, are one that repeats. */
function submitEvent(subject, face) {
  if (face === previousFace || sentCount >= ERRORS_PER_PAGE_MAX) {
    discard('event_processor', 'error');
    return undefined;
  }
  previousFace = face;
  sentCount++;
  const event = { ...newEvent(), ...subject };
  sendEvent(event);
  return event.event_id;
}

async function sendEvent(event) {
  const { event_id: id } = event;
  const { ok } = await send(id, [{ type: 'event', category: 'error', payload: event }]);
  if (ok && event.exception) lastReported = { id, at: event.timestamp };
}
