/**
 * Turns the `stack` text of an error into frames. Browsers write two dialects:
 * Chrome `at name (file:line:column)`, Firefox and Safari `name@file:line:column`.
 */
import { FRAMES_MAX } from './limits.js';
import { withoutSecrets } from './text.js';

const CHROME_LINE = /^\s*at (?:(.+?) \()?(?:async )?(\S+?):(\d+):(\d+)\)?$/;
const FIREFOX_LINE = /^(?:([^@:]*)@)?(\S+?):(\d+)(?::(\d+))?$/;

// Our wrappers stand in the traces of the page's calls, where they explain nothing.
const ownFile = withoutSecrets(document.currentScript?.src || 'inline');

/** Is there a call of ours in this stack text? */
export function mentionsUs(stack) {
  return String(stack).includes(ownFile);
}

/** Frames of a stack text, oldest call first as the protocol wants it. */
export function parseStack(stack) {
  const lines = String(stack || '').split('\n');
  const pattern = lines.some((line) => /^\s+at /.test(line)) ? CHROME_LINE : FIREFOX_LINE;
  // What does not match is the message, native code, or code made by eval: it has no file to look into.
  const frames = lines.flatMap((line) => frame(pattern.exec(line) || []));
  return frames.filter(({ filename }) => filename !== ownFile).slice(0, FRAMES_MAX).reverse();
}

function frame([line, name, file, lineno, colno]) {
  if (!line) return [];
  const filename = withoutSecrets(file);
  return {
    // Firefox marks what crossed an await as `async*name`, Chrome as `async name`.
    function: (name || '').replace(/^(.*\*|async )/, '') || '?',
    filename,
    lineno: Number(lineno),
    colno: Number(colno) || undefined,
    in_app: filename.startsWith(`${location.origin}/`) && !filename.includes('/node_modules/'),
  };
}
