"""A fixed program of traffic, sent by the official Python SDK to the DSN in FIELDFARE_DSN."""

import os
import uuid

import sentry_sdk
from sentry_sdk.envelope import Envelope, Item, PayloadRef

sentry_sdk.init(
    dsn=os.environ["FIELDFARE_DSN"],
    release="shop@2.4.0",
    environment="production",
    default_integrations=False,
    auto_session_tracking=True,
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
sentry_sdk.get_isolation_scope().end_session()
sentry_sdk.flush(timeout=10)
sentry_sdk.get_client().close(timeout=10)
