//! The seeds of the fuzzers, each asked what its fuzzer asks. `cargo xtask fuzz` goes on from here.

use std::panic;

use fieldfare_facts::{CHECKS, seeds};

#[test]
fn every_seed_is_taken_as_its_fuzzer_expects() {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        let seeds = seeds(name).expect("seeds");
        assert!(seeds.len() >= 20, "{name} has {} seeds", seeds.len());
        for (file, bytes) in seeds {
            if panic::catch_unwind(|| check(&bytes)).is_err() {
                failed.push(file);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
