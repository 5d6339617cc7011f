//! `wardround print`: the ward on paper.
use std::os::unix::fs::PermissionsExt;

use crate::program::World;
use crate::{AS_OF, WARD};

/// The longest line of a sheet, in cells.
const COLUMNS: usize = 80;

fn sheet(world: &World, ward: &str) -> String {
    let file = world.ward(ward);
    let ran = world.run(["print", file.to_str().expect("UTF-8"), "--as-of", AS_OF]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    ran.out
}

#[test]
fn the_ward_in_bed_order_with_boxes_to_tick() {
    insta::assert_snapshot!(sheet(&World::new(), WARD));
}

/// A ward of so many patients, each with this name.
fn many(count: usize, family: &str) -> String {
    let patient = |n: usize| {
        format!(
            r#"{{"id":"p{n}","name":{{"family":"{family}","given":"Sam {n}"}},"bed":"B{n}","protocol":"uk-smpc","entries":[
            {{"id":"s{n}","kind":"course","event":"start","at":"2024-01-02T21:00","reason":"initiation"}},
            {{"id":"a{n}","kind":"result","test":"anc","at":"2024-01-15T08:00","value":1.4{n},"unit":"10*9/L"}}]}}"#
        )
    };
    let patients: Vec<String> = (0..count).map(patient).collect();
    let ward = r#""format":"wardround/1","ward":{"name":"Rowan Ward","time_zone":"Europe/London"}"#;
    format!(r#"{{{ward},"patients":[{}]}}"#, patients.join(","))
}

#[test]
fn pages_are_whole_and_nobody_is_torn_over_two() {
    let text = sheet(&World::new(), &many(40, "Okafor"));
    let pages: Vec<&str> = text.split('\u{c}').collect();
    assert!(pages.len() > 3, "{}", pages.len());
    for (i, page) in pages.iter().enumerate() {
        assert!(page.lines().count() <= 60, "{page}");
        assert!(page.starts_with("Rowan Ward    as at") || page.starts_with("Rowan Ward as at"), "{page}");
        assert!(page.contains(&format!("page {} of {}", i + 1, pages.len())), "{page}");
        assert_eq!(page.matches("Bed B").count(), page.matches("Note: ").count(), "{page}");
    }
    let beds: Vec<usize> =
        text.lines().filter_map(|line| line.strip_prefix("Bed B")?.split(' ').next()?.parse().ok()).collect();
    assert_eq!(beds, (0..40).collect::<Vec<_>>(), "beds are counted as people count them");
    for n in 0..40 {
        assert!(text.contains(&format!("ANC 1.4{n} x10^9/L")), "{n}");
    }
}

#[test]
fn no_line_is_longer_than_the_paper_and_nothing_is_lost() {
    for family in ["Okafor", &"Ab ".repeat(60), &"X".repeat(200)] {
        let text = sheet(&World::new(), &many(3, family));
        for line in text.lines() {
            assert!(line.chars().filter(|c| *c != '\u{c}').count() <= COLUMNS, "{line:?}");
        }
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert!(letters(&text).contains(&letters(&family.to_uppercase())), "{text}");
    }
}

#[test]
fn a_file_is_the_owners_alone_and_is_never_overwritten() {
    let world = World::new();
    let ward = world.ward(WARD);
    let (ward, path) = (ward.to_str().expect("UTF-8"), world.path("round.txt"));
    let args = ["print", ward, "--as-of", AS_OF, "--output", "round.txt"];
    let ran = world.run(args);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "round.txt\n", ""));
    let written = std::fs::read_to_string(&path).expect("a sheet");
    assert!(written.contains("OKAFOR, Adaeze"));
    assert_eq!(std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    let again = world.run(args);
    assert_eq!((again.code, again.out.as_str()), (Some(3), ""));
    assert!(again.err.contains("round.txt: not written: a file of that name is there already"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&path).expect("a sheet"), written);
    let nowhere = world.run(["print", ward, "--output", "none/round.txt"]);
    assert_eq!(nowhere.code, Some(3));
    assert!(nowhere.err.contains("no such file or directory"), "{}", nowhere.err);
    // The ward file itself is one that is there.
    let itself = world.run(["print", ward, "--output", ward]);
    assert_eq!(itself.code, Some(3));
    assert_eq!(std::fs::read_to_string(ward).expect("the ward"), WARD);
}
