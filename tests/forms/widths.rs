//! Whatever the size of the terminal, a number, a date, a unit and a name of a form stand whole, or not at all.
use std::collections::BTreeSet;

use wardround::tui::app::{App, Message};
use wardround::tui::keymap::Mode;

use crate::app::{app, keys, screen_of};
use crate::desk::Desk;

/// The room in which everything is in sight, in lines that nothing has to be broken for.
const ROOM: (u16, u16) = (200, 60);

/// What is typed: into a form, the sheet, and one line.
const TYPED: [&str; 7] = [
    "/okafor<Enter>a<Up>1940<Enter>0.40<Enter>2.1",
    "/okafor<Enter>m100<Enter><Enter>162.5",
    "/okafor<Enter>b18-Nov 2000<Tab>vomiting",
    "/okafor<Enter>cv96<Enter>38.2<Enter>118/76<Enter>98/60",
    "/okafor<Enter>FC17",
    ":okafor anc 0.40 wbc 2.1 today 1940",
    "Ayesterday<Tab>18-Nov<Right>4<Right>112",
];

fn at(size: (u16, u16), desk: &Desk, typed: &str) -> App {
    let mut app = app(desk);
    app.update(Message::Resize(size.0, size.1));
    keys(&mut app, typed);
    app
}

/// The words of a screen that hold a figure or are written large, such as a name; those of counters aside.
fn words(screen: &str) -> BTreeSet<String> {
    let counts = |line: &&str| line.starts_with('-') || line.contains("read on: ");
    let says = |word: &&str| {
        word.contains(|c: char| c.is_ascii_digit()) || (word.len() > 2 && !word.contains(char::is_lowercase))
    };
    let bare = |word: &str| word.trim_matches(|c: char| "_[](),;.>".contains(c)).to_owned();
    screen.lines().filter(|line| !counts(line)).flat_map(str::split_whitespace).filter(says).map(bare).collect()
}

/// What is shown while it is typed, and on every page of what is read back.
fn shown(mut app: App, size: (u16, u16)) -> Vec<String> {
    let mut all = vec![screen_of(&app, size)];
    keys(&mut app, "<Enter>");
    all.push(screen_of(&app, size));
    while app.mode() == Mode::ReadOn {
        keys(&mut app, "<Enter>");
        all.push(screen_of(&app, size));
    }
    all
}

#[test]
fn every_figure_and_name_of_a_form_is_whole_or_absent() {
    let desk = Desk::new();
    for typed in TYPED {
        let whole: BTreeSet<String> =
            shown(at(ROOM, &desk, typed), ROOM).iter().flat_map(|screen| words(screen)).collect();
        assert!(whole.contains("OKAFOR"), "{typed}");
        for size in (40..=200).step_by(9).zip([12, 24, 60].into_iter().cycle()) {
            for screen in shown(at(size, &desk, typed), size) {
                let cut: Vec<String> = words(&screen).difference(&whole).cloned().collect();
                assert!(cut.is_empty(), "{cut:?} at {size:?} after {typed}\n{screen}");
            }
        }
        for columns in [20, 30, 39] {
            let small = screen_of(&at((columns, 24), &desk, typed), (columns, 24));
            assert!(small.contains("40x12") && !small.contains("OKAFOR"), "{small}");
        }
    }
}

/// The control: a figure that is cut is another word.
#[test]
fn a_cut_figure_is_found() {
    let whole = words(" ANC 0.40 x10^9/L OKAFOR, Adaeze 20-Nov-2026");
    for cut in ["0.4", "x10^9", "OKAF", "20-Nov-202"] {
        assert!(words(cut).difference(&whole).next().is_some(), "{cut}");
    }
}
