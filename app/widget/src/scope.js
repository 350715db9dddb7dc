/**
 * What is known about this page load, and goes along with every event.
 */
import { BREADCRUMBS_MAX, SDK_NAME, VERSION } from './limits.js';
import { newId, secondsNow, withoutSecrets } from './text.js';

export const scope = { release: undefined, environment: undefined, user: undefined, tags: {}, contexts: {}, breadcrumbs: [] };

export function addBreadcrumb(breadcrumb) {
  scope.breadcrumbs.push({ timestamp: secondsNow(), ...breadcrumb });
  if (scope.breadcrumbs.length > BREADCRUMBS_MAX) scope.breadcrumbs.shift();
}

/** An event with everything but its subject. Copies, because it may be sent later than it was made. */
export function newEvent() {
  const { release, environment, user, tags, contexts, breadcrumbs } = scope;
  return {
    event_id: newId(),
    timestamp: secondsNow(),
    platform: 'javascript',
    sdk: { name: SDK_NAME, version: VERSION },
    release,
    environment,
    user,
    tags: { ...tags },
    request: { url: withoutSecrets(location.href) },
    contexts: { ...surroundings(), ...contexts },
    breadcrumbs: [...breadcrumbs],
  };
}

function surroundings() {
  return {
    culture: { locale: navigator.language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    viewport: { type: 'viewport', width: innerWidth, height: innerHeight, online: navigator.onLine },
  };
}
