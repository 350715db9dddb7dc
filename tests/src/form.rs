//! Forms of several parts, built the way uploaders write them.

/// What stands between two parts; no content here holds it.
const BOUNDARY: &str = "----fieldfare-7d1a";

/// A form that grows part by part.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<u8>);

impl Form {
    /// Adds a field of text.
    #[must_use]
    pub fn field(self, name: &str, text: &str) -> Self {
        self.part(&format!("name=\"{name}\""), text.as_bytes())
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, name: &str, filename: &str, content: &[u8]) -> Self {
        self.part(&format!("name=\"{name}\"; filename=\"{filename}\"\r\nContent-Type: text/plain"), content)
    }

    fn part(mut self, head: &str, content: &[u8]) -> Self {
        self.0.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes());
        self.0.extend(content);
        self.0.extend(b"\r\n");
        self
    }

    /// Its content type.
    pub fn kind() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    pub fn into_bytes(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.0
    }
}
