/** Reads a DSN: `scheme://public_key@host[:port][/prefix]/project_id`. */

import { SDK_NAME, VERSION } from './limits.js';

/** The address envelopes go to, or undefined when `dsn` is not one. */
export function envelopeAddress(dsn) {
  const [, scheme, key, host, prefix, project] = /^(https?:)\/\/(\w+)(?::\w*)?@([^/]+)(.*)\/(\d+)\/?$/.exec(dsn) || [];
  if (!project) return undefined;
  return `${scheme}//${host}${prefix}/api/${project}/envelope/?sentry_key=${key}&sentry_version=7&sentry_client=${SDK_NAME}%2F${VERSION}`;
}
