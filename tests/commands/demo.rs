//! `demo`: a ward to try, of today, in which nothing that was typed is ever deleted.
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::World;

fn path(world: &World, more: &[&str]) -> PathBuf {
    let ran = world.run(["demo", "--path"].iter().chain(more));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    PathBuf::from(ran.out.trim_end())
}

#[test]
fn it_is_made_once_a_day_and_needs_attention() {
    let world = World::new();
    let ward = path(&world, &[]);
    assert!(ward.starts_with(world.home().join("data")), "{}", ward.display());
    let triage = world.run(["triage".as_ref(), ward.as_os_str()]);
    assert_eq!(triage.code, Some(1));
    assert!(triage.out.contains("\n24 patients: "), "{}", triage.out);
    let check = world.run(["check".as_ref(), ward.as_os_str()]);
    assert_eq!((check.code, check.out.lines().count()), (Some(1), 1), "only the unknown unit: {}", check.out);

    let line = r#"{"patient": "okafor", "entry": {"kind": "note", "at": "2024-01-17", "text": "typed"}}"#;
    let args = ["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()];
    assert_eq!(world.run_with(args, line).code, Some(0));
    // Should midnight have passed since, it is another ward.
    let again = path(&world, &[]);
    assert!(again != ward || fs::read_to_string(&again).expect("there").contains("typed"));
}

#[test]
fn what_was_typed_is_moved_aside_and_never_deleted() {
    // Should midnight pass meanwhile, the old one is of yesterday: then once more, on one day.
    assert!(moved_aside_on_one_day() || moved_aside_on_one_day(), "it is another ward each time");
}

/// Whether it was one day from the beginning to the end.
fn moved_aside_on_one_day() -> bool {
    let world = World::new();
    let ward = path(&world, &[]);
    fs::write(&ward, "typed").expect("writable");
    let fresh = world.run(["demo", "--path", "--fresh"]);
    assert_eq!(fresh.code, Some(0), "{}", fresh.err);
    if Path::new(fresh.out.trim_end()) != ward {
        return false;
    }
    assert!(fresh.err.contains("is kept in"), "{}", fresh.err);
    let new = fs::read_to_string(fresh.out.trim_end()).expect("there");
    assert!(new.contains("Demo Ward"));
    assert_eq!(kept(&world), 1, "the old one is still there");
    if path(&world, &["--fresh"]) != ward {
        return false;
    }
    assert_eq!(kept(&world), 1);
    assert_eq!(fs::read_dir(world.home().join("data/wardround/demo")).expect("there").count(), 3);
    true
}

#[test]
fn a_ward_whose_day_is_past_is_kept_and_a_new_one_made() {
    let world = World::new();
    let ward = path(&world, &[]);
    fs::write(&ward, "typed").expect("writable");
    let wards = world.home().join("data/wardround/demo");
    let today = ward.parent().expect("a folder").to_owned();
    fs::rename(&today, wards.join("2024-01-16")).expect("its day is past");
    let ran = world.run(["demo", "--path"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("of 16-Jan-2024 is past its day"), "{}", ran.err);
    assert_eq!(kept(&world), 1);
    assert!(fs::read_to_string(ran.out.trim_end()).expect("there").contains("Demo Ward"));
}

/// How many wards hold what was typed.
fn kept(world: &World) -> usize {
    let wards = fs::read_dir(world.home().join("data/wardround/demo")).expect("there");
    wards.flatten().filter(|ward| fs::read(ward.path().join("ward.json")).is_ok_and(|text| text == b"typed")).count()
}

#[test]
fn without_a_home_it_says_so() {
    let world = World::new();
    let ran =
        world.command(["demo", "--path"]).env_remove("HOME").env_remove("XDG_DATA_HOME").output().expect("it ends");
    // A host may know the home folder of an account without the environment.
    assert!(matches!(ran.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&ran.stderr));
}
