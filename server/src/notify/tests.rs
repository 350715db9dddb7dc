//! The outbox worked through, on a database of its own: mails as files, and a mail server that says what it is told to.

mod mail_server;
mod world;

use sea_orm::{ActiveValue::Set, EntityTrait};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::mail_server::{mail_server, while_serving};
use self::world::{NOW, World};
use super::*;
use crate::jobs::outbox::Message;
use crate::store::entities::{event, feedback, incident, incident_entry, incident_issue, notification, regression};

#[tokio::test]
async fn a_mail_is_written_once_and_never_again() {
    let world = World::new().await;
    world.issue(12, "TypeError: basket is not iterable").await;
    world.owe(Message::NewIssue { issue_id: 12 }).await;
    world.owe(Message::NewIssue { issue_id: 12 }).await;
    assert_eq!(world.deliver().await, 1);
    let mail = world.mail();
    for expected in [
        "From: Fieldfare <mail@example.org>\n",
        "To: ada@example.org\n",
        "Subject: [shop] New in 2.4.0: TypeError: basket is not iterable (SHOP-12)\n",
        "Date: Mon, 23 Nov 2026 01:02:03 +0000\n",
        "Message-ID: <notification-1@fare.example.org>\n",
        "In-Reply-To: <issue-12@fare.example.org>\n",
        "References: <issue-12@fare.example.org>\n",
        "Auto-Submitted: auto-generated\n",
        "List-Unsubscribe: <https://fare.example.org/unsubscribe/1.new_issue.",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
        "Unsubscribe: https://fare.example.org/unsubscribe/1.new_issue.",
        "X-Fieldfare-Kind: new_issue\n",
        "Open the issue: https://fare.example.org/issues/SHOP-12\n",
        "Environment   live12\n",
        "So far        3 events, 1 user\n",
        "href=\"https://fare.example.org/issues/SHOP-12\"",
    ] {
        assert!(mail.contains(expected), "{expected} is missing in\n{mail}");
    }
    let written = std::fs::metadata(&world.mails()[0]).unwrap().modified().unwrap();
    world.clock.advance(crate::clock::DAY_MS);
    assert_eq!(world.deliver().await, 0);
    assert_eq!(std::fs::metadata(&world.mails()[0]).unwrap().modified().unwrap(), written);
    let state = state(world.store.reader(), &world.settings).await.unwrap();
    assert_eq!((state.waiting, state.delivered, state.given_up, state.last_error), (0, 1, 0, None));
    assert_eq!((state.smtp, state.directory), (None, Some(world.data.path().join("mail").display().to_string())));
}

#[tokio::test]
async fn a_title_cannot_bring_headers_or_markup() {
    let world = World::new().await;
    world.issue(3, "x\r\nBcc: everyone@example.org\r\n\r\n<img src=x>").await;
    world.owe(Message::NewIssue { issue_id: 3 }).await;
    world.deliver().await;
    let mail = world.mail();
    assert!(
        mail.contains("Subject: [shop] New in 2.4.0: x Bcc: everyone@example.org <img src=x> (SHOP-3)\n"),
        "{mail}"
    );
    assert!(!mail.contains("\nBcc:"), "{mail}");
    assert_eq!(mail.matches("<img").count(), 2, "only in the subject and in plain text:\n{mail}");
}

#[tokio::test]
async fn a_regression_says_why() {
    let world = World::new().await;
    world.issue(12, "TypeError").await;
    let row = regression::ActiveModel {
        id: Set(5),
        project_id: Set(1),
        issue_id: Set(12),
        release_id: Set(2),
        happened_at: Set(NOW),
        reason: Set("Seen in 2.5.0, which is later than 2.4.0 (semver)".into()),
    };
    regression::Entity::insert(row).exec(world.store.writer()).await.unwrap();
    world.owe(Message::Regression { issue_id: 12, regression_id: 5 }).await;
    world.deliver().await;
    let mail = world.mail();
    assert!(mail.contains("Subject: [shop] Back in 2.5.0: TypeError (SHOP-12)\n"), "{mail}");
    assert!(mail.contains("\nSeen in 2.5.0, which is later than 2.4.0 (semver)\n"), "{mail}");
}

