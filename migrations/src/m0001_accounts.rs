//! The organization, the people in it, and what proves who they are.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0001_accounts",
    up: &[
        "CREATE TABLE organization (
            id {id},
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE TABLE member (
            id {id},
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            role TEXT NOT NULL,
            mail_new_issue BOOLEAN NOT NULL,
            mail_regression BOOLEAN NOT NULL,
            mail_feedback BOOLEAN NOT NULL,
            mail_incident BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL
        )",
        // Only hashes of tokens are kept: who reads the table cannot sign in with it.
        "CREATE TABLE login (
            token_hash {bytes} NOT NULL PRIMARY KEY,
            member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )",
        "CREATE TABLE api_token (
            id {id},
            token_hash {bytes} NOT NULL UNIQUE,
            member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            label TEXT NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE TABLE installation_setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        )",
    ],
    down: &[
        "DROP TABLE installation_setting",
        "DROP TABLE api_token",
        "DROP TABLE login",
        "DROP TABLE member",
        "DROP TABLE organization",
    ],
};
