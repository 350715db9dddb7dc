/** Every number the script lives by, with its unit in the name and its reason beside it. */

// The workspace's version.
export const VERSION = '0.1.0';
export const SDK_NAME = 'fieldfare.widget';

// A page caught in an error loop must cost neither its visitor nor the server more than a handful of requests.
export const ERRORS_PER_PAGE_MAX = 30;

// Enough to see what led to an error; the server keeps 100, but the latest few are the ones people read.
export const BREADCRUMBS_MAX = 40;

// The server cuts longer traces in the middle; the newest calls are the useful ones.
export const FRAMES_MAX = 50;

// An error wraps a cause, which wraps a cause: a cyclic chain must end somewhere.
export const CAUSES_MAX = 5;

// Labels and console lines are hints. Long ones carry more private text than insight.
export const TEXT_CHARS_MAX = 300;

// What the protocol allows for the text of one piece of feedback, and for the text of one error.
export const FEEDBACK_CHARS_MAX = 4096;
export const MESSAGE_CHARS_MAX = 8192;

// Browsers refuse `keepalive` requests once 64 KiB are under way in total; headers count too.
export const KEEPALIVE_BYTES_MAX = 60_000;

// A screenshot may be travelling over a slow phone line; beyond this people believe it has hung, rightly.
export const SEND_SECONDS_MAX = 60;

// What the protocol prescribes when a 429 does not say how long to wait.
export const RETRY_SECONDS_DEFAULT = 60;

// Feedback written this soon after an error is probably about that error.
export const ASSOCIATION_MINUTES_MAX = 10;

// Three of the largest stay under the 20 MiB the server takes in one request.
export const SCREENSHOTS_MAX = 3;
export const SCREENSHOT_MB_MAX = 6;
