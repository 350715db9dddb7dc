//! Events; what is asked of them: `fieldfare_facts::event`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fieldfare_facts::event::check(input));
