/**
 * What the host page can listen to: load, open, close, beforeSubmit, submit, sent, error.
 */
import { guarded } from './guard.js';

const listeners = {};
let isLoaded = false;

/** Calls `callback` at each `signal`; returns a function that stops it. */
export function on(signal, callback) {
  const heard = (listeners[signal] ||= new Set());
  heard.add(callback);
  // The script usually loads before anyone can listen.
  if (signal === 'load' && isLoaded) guarded(callback)();
  return () => heard.delete(callback);
}

/** Tells the listeners; false when one of them answered `false`, which is a veto. */
export function tell(signal, detail) {
  if (signal === 'load') isLoaded = true;
  const answers = [...(listeners[signal] || [])].map((callback) => guarded(callback)(detail));
  return !answers.includes(false);
}
