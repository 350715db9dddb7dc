//! Parts of multipart bodies.

use axum::extract::multipart::{Field, MultipartError};

use axum::http::StatusCode;

use super::answer::Fault;

/// Reads a part, as far as it may go.
pub(super) async fn read(mut part: Field<'_>, most: usize) -> Result<Vec<u8>, Fault> {
    let mut content = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
        if content.len() + piece.len() > most {
            return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("A part has more than {most} bytes.")));
        }
        content.extend_from_slice(&piece);
    }
    Ok(content)
}

pub(super) fn broken(error: &MultipartError) -> Fault {
    Fault::new(error.status(), &error.body_text())
}
