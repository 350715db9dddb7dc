/**
 * One session per page load, for release health: began, saw an error, was left. It needs a release to belong to.
 */
import { listen } from './lifetime.js';
import { scope } from './scope.js';
import { newId } from './text.js';
import { send } from './transport.js';

let session;
let isWanted = false;

export function watchSession() {
  watchAgain();
  listen(window, 'pagehide', () => endSession('exited'));
  // A page that comes back from the back-forward cache is being used again.
  listen(window, 'pageshow', (event) => event.persisted && watchAgain());
}

function watchAgain() {
  isWanted = true;
  startSession();
}

/** Also called when the release becomes known later. */
export function startSession() {
  if (!isWanted || session || !scope.release) return;
  session = { sid: newId(), seq: 0, started: new Date(), errors: 0 };
  sendSession('ok');
}

/** Who uses it became known: `did` is what affected users are counted by. */
export function sessionIdentified() {
  if (session) sendSession('ok');
}

/** Only the first error changes what the session counts as. */
export function sessionHandledError() {
  if (session && session.errors++ === 0) sendSession('ok');
}

/** An uncaught error decides the session: nothing may be reported about it afterwards. */
export function sessionUnhandledError() {
  if (!session) return;
  session.errors++;
  endSession('unhandled');
}

export function endSession(status) {
  if (session) sendSession(status);
  session = undefined;
  isWanted = false;
}

function sendSession(status) {
  const { sid, started, errors } = session;
  const payload = {
    sid,
    did: scope.user?.id || scope.user?.email,
    seq: session.seq,
    init: session.seq === 0,
    started: started.toISOString(),
    timestamp: new Date().toISOString(),
    status,
    errors,
    attrs: { release: scope.release, environment: scope.environment },
  };
  session.seq++;
  send(undefined, [{ type: 'session', category: 'session', payload }]);
}
