/** Which categories of items the server asked us not to send, and until when. */

import { RETRY_SECONDS_DEFAULT } from './limits.js';
import { secondsNow } from './text.js';

const limitedUntil = {};

/** Seconds to wait before an item of this category may be sent; 0 when it may go now. */
export function secondsToWait(category) {
  const until = Math.max(limitedUntil[category] || 0, limitedUntil[''] || 0);
  return Math.max(0, Math.ceil(until - secondsNow()));
}

/** Remembers what an answer says. The detailed header may come with any status, even 200. */
export function rememberLimits(status, headers) {
  const detailed = headers.get('X-Sentry-Rate-Limits');
  if (detailed) detailed.split(',').forEach(rememberLimit);
  else if (status === 429) rememberLimit(`${headers.get('Retry-After')}:`);
}

/** One limit is `seconds:category;category:…`; no category means all of them. */
function rememberLimit(limit) {
  const [seconds, categories = ''] = limit.trim().split(':');
  const until = secondsNow() + (Number(seconds) || RETRY_SECONDS_DEFAULT);
  for (const category of categories.split(';')) {
    limitedUntil[category] = Math.max(limitedUntil[category] || 0, until);
  }
}
