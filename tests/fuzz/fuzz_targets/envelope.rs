//! Bodies of requests; what is asked of them: `fieldfare_facts::envelope`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fieldfare_facts::envelope::check(input));
