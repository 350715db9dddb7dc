// A fixed program of traffic, run in a browser by the official SDK. The page sets `window.FIELDFARE_DSN` first.
import * as Sentry from "@sentry/browser";

Sentry.init({
  dsn: window.FIELDFARE_DSN,
  release: "web@3.1.0",
  environment: "production",
});

function renderCart(cart) {
  return cart.items.map((item) => item.name);
}

async function run() {
  Sentry.setUser({ id: "9", email: "linus@example.org" });
  Sentry.setTag("theme", "dark");
  Sentry.addBreadcrumb({ category: "navigation", message: "to the cart" });
  let failed;
  try {
    renderCart({});
  } catch (error) {
    failed = Sentry.captureException(error);
  }
  Sentry.captureMessage("slow paint", "info");
  await Sentry.sendFeedback(
    { message: "The cart page stays white", email: "linus@example.org", name: "Linus", associatedEventId: failed },
    { attachments: [{ filename: "screen.png", contentType: "image/png", data: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) }] },
  );
  Promise.reject(new Error("nobody caught this"));
  await new Promise((done) => setTimeout(done, 0));
  await Sentry.flush(10_000);
  document.title = "sent";
}

run();
