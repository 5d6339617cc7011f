//! The promise of the ward file: what is read is exactly what was written, what is written reads back the same, and
//! whatever is wrong is refused or marked, with its place and never with a value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking
use wardround::ward::read::{self, Limits};
use wardround::ward::{Kind, Ward, write};

const ROWAN: &str = include_str!("format/rowan.json");

fn ward(text: &str) -> Ward {
    read::ward(text.as_bytes(), &Limits::default()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[test]
fn every_kind_is_read() {
    let ward = ward(ROWAN);
    let kinds: Vec<_> = ward.patients[0].entries.iter().map(|entry| entry.kind.name().to_owned()).collect();
    assert_eq!(
        kinds.join(" "),
        "course dose result result checklist break resume medicine sample supply acknowledge note change void"
    );
    assert!(ward.entries().all(|(_, entry)| !matches!(entry.kind, Kind::Unreadable { .. } | Kind::Unknown(_))));
    assert!(read::content_faults(&ward).is_empty());
}

#[test]
fn what_was_read_is_written_byte_for_byte() {
    assert_eq!(write::ward(&ward(ROWAN)), ROWAN);
}
