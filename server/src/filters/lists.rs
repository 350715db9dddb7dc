//! What the built-in filters know.

/// Where the code of extensions is loaded from.
pub(super) const EXTENSION_SCHEMES: [&str; 6] = [
    "chrome-extension://",
    "moz-extension://",
    "safari-extension://",
    "safari-web-extension://",
    "ms-browser-extension://",
    "webkit-masked-url://",
];
/// What extensions, and scripts that apps put into pages, are known to say.
pub(super) const EXTENSION_MESSAGES: [&str; 11] = [
    "Extension context invalidated",
    "Could not establish connection. Receiving end does not exist",
    "The message port closed before a response was received",
    "message channel closed before a response was received",
    "Cannot access contents of the page. Extension manifest",
    "Invalid call to runtime.sendMessage()",
    "_AutofillCallbackHandler",
    "_pcmBridgeCallbackHandler",
    "instantSearchSDKJSBridgeClearHighlight",
    "__gCrWeb",
    "zaloJSV2",
];
/// What browsers report although nothing is broken.
pub(super) const NOISE: [&str; 3] = [
    "ResizeObserver loop limit exceeded",
    "ResizeObserver loop completed with undelivered notifications",
    "Non-Error promise rejection captured with value: Object Not Found Matching Id",
];
/// The oldest version of each browser that is not legacy: about what was current in 2020, when the last browsers without
/// modules, proxies and custom elements went. `None` means every version is.
pub(super) const OLDEST_BROWSERS: [(&str, Option<u32>); 9] = [
    ("Internet Explorer", None),
    ("Opera Mini", None),
    ("Android Browser", None),
    ("Chrome", Some(80)),
    ("Edge", Some(80)),
    ("Firefox", Some(78)),
    ("Opera", Some(67)),
    ("Safari", Some(13)),
    ("Samsung Internet", Some(12)),
];
