//! Source maps; what is asked of them: `fieldfare_facts::source_maps`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fieldfare_facts::source_maps::check(input));
