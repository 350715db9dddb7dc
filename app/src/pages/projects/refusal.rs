//! What is wrong with one field of a form.

use crate::api::ApiError;

/// Why this field was refused, if it was this field.
pub(super) fn refusal(outcome: Option<Result<(), ApiError>>, field: &str) -> Option<String> {
    match outcome {
        Some(Err(ApiError::Invalid { field: wrong, reason })) if wrong == field => Some(reason),
        _ => None,
    }
}
