//! Whatever else strangers write; what is asked of them: `fieldfare_facts::reports`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fieldfare_facts::reports::check(input));
