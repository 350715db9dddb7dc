/**
 * Describes anything that can be thrown as the protocol's `exception`.
 */
import { CAUSES_MAX, MESSAGE_CHARS_MAX } from './limits.js';
import { parseStack } from './stack.js';
import { clip } from './text.js';

/** The chain of causes, innermost first; only the outermost was raised, so only it has the mechanism. */
export function exceptionValues(thrown, mechanism) {
  const values = [{ ...describe(thrown), mechanism }];
  for (let cause = thrown?.cause; cause && values.length < CAUSES_MAX; cause = cause.cause) {
    values.unshift(describe(cause));
  }
  return values;
}

/** Errors of other frames' realms and DOMExceptions are no `instanceof Error`, so it is the message that counts. */
function describe(thrown) {
  if (typeof thrown?.message !== 'string') return { type: 'NonError', value: clip(asText(thrown)) };
  const frames = parseStack(thrown.stack);
  return {
    type: thrown.name || 'Error',
    value: clip(thrown.message, MESSAGE_CHARS_MAX),
    stacktrace: frames.length ? { frames } : undefined,
  };
}

/** Of an object only the names of its fields: their values may be anybody's. */
function asText(thrown) {
  return Object(thrown) === thrown ? `object with ${Object.keys(thrown)}` : String(thrown);
}
