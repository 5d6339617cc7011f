//! The seeds of the fuzz targets, run as ordinary tests: what was found once stays found where there is no fuzzer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)] // reads the seeds

#[path = "support/characters.rs"]
mod characters;
#[path = "support/inert.rs"]
mod inert;
#[path = "../fuzz/targets/keys.rs"]
mod keys;
#[path = "../fuzz/targets/load_journal.rs"]
mod load_journal;
#[path = "../fuzz/targets/load_json.rs"]
mod load_json;
#[path = "../fuzz/targets/merge.rs"]
mod merge;
#[path = "../fuzz/targets/render_name.rs"]
mod render_name;

use std::fs;
use std::path::Path;

/// Runs a target over its seeds, and over each with a byte changed: a few steps of what the fuzzer does.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<_> = fs::read_dir(folder).expect("seeds").map(|seed| seed.unwrap().path()).collect();
    assert!(seeds.len() >= 4, "{target} has {} seeds", seeds.len());
    for seed in seeds {
        let bytes = fs::read(seed).unwrap();
        run(&bytes);
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 4) {
            let mut changed = bytes.clone();
            changed[at] = changed[at].wrapping_add(1);
            run(&changed);
        }
    }
}

#[test]
fn seeds_of_load_json() {
    replay("load_json", load_json::run);
}

#[test]
fn seeds_of_load_journal() {
    replay("load_journal", load_journal::run);
}

#[test]
fn seeds_of_keys() {
    replay("keys", keys::run);
}

#[test]
fn seeds_of_render_name() {
    replay("render_name", render_name::run);
}

#[test]
fn seeds_of_merge() {
    replay("merge", merge::run);
}
