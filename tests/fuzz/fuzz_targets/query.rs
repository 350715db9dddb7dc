//! Queries; what is asked of them: `fieldfare_facts::query`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fieldfare_facts::query::check(input));
