use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::grouping::parameterise::parameterise;
use crate::grouping::{Rules, group};
use crate::protocol::event::{Event, Exception, Frame};

fn any_frame() -> impl Strategy<Value = Frame> {
    let names = prop::option::of("[a-zA-Z_<>{}:$.() é]{0,24}");
    let paths = prop::option::of("(https://h/|/srv/|src/)?[a-zA-Z0-9./_-]{0,24}");
    (names, paths, prop::option::of("[a-z.]{0,8}"), any::<Option<bool>>()).prop_map(
        |(function, filename, module, in_app)| Frame { function, filename, module, in_app, ..Frame::default() },
    )
}

fn any_event() -> impl Strategy<Value = Event> {
    let platforms =
        prop::sample::select(vec!["python", "javascript", "native", "java", "csharp", "php", "ruby", "go", "x"]);
    let exception = (prop::option::of("[A-Z][a-zA-Z.]{0,12}"), prop::option::of(".{0,40}"), vec(any_frame(), 0..12));
    let exceptions = vec(
        exception.prop_map(|(kind, value, frames)| Exception { kind, value, frames, ..Exception::default() }),
        0..4,
    );
    let tags = vec(("[a-z]{1,6}", "[a-z]{0,6}"), 0..6);
    (platforms, exceptions, tags).prop_map(|(platform, exceptions, tags)| Event { tags, ..event(platform, exceptions) })
}

proptest! {
    #[test]
    fn the_same_event_has_the_same_keys(event in any_event()) {
        prop_assert_eq!(group(&event, &Rules::default()), group(&event.clone(), &Rules::default()));
    }

    #[test]
    fn lines_and_columns_never_matter(event in any_event(), line in 1_u32..100_000, column in 1_u32..100_000) {
        let mut moved = event.clone();
        for frame in moved.exceptions.iter_mut().flat_map(|exception| &mut exception.frames) {
            frame.lineno = Some(line);
            frame.colno = Some(column);
            frame.context_line = Some("changed".into());
        }
        prop_assert_eq!(keyed(&event), keyed(&moved));
    }

    #[test]
    fn the_order_of_tags_and_extras_never_matters(event in any_event(), seed in any::<u64>()) {
        let mut shuffled = event.clone();
        shuffled.tags.reverse();
        shuffled.extra.insert("seed".into(), json!(seed));
        shuffled.event_id = uuid::Uuid::from_u64_pair(seed, seed);
        prop_assert_eq!(keyed(&event), keyed(&shuffled));
    }

    #[test]
    fn any_text_is_parameterised_and_short(text in "\\PC{0,400}") {
        prop_assert!(parameterise(&text).chars().count() <= 256);
    }

    #[test]
    fn hostile_texts_do_no_harm(text in "[0-9a-f:/.@\"'=\\\\ \\-+_vTZ,é\n]{0,300}") {
        prop_assert!(parameterise(&text).chars().count() <= 256);
    }

    #[test]
    fn every_number_is_any_number(a in 0_u32.., b in 0_u32..) {
        prop_assert_eq!(parameterise(&format!("order {a} failed")), parameterise(&format!("order {b} failed")));
    }

    #[test]
    fn any_name_and_path_is_taken(function in "\\PC{0,80}", path in "\\PC{0,80}") {
        for platform in ["python", "javascript", "native", "java", "csharp", "php", "ruby", "go", "elixir"] {
            let frame = Frame { function: Some(function.clone()), abs_path: Some(path.clone()), ..Frame::default() };
            keyed(&event(platform, vec![exception("E", &path, vec![frame])]));
        }
    }
}
