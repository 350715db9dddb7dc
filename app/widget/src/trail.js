/**
 * Breadcrumbs: what happened before an error or a report. Console errors, failed requests, clicks, navigation.
 * Never request bodies, headers, query strings or what people type.
 */
import { guarded } from './guard.js';
import { listen, replaceMethod } from './lifetime.js';
import { addBreadcrumb } from './scope.js';
import { clip, shortAddress } from './text.js';

export function watchTrail() {
  watchConsole();
  watchFetch();
  watchXhr();
  watchClicks();
  watchNavigation();
}

/** Tells `note(receiver, given, result)` about each call of a method, after it, without changing the call. */
function afterEach(owner, name, note) {
  const noteSafely = guarded(note);
  replaceMethod(owner, name, (original) => function (...given) {
    const result = original.apply(this, given);
    noteSafely(this, given, result);
    return result;
  });
}

function watchConsole() {
  afterEach(console, 'error', (_, given) => {
    addBreadcrumb({ category: 'console', level: 'error', message: clip(given.map(String).join(' ')) });
  });
}

function watchFetch() {
  replaceMethod(window, 'fetch', (original) => function (...given) {
    const [target, options] = given;
    const note = guarded((status) => noteRequest('fetch', options?.method || target.method, target.url || target, status));
    // The page gets the promise that went through us: listening at its own would make each failure look handled.
    return Promise.resolve(original.apply(this, given)).then(
      (answer) => {
        note(answer.status);
        return answer;
      },
      (problem) => {
        note(0);
        throw problem;
      },
    );
  });
}

function watchXhr() {
  afterEach(XMLHttpRequest.prototype, 'open', (request, [method, url]) => {
    const note = guarded(() => noteRequest('xhr', method, url, request.status));
    for (const end of ['load', 'error', 'timeout']) request.addEventListener(end, note, { once: true });
  });
}

/** Only failures are worth remembering; status 0 is a request that got no answer. */
function noteRequest(category, method, url, status) {
  if (status > 0 && status < 400) return;
  const data = { method: method || 'GET', url: shortAddress(url), status_code: status || undefined };
  addBreadcrumb({ type: 'http', category, level: 'error', data });
}

function watchClicks() {
  listen(document, 'click', ({ target }) => {
    const control = target.closest?.('button, a, [role=button], input[type=submit]');
    if (!control) return;
    const id = control.id && `#${control.id}`;
    const label = control.closest('[data-ff-mask]') ? '' : control.getAttribute('aria-label') || control.textContent;
    const message = `${control.localName}${id} ${label.trim().replace(/\s+/g, ' ')}`;
    addBreadcrumb({ type: 'ui', category: 'ui.click', message: clip(message, 80) });
  }, { capture: true });
}

function watchNavigation() {
  let from = shortAddress(location.href);
  const note = () => {
    const to = shortAddress(location.href);
    if (to !== from) addBreadcrumb({ type: 'navigation', category: 'navigation', data: { from, to } });
    from = to;
  };
  afterEach(history, 'pushState', note);
  afterEach(history, 'replaceState', note);
  listen(window, 'popstate', note);
}
