//! What is critical, what to do and whom to call: in sight at every size, or the screen says where.
use wardround::assess::{self, Severity};
use wardround::rules::Rules;
use wardround::tui::app::{App, Message};
use wardround::tui::settings::{Contact, Settings};
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::{Entry, Kind, Patient};

use crate::demo::{self, press, text, types};

/// Columns and lines from the smallest that works to the usual.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    (40..=80).step_by(8).flat_map(|columns| (12..=24).step_by(3).map(move |lines| (columns, lines)))
}

const CONTACTS: [(&str, &str); 4] = [
    ("Haematology on call", "01632 960 111"),
    ("Clozapine service", "01632 960 222"),
    ("Registrar on call", "01632 960 333"),
    ("Pharmacy", "01632 960 444"),
];

/// A screen's text in one line, without the indents.
fn flat(shown: &str) -> String {
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A patient after some keys, with so many to call.
fn opened(who: &str, keys: &[&str], contacts: usize) -> App {
    let contact = |(label, number): &(&str, &str)| Contact { label: (*label).to_owned(), number: (*number).to_owned() };
    let contacts = CONTACTS.iter().take(contacts).map(contact).collect();
    let mut app = demo::app(Theme::new(Palette::Mono, false), (80, 24))
        .with_settings(Settings { contacts, ..Settings::default() });
    press(&mut app, "/");
    types(&mut app, who);
    press(&mut app, "Enter");
    for key in keys {
        press(&mut app, key);
    }
    app
}

/// The same screen at a size.
fn at(app: &mut App, size: (u16, u16)) -> String {
    app.update(Message::Resize(size.0, size.1));
    text(app, size)
}

/// A contact of more than a line is no less whole.
#[test]
fn the_number_of_a_long_contact_is_in_sight_on_the_smallest_screen() {
    let contact = |label: &str, number: &str| Contact { label: label.to_owned(), number: number.to_owned() };
    let contacts = vec![
        contact("Consultant haematologist on call, all sites of the trust", "01632 960 111"),
        contact("Clozapine service", "01632 960 222"),
    ];
    let mut app = opened("okafor", &[], 0).with_settings(Settings { contacts, ..Settings::default() });
    let shown = at(&mut app, (40, 12));
    let said = flat(&shown);
    assert!(said.contains("all sites of the trust 01632 960 111") && said.contains("... Enter"), "{shown}");
}

/// What is wrong with a screen that has the flags: `action` is what to do about the first of them.
fn fault(shown: &str, action: &str, contacts: usize) -> Option<String> {
    let said = flat(shown);
    let numbers = CONTACTS.iter().take(contacts).filter(|(label, number)| said.contains(&format!("{label} {number}")));
    let numbers = numbers.count();
    let goes_on = said.contains("... Enter") || said.contains("... 1");
    if !said.contains(action) {
        return Some(format!("what to do is not whole: {action}"));
    }
    if contacts > 0 && !said.contains("Haematology on call 01632 960 111") {
        return Some("the first to call is out of sight".to_owned());
    }
    (numbers < contacts && !goes_on).then(|| "nothing says where the others are to be found".to_owned())
}

/// Who has an open critical flag, and what to do about it.
fn critical() -> Vec<(String, String)> {
    let ward = demo::ward();
    let rules = Rules::builtin().expect("the embedded rules");
    let assessed = assess::ward(&ward, &rules, &demo::moment());
    let flags = |id| {
        let one = assessed.patients.iter().find(|one| one.patient == id)?;
        one.flags.iter().find(|flag| flag.severity == Severity::Critical && flag.acknowledged.is_none())
    };
    let of =
        |patient: &Patient| Some((patient.fields.name.family.to_string(), flags(patient.id.clone())?.action.clone()));
    ward.patients.iter().filter_map(of).collect()
}

#[test]
fn what_to_do_and_whom_to_call_are_in_sight_at_every_size() {
    let action =
        "Stop clozapine (uk-smpc RED): call haematology; FBC daily until 2 GREEN; no re-exposure under the licence";
    let mut faults = Vec::new();
    for contacts in [1, 2, 4] {
        let mut app = opened("okafor", &[], contacts);
        for size in sizes() {
            let shown = at(&mut app, size);
            faults.extend(
                fault(&shown, action, contacts).map(|fault| format!("{contacts} at {size:?}: {fault}\n{shown}")),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// However much there is to say about a flag, it does not push out whom to call.
#[test]
fn every_critical_flag_says_whom_to_call_on_the_smallest_screen() {
    let all = critical();
    assert!(all.len() > 5, "{all:?}");
    for (who, action) in all {
        let shown = at(&mut opened(&who.to_lowercase(), &[], 4), (40, 12));
        let said = flat(&shown);
        assert!(said.contains("Haematology on call 01632 960 111") && said.contains("... Enter"), "{who}: {shown}");
        let begins: String = action.split(' ').take(6).collect::<Vec<_>>().join(" ");
        assert!(said.contains(&begins), "{who}: {shown}");
    }
}

/// Where another section is alone, the screen says which key shows the flag; beside the others the flag is whole.
#[test]
fn another_section_says_where_the_flag_is() {
    let action = "no re-exposure under the licence";
    for keys in [&["2"][..], &["4"], &["2", "z"], &["6", "z"]] {
        let mut app = opened("okafor", keys, 2);
        for size in sizes() {
            let shown = at(&mut app, size);
            let is_alone = keys.len() > 1 || size.1 < 24;
            if is_alone {
                assert!(shown.contains("!! CRITICAL ANC 0.40 RED  1: what to do"), "{keys:?} {size:?}\n{shown}");
            } else {
                assert_eq!(fault(&shown, action, 2), None, "{keys:?} {size:?}\n{shown}");
            }
        }
    }
    // Whichever flag was selected before: where the keys are elsewhere, the worst is in sight.
    for keys in [&["Down", "2"][..], &["Down", "4"]] {
        let mut app = opened("okafor", keys, 2);
        for size in sizes() {
            let shown = at(&mut app, size);
            if size.1 < 24 {
                assert!(shown.contains("!! CRITICAL ANC 0.40 RED  1: what to do"), "{keys:?} {size:?}\n{shown}");
            } else {
                assert_eq!(fault(&shown, action, 2), None, "{keys:?} {size:?}\n{shown}");
            }
        }
    }
    let seen = at(&mut opened("holloway", &["4", "z"], 2), (40, 12));
    assert!(!seen.contains("what to do"), "{seen}");
}

/// Another flag is selected, and the critical one is above it: in sight, or the screen says so.
#[test]
fn a_critical_flag_above_the_selected_one_is_not_forgotten() {
    let mut app = opened("okafor", &["Down"], 2);
    let (mut beside, mut above) = (0, 0);
    for size in sizes() {
        let shown = at(&mut app, size);
        assert!(flat(&shown).contains("BOWELS"), "{size:?}\n{shown}");
        let is_above = shown.contains("!! CRITICAL") && shown.contains("Up: what to do");
        (beside, above) = (beside + usize::from(!is_above), above + usize::from(is_above));
        if !is_above {
            assert!(flat(&shown).contains("Stop clozapine"), "{size:?}\n{shown}");
        }
    }
    assert!(beside > 0 && above > 0, "{beside}, {above}");
    let back = at(&mut opened("okafor", &["Down", "Up"], 2), (40, 12));
    assert_eq!(fault(&back, "no re-exposure under the licence", 2), None, "{back}");
}

/// The key that the screen names does it.
#[test]
fn the_key_shows_what_to_do() {
    let shown = at(&mut opened("okafor", &["2", "z", "1"], 2), (40, 12));
    assert_eq!(fault(&shown, "no re-exposure under the licence", 2), None, "{shown}");
}

#[test]
fn the_chart_stands_beside_the_flag_or_says_how_to_see_it() {
    let with = at(&mut opened("okafor", &["2"], 2), (80, 24));
    assert!(with.contains("X lowest") && with.contains("01632 960 222"), "{with}");
    // Where there is no room for it beside the flag, the key that is named shows it.
    let has_chart = |shown: &str| shown.contains("ANC |");
    let mut gave_way = 0;
    for (who, _) in critical() {
        for columns in [48, 64, 80] {
            let shown = at(&mut opened(&who.to_lowercase(), &["2"], 4), (columns, 24));
            if shown.contains("z: the chart") {
                gave_way += 1;
                assert!(!has_chart(&shown), "{who} {columns}: {shown}");
                let zoomed = at(&mut opened(&who.to_lowercase(), &["2", "z"], 4), (columns, 24));
                assert!(has_chart(&zoomed), "{who} {columns}: {zoomed}");
            }
        }
    }
    assert!(gave_way > 0);
    // Who has no protocol has no bands, and one count makes no chart: then no key shows one.
    let ward = demo::ward();
    let is_anc = |entry: &&Entry| matches!(&entry.kind, Kind::Observation(result) if &*result.test == "anc");
    let has_none = |one: &&Patient| one.fields.protocol.is_none() || one.entries.iter().filter(is_anc).count() < 2;
    let bare: Vec<String> =
        ward.patients.iter().filter(has_none).map(|one| one.fields.name.family.to_lowercase()).collect();
    assert!(!bare.is_empty());
    for who in bare {
        let none = at(&mut opened(&who, &["2"], 2), (80, 24));
        assert!(none.contains(">2 Blood counts") && !none.contains("the chart"), "{who}: {none}");
    }
}
