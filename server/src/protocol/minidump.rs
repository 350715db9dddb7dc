//! Minidumps: the state of a process at the moment it crashed, as Crashpad, Breakpad and Windows write it.
//!
//! Nothing is symbolicated here. What a few hundred bytes of the file say in plain numbers is read: why it crashed and
//! where, on which system, and which modules were loaded; the rest of the file is evidence for a debugger.

mod format;
mod reason;

use serde_json::{Map, Value, json};

use self::format::{Dump, Module};

/// The type of an attachment that is a minidump.
pub const ATTACHMENT_TYPE: &str = "event.minidump";
/// What is said of a dump that was asked for while the process went on.
const NO_EXCEPTION: &str = "Minidump without an exception";

/// Adds what a dump says to the payload of its event. What the client said of the crash itself stays.
///
/// # Errors
/// A reason in one word when the file is no minidump.
pub fn describe(event: &mut Map<String, Value>, dump: &[u8]) -> Result<(), &'static str> {
    let dump = format::read(dump)?;
    add(event, "level", || json!("fatal"));
    add(event, "platform", || json!("native"));
    add(event, "debug_meta", || json!({"images": images(&dump)}));
    if !says_why(event) {
        event.insert("exception".to_owned(), json!({"values": [exception(&dump)]}));
        add(event, "fingerprint", || fingerprint(&dump));
    }
    if let Some(time) = dump.written_at {
        add(event, "timestamp", || json!(time));
    }
    let contexts = event.entry("contexts").or_insert_with(|| json!({}));
    if let Some(contexts) = contexts.as_object_mut() {
        add(contexts, "os", || json!({"name": dump.system, "version": dump.system_version}));
        add(contexts, "device", || json!({"arch": dump.processor}));
    }
    Ok(())
}

fn add(fields: &mut Map<String, Value>, name: &str, value: impl FnOnce() -> Value) {
    let field = fields.entry(name).or_insert(Value::Null);
    if field.is_null() {
        *field = value();
    }
}

/// Whether the client told the reason itself.
fn says_why(event: &Map<String, Value>) -> bool {
    let exceptions = event.get("exception").and_then(|exception| exception.get("values").or(Some(exception)));
    exceptions.is_some_and(|values| match values {
        Value::Array(values) => !values.is_empty(),
        other => other.is_object(),
    })
}

fn exception(dump: &Dump) -> Value {
    let mechanism = json!({"type": "minidump", "handled": false, "synthetic": true});
    let Some(crash) = &dump.crash else { return json!({"type": NO_EXCEPTION, "mechanism": mechanism}) };
    let module = dump.module_at(crash.address);
    let frame = json!({
        "instruction_addr": format!("{:#x}", crash.address),
        "package": module.map(|module| &module.path),
    });
    json!({
        "type": reason::name(dump.platform, crash.code),
        "value": place(crash.address, module),
        "thread_id": crash.thread_id,
        "mechanism": mechanism,
        "stacktrace": {"frames": [frame]},
    })
}

/// `in shop.exe at +0x1a2b`: the place in its module, which is the same in every run.
fn place(address: u64, module: Option<&Module>) -> String {
    match module {
        Some(module) => format!("in {} at +{:#x}", module.name(), address - module.start),
        None => format!("at {address:#x}"),
    }
}

/// Why and where, as far as that is the same for everyone who meets it: addresses differ from run to run.
fn fingerprint(dump: &Dump) -> Value {
    let Some(crash) = &dump.crash else { return json!([NO_EXCEPTION]) };
    let reason = reason::name(dump.platform, crash.code);
    match dump.module_at(crash.address) {
        Some(module) => json!([reason, module.name(), format!("+{:#x}", crash.address - module.start)]),
        None => json!([reason]),
    }
}

fn images(dump: &Dump) -> Vec<Value> {
    let kind = match dump.platform {
        1 | 2 => "pe",
        0x8101 | 0x8102 => "macho",
        _ => "elf",
    };
    let image = |module: &Module| {
        json!({
            "type": kind,
            "code_file": module.path,
            "image_addr": format!("{:#x}", module.start),
            "image_size": module.bytes,
        })
    };
    dump.modules.iter().map(image).collect()
}

#[cfg(test)]
mod tests {
    use super::format::tests::{Built, dump};
    use super::*;

    fn described(mut event: Value, built: &Built) -> Value {
        describe(event.as_object_mut().unwrap(), &dump(built)).unwrap();
        event
    }

    #[test]
    fn a_crash_says_why_and_where() {
        let event = described(json!({}), &Built::default());
        let exception = &event["exception"]["values"][0];
        assert_eq!(exception["type"], "EXCEPTION_ACCESS_VIOLATION");
        assert_eq!(exception["value"], "in shop.exe at +0x1a2b");
        assert_eq!(exception["mechanism"]["handled"], false);
        assert_eq!((&event["level"], &event["platform"]), (&json!("fatal"), &json!("native")));
        assert_eq!(event["contexts"]["os"], json!({"name": "Windows", "version": "10.0.22631"}));
        assert_eq!(event["contexts"]["device"]["arch"], "x86_64");
        assert_eq!(event["debug_meta"]["images"][0]["code_file"], "C:\\Shop\\shop.exe");
        assert_eq!(event["timestamp"], 1_795_168_800);
        assert_eq!(event["fingerprint"], json!(["EXCEPTION_ACCESS_VIOLATION", "shop.exe", "+0x1a2b"]));
    }

    #[test]
    fn what_the_client_said_stays() {
        let said = json!({"level": "error", "exception": {"values": [{"type": "Panic"}]}, "contexts": {"os": {"name": "BeOS"}}});
        let event = described(said, &Built::default());
        assert_eq!((&event["level"], &event["exception"]["values"][0]["type"]), (&json!("error"), &json!("Panic")));
        assert_eq!(event["contexts"]["os"]["name"], "BeOS");
        assert!(event.get("fingerprint").is_none());
    }

    #[test]
    fn addresses_outside_of_modules_are_told_as_they_are() {
        let event = described(json!({}), &Built { address: 0x10, ..Built::default() });
        assert_eq!(event["exception"]["values"][0]["value"], "at 0x10");
        assert_eq!(event["fingerprint"], json!(["EXCEPTION_ACCESS_VIOLATION"]));
    }

    #[test]
    fn a_dump_may_have_no_exception() {
        let event = described(json!({}), &Built { code: None, ..Built::default() });
        assert_eq!(event["exception"]["values"][0]["type"], NO_EXCEPTION);
    }
}
