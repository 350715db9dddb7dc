// A fixed program of traffic, sent by the official Node SDK to the DSN in FIELDFARE_DSN.
import * as Sentry from "@sentry/node";

Sentry.init({
  dsn: process.env.FIELDFARE_DSN,
  release: "api@1.9.0",
  environment: "staging",
  tracesSampleRate: 1,
});

function loadBasket(id) {
  throw new TypeError(`basket ${id} is not iterable`);
}

function checkout() {
  try {
    loadBasket(4711);
  } catch (cause) {
    throw new Error("checkout failed", { cause });
  }
}

Sentry.setUser({ id: "7", email: "grace@example.org" });
Sentry.setTag("plan", "team");
Sentry.addBreadcrumb({ category: "auth", message: "signed in", level: "info" });
Sentry.getCurrentScope().addAttachment({
  filename: "basket.json",
  data: JSON.stringify({ items: 3 }),
  contentType: "application/json",
});
let failed;
try {
  checkout();
} catch (error) {
  failed = Sentry.captureException(error);
}
Sentry.getCurrentScope().clearAttachments();
Sentry.captureMessage("queue is long", "warning");
Sentry.captureFeedback(
  { message: "The basket is empty after signing in", email: "grace@example.org", name: "Grace", associatedEventId: failed },
  { attachments: [{ filename: "screen.png", contentType: "image/png", data: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) }] },
);
Sentry.startSpan({ name: "settle orders", op: "task" }, () => Sentry.startSpan({ name: "SELECT", op: "db" }, () => {}));
const schedule = { schedule: { type: "crontab", value: "0 3 * * *" }, checkinMargin: 5, timezone: "Europe/Vienna" };
const checkInId = Sentry.captureCheckIn({ monitorSlug: "settle-orders", status: "in_progress" }, schedule);
// Requests overtake each other, and only this one makes the monitor.
await Sentry.flush(10_000);
Sentry.captureCheckIn({ checkInId, monitorSlug: "settle-orders", status: "ok", duration: 0.2 });
// The SDK's own handler reports it and lets the process live.
Promise.reject(new RangeError("rejected and not handled"));
setTimeout(async () => {
  await Sentry.close(10_000);
  process.exit(0);
}, 200);