#[tokio::test]
async fn feedback_comes_with_its_reporter_page_and_error() {
    let world = World::new().await;
    world.issue(12, "TypeError").await;
    world.issue(13, "Checkout hangs").await;
    let db = world.store.writer();
    let error = event::ActiveModel {
        project_id: Set(1),
        event_id: Set(Uuid::from_u128(7)),
        issue_id: Set(12),
        hash: Set(Uuid::nil()),
        level: Set("error".into()),
        title: Set("TypeError".into()),
        happened_at: Set(NOW),
        received_at: Set(NOW),
        release_id: Set(1),
        environment_id: Set(0),
        user_key: Set(None),
        payload: Set(Vec::new()),
    };
    event::Entity::insert(error).exec(db).await.unwrap();
    let row = feedback::ActiveModel {
        id: Set(4),
        project_id: Set(1),
        event_id: Set(Uuid::from_u128(8)),
        issue_id: Set(13),
        message: Set("Checkout hangs\nfor <b>me</b>".into()),
        name: Set(Some("Grace".into())),
        email: Set(Some("grace@example.com".into())),
        url: Set(Some("https://shop.example.com/pay".into())),
        source: Set(None),
        kind: Set("bug".into()),
        rating: Set(None),
        release_id: Set(1),
        environment_id: Set(0),
        associated_event_id: Set(Some(Uuid::from_u128(7))),
        signature: Set(0),
        created_at: Set(NOW),
        payload: Set(Vec::new()),
    };
    feedback::Entity::insert(row).exec(db).await.unwrap();
    world.owe(Message::NewFeedback { feedback_id: 4, issue_id: Some(13) }).await;
    world.deliver().await;
    let mail = world.mail();
    for expected in [
        "Subject: [shop] Feedback on 2.4.0: Checkout hangs for <b>me</b> (SHOP-13)\n",
        "In-Reply-To: <issue-13@fare.example.org>\n",
        "> Checkout hangs\n> for <b>me</b>\n",
        "From          Grace <grace@example.com>\n",
        "Page          https://shop.example.com/pay\n",
        "Error         SHOP-12 TypeError\n",
        "Open the feedback: https://fare.example.org/feedback/4\n",
        "for &#60;b&#62;me&#60;/b&#62;",
        "Grace &#60;grace@example.com&#62;",
    ] {
        assert!(mail.contains(expected), "{expected} is missing in\n{mail}");
    }
}

#[tokio::test]
async fn what_is_gone_is_given_up_with_a_reason() {
    let world = World::new().await;
    world.owe(Message::NewIssue { issue_id: 99 }).await;
    world.deliver().await;
    let row = world.rows().await.remove(0);
    assert_eq!((row.given_up_at, row.delivered_at), (Some(NOW), None));
    assert_eq!(row.last_error.as_deref(), Some("the issue it tells of is gone"));
    world.clock.advance(crate::clock::DAY_MS);
    assert_eq!(world.deliver().await, 0);
}

