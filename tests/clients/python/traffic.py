"""A fixed program of traffic, sent by the official Python SDK to the DSN in FIELDFARE_DSN."""

import os
import uuid

import sentry_sdk
from sentry_sdk.crons import capture_checkin
from sentry_sdk.envelope import Envelope, Item, PayloadRef

sentry_sdk.init(
    dsn=os.environ["FIELDFARE_DSN"],
    release="shop@2.4.0",
    environment="production",
    default_integrations=False,
    auto_session_tracking=True,
    traces_sample_rate=1.0,
)

SCREENSHOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def charge(card):
    limit = {"gold": 500}[card]
    return limit


def checkout():
    try:
        charge("silver")
    except KeyError as cause:
        raise RuntimeError("checkout failed for order 4711") from cause


def feedback(associated_event_id):
    event_id = uuid.uuid4().hex
    envelope = Envelope(headers={"event_id": event_id})
    payload = {
        "event_id": event_id,
        "type": "feedback",
        "platform": "python",
        "release": "shop@2.4.0",
        "environment": "production",
        "contexts": {
            "feedback": {
                "message": "The checkout hangs.\nI tried twice – ärgerlich!",
                "contact_email": "ada@example.org",
                "name": "Ada",
                "url": "https://shop.example.org/checkout",
                "associated_event_id": associated_event_id,
            }
        },
    }
    envelope.add_item(Item(payload=PayloadRef(json=payload), type="feedback"))
    envelope.add_item(
        Item(
            payload=PayloadRef(bytes=SCREENSHOT),
            type="attachment",
            headers={"filename": "screen.png", "content_type": "image/png"},
        )
    )
    sentry_sdk.get_client().transport.capture_envelope(envelope)


sentry_sdk.get_isolation_scope().start_session(session_mode="application")
sentry_sdk.set_user({"id": "42", "email": "ada@example.org"})
sentry_sdk.set_tag("plan", "gold")
sentry_sdk.add_breadcrumb(category="auth", message="signed in", level="info")
with sentry_sdk.new_scope() as scope:
    scope.add_attachment(bytes=b"line one\r\nline two\r\n", filename="basket.log", content_type="text/plain")
    try:
        checkout()
    except RuntimeError as error:
        failed = sentry_sdk.capture_exception(error)
sentry_sdk.capture_message("stock is low", level="warning")
feedback(failed)
with sentry_sdk.start_transaction(op="task", name="settle orders") as transaction:
    with sentry_sdk.start_span(op="db", name="SELECT"):
        pass
    transaction.set_status("internal_error")
schedule = {"schedule": {"type": "interval", "value": 2, "unit": "hour"}, "max_runtime": 10}
running = capture_checkin(monitor_slug="settle-orders", status="in_progress", monitor_config=schedule)
capture_checkin(monitor_slug="settle-orders", status="ok", check_in_id=running, duration=0.2, monitor_config=schedule)
sentry_sdk.get_isolation_scope().end_session()
sentry_sdk.flush(timeout=10)
sentry_sdk.get_client().close(timeout=10)
