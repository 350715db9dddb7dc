//! Cursors: opaque to whoever holds them, the sort key of the last row to us.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// Rows of a page when nobody says otherwise.
pub const PAGE_ROWS: u64 = 50;

/// Writes a cursor from the last row's sort value and its id.
pub fn cursor(value: i64, id: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{value}:{id}"))
}

/// Reads a cursor back.
///
/// # Errors
/// [`Error::Invalid`] when it is not one of ours.
pub fn read(cursor: &str) -> Result<(i64, i64)> {
    let invalid = || Error::invalid("cursor", "is not a cursor of this list");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    let (value, id) = text.split_once(':').ok_or_else(invalid)?;
    Ok((value.parse().map_err(|_| invalid())?, id.parse().map_err(|_| invalid())?))
}

/// Reads a cursor that may be absent, or empty as forms send it.
///
/// # Errors
/// As [`read`].
pub fn given(cursor: Option<&str>) -> Result<Option<(i64, i64)>> {
    cursor.filter(|cursor| !cursor.is_empty()).map(read).transpose()
}

/// Cuts a list that was fetched with one row too many, and makes the cursor to the next page from its last row.
pub fn cut<T>(mut rows: Vec<T>, limit: u64, key: impl Fn(&T) -> (i64, i64)) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return (rows, None);
    }
    rows.truncate(limit);
    let next = rows.last().map(|row| {
        let (value, id) = key(row);
        cursor(value, id)
    });
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        assert_eq!(read(&cursor(-5, 7)).unwrap(), (-5, 7));
        for nonsense in ["", "x", "MTI", "OjE"] {
            assert!(read(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn only_a_full_page_has_a_next_one() {
        assert_eq!(cut(vec![1, 2, 3], 3, |n| (*n, 0)), (vec![1, 2, 3], None));
        assert_eq!(cut(vec![1, 2, 3], 2, |n| (*n, 0)), (vec![1, 2], Some(cursor(2, 0))));
    }
}