#[tokio::test]
async fn nobody_sends_what_somebody_else_has_claimed_until_the_claim_runs_out() {
    let world = World::new().await;
    world.issue(12, "TypeError").await;
    world.owe(Message::NewIssue { issue_id: 12 }).await;
    let mut row: notification::ActiveModel = world.rows().await.remove(0).into();
    row.claimed_until = Set(Some(NOW + 1_000));
    notification::Entity::update(row).exec(world.store.writer()).await.unwrap();
    assert_eq!(world.deliver().await, 0);
    world.clock.advance(1_001);
    assert_eq!(world.deliver().await, 1);
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test]
async fn two_at_once_send_each_mail_once() {
    let (listener, url) = mail_server().await;
    let world = World::with_smtp(Some(url)).await;
    world.issue(12, "TypeError").await;
    world.owe(Message::NewIssue { issue_id: 12 }).await;
    let both = async { tokio::join!(world.deliver(), world.deliver()) };
    let (received, _) = while_serving(&listener, "250 ok", both).await;
    assert_eq!(received, 1);
    let row = world.rows().await.remove(0);
    assert_eq!((row.attempts, row.delivered_at, row.claimed_until), (1, Some(NOW), None));
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_later_and_less_and_less() {
    let (listener, url) = mail_server().await;
    let world = World::with_smtp(Some(url.replace("smtp://", "smtp://me:secret@"))).await;
    world.issue(12, "TypeError").await;
    world.owe(Message::NewIssue { issue_id: 12 }).await;
    for (attempts, pause_ms) in [(1, 60_000), (2, 120_000), (3, 240_000)] {
        let now = world.clock.now();
        while_serving(&listener, "451 try again", world.deliver()).await;
        let row = world.rows().await.remove(0);
        assert_eq!((row.attempts, row.next_attempt_at), (attempts, now + pause_ms));
        assert!(row.last_error.is_some_and(|error| error.contains("try again")));
        world.clock.advance(pause_ms - 1);
        assert_eq!(world.deliver().await, 0, "not before its time");
        world.clock.advance(1);
    }
    let state = state(world.store.reader(), &world.settings).await.unwrap();
    assert_eq!((state.waiting, state.delivered, state.given_up), (1, 0, 0));
    assert!(!format!("{state:?}").contains("secret"), "{state:?}");
    let (received, _) = while_serving(&listener, "250 ok", world.deliver()).await;
    assert_eq!(received, 1);
    assert!(world.rows().await[0].delivered_at.is_some());
}

#[tokio::test]
async fn a_refusal_is_final_and_so_is_the_last_attempt() {
    for (attempts, answer) in [(0, "550 no such mailbox"), (11, "451 try again"), (12, "250 ok")] {
        let (listener, url) = mail_server().await;
        let world = World::with_smtp(Some(url)).await;
        world.issue(12, "TypeError").await;
        world.owe(Message::NewIssue { issue_id: 12 }).await;
        let mut row: notification::ActiveModel = world.rows().await.remove(0).into();
        row.attempts = Set(attempts);
        notification::Entity::update(row).exec(world.store.writer()).await.unwrap();
        while_serving(&listener, answer, world.deliver()).await;
        let row = world.rows().await.remove(0);
        assert_eq!((row.given_up_at, row.delivered_at), (Some(NOW), None), "{answer}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_asked_again() {
    let (listener, url) = mail_server().await;
    drop(listener);
    let world = World::with_smtp(Some(url)).await;
    world.issue(12, "TypeError").await;
    world.owe(Message::NewIssue { issue_id: 12 }).await;
    world.deliver().await;
    let row = world.rows().await.remove(0);
    assert_eq!((row.attempts, row.next_attempt_at, row.given_up_at), (1, NOW + 60_000, None));
}

#[tokio::test]
async fn the_loop_ends_with_the_stop() {
    let world = World::new().await;
    let stop = CancellationToken::new();
    stop.cancel();
    run(world.store.clone(), world.clock.clone(), world.mailer.clone(), stop).await;
}

#[tokio::test]
async fn one_update_of_an_incident_is_one_mail_with_all_of_it() {
    let world = World::new().await;
    world.issue(12, "TypeError").await;
    let db = world.store.writer();
    let row = incident::ActiveModel {
        id: Set(1),
        organization_id: Set(1),
        number: Set(3),
        title: Set("Checkout fails".into()),
        severity: Set("critical".into()),
        status: Set("identified".into()),
        declared_by: Set(Some(1)),
        declared_at: Set(NOW),
        resolved_at: Set(None),
    };
    incident::Entity::insert(row).exec(db).await.unwrap();
    let link = incident_issue::ActiveModel {
        incident_id: Set(1),
        issue_id: Set(12),
        linked_by: Set(None),
        linked_at: Set(NOW),
    };
    incident_issue::Entity::insert(link).exec(db).await.unwrap();
    let lines = [
        (1, "declared", "It began at noon."),
        (2, "status", "investigating → identified"),
        (3, "severity", "major → critical"),
        (4, "note", "It is the basket.\nRolling back."),
    ];
    for (id, kind, text) in lines {
        let entry = incident_entry::ActiveModel {
            id: Set(id),
            incident_id: Set(1),
            member_id: Set(Some(1)),
            happened_at: Set(NOW + i64::from(id > 1)),
            kind: Set(kind.into()),
            text: Set(text.into()),
        };
        incident_entry::Entity::insert(entry).exec(db).await.unwrap();
    }
    world.owe(Message::IncidentUpdated { incident_id: 1, entry_id: 2 }).await;
    world.deliver().await;
    let mail = world.mail();
    for expected in [
        "Subject: [Incident #3] Identified: Checkout fails\n",
        "In-Reply-To: <incident-1@fare.example.org>\n",
        "> It is the basket.\n> Rolling back.\n",
        "Severity      critical\n",
        "By            Ada\n",
        "- SHOP-12  TypeError\n  https://fare.example.org/issues/SHOP-12\n",
        "Open the incident: https://fare.example.org/incidents/3\n",
    ] {
        assert!(mail.contains(expected), "{expected} is missing in\n{mail}");
    }
    assert!(!mail.contains("It began at noon"), "that was another mail:\n{mail}");
    world.owe(Message::IncidentDeclared { incident_id: 1, entry_id: 1 }).await;
    world.deliver().await;
    let declared = std::fs::read_to_string(&world.mails()[1]).unwrap();
    assert!(declared.contains("Subject: [Incident #3] Declared, critical: Checkout fails\r\n"), "{declared}");
    assert!(declared.contains("> It began at noon.\r\n"), "{declared}");
}
