/**
 * Packs items into envelopes and sends them. Knows framing, limits and answers, not what the items mean.
 *
 * @typedef {{ type: string, category: string, payload: object | Blob, headers?: object }} Item
 * @typedef {{ ok: boolean, status: number, wait_seconds: number }} Outcome  status 0: no answer at all
 */
import { envelopeAddress } from './dsn.js';
import { KEEPALIVE_BYTES_MAX, SEND_SECONDS_MAX } from './limits.js';
import { rememberLimits, secondsToWait } from './ratelimits.js';
import { secondsNow } from './text.js';

// Taken before we wrap it, so that our own requests leave no breadcrumbs.
const fetchUnwatched = window.fetch.bind(window);

let address;
let keptAliveBytes = 0;
let discarded = {};

/** From now on envelopes go where `dsn` says; nowhere when it is not one. */
export function connect(dsn) {
  address = envelopeAddress(dsn);
  return Boolean(address);
}

/** Counts what we did not send: the server shows it beside the numbers it would have changed. */
export function discard(reason, category) {
  const count = (discarded[reason + category] ||= { reason, category, quantity: 0 });
  count.quantity++;
}

/**
 * Sends one envelope, whose items all have the category of the first. Never fails: the outcome says what happened.
 * @param {Item[]} items
 * @returns {Promise<Outcome>}
 */
export function send(eventId, items) {
  const { category } = items[0];
  const waitSeconds = secondsToWait(category);
  if (!address) return Promise.resolve(notSent('event_processor', category, 0, 0));
  if (waitSeconds) return Promise.resolve(notSent('ratelimit_backoff', category, 429, waitSeconds));
  return post(encode(eventId, [...items, ...clientReport()])).then(
    ({ ok, status, headers }) => {
      rememberLimits(status, headers);
      return { ok, status, wait_seconds: secondsToWait(category) };
    },
    () => notSent('network_error', category, 0, 0),
  );
}

function notSent(reason, category, status, waitSeconds) {
  // Feedback not sent is not lost: its form keeps it, to be sent again.
  if (category !== 'feedback') discard(reason, category);
  return { ok: false, status, wait_seconds: waitSeconds };
}

function post(body) {
  // A string goes out as text/plain and a Blob without a type: neither needs a CORS preflight.
  const bytes = new Blob([body]).size;
  const keepalive = keptAliveBytes + bytes <= KEEPALIVE_BYTES_MAX;
  const options = { method: 'POST', body, keepalive, credentials: 'omit', referrerPolicy: 'strict-origin' };
  options.signal = AbortSignal.timeout?.(SEND_SECONDS_MAX * 1000);
  const release = () => {
    if (keepalive) keptAliveBytes -= bytes;
  };
  if (keepalive) keptAliveBytes += bytes;
  return fetchUnwatched(address, options).finally(release);
}

function encode(eventId, items) {
  const parts = [JSON.stringify({ event_id: eventId, sent_at: new Date().toISOString() })];
  for (const { type, payload, headers } of items) {
    const isBinary = payload instanceof Blob;
    parts.push(`\n${JSON.stringify({ type, ...headers })}\n`, isBinary ? payload : JSON.stringify(payload));
  }
  return parts.some((part) => part instanceof Blob) ? new Blob(parts) : parts.join('');
}

function clientReport() {
  const events = Object.values(discarded);
  discarded = {};
  return events.length ? [{ type: 'client_report', payload: { timestamp: secondsNow(), discarded_events: events } }] : [];
}
