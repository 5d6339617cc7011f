//! A ward that is replaced by a newer one is assessed again only where something changed. What is shown must be what the
//! newer ward alone would show.
use proptest::prelude::*;
use serde_json::Value;
use wardround::assess;
use wardround::cli::demo::made_up::{self, Size};
use wardround::rules::Rules;
use wardround::tui::data::Data;
use wardround::tui::data::board::{Pane, What};
use wardround::tui::data::listing::{Listing, Sort};
use wardround::tui::data::query::Only;
use wardround::tui::theme::Theme;
use wardround::ward::read::{self, Limits};
use wardround::ward::{Moment, Patient, Ward, write};

fn moment() -> Moment {
    Moment { at: "2026-11-21T03:12:00Z".parse().unwrap(), zone: chrono_tz::Europe::London }
}

fn data(ward: Ward, moment: Moment) -> Data {
    Data::new(ward, Rules::builtin().unwrap(), moment, "aosei".to_owned(), Theme::default())
}

/// What the screen is made of.
fn shown(data: &Data) -> Vec<(Pane, String, What, u32, usize)> {
    let row = |pane: Pane| {
        data.board.rows(pane).iter().map(move |row| {
            let one = &data.assessed[row.patient];
            let at = data.ward.patients.iter().position(|patient| patient.id == one.patient).unwrap();
            assert_eq!(data.assessment(&one.patient), Some(one));
            let counts = data.counts(data.patient(&one.patient).unwrap()).len();
            (pane, format!("{one:?}"), row.what, data.bed_rank(at), counts)
        })
    };
    Pane::ALL.into_iter().flat_map(row).collect()
}

/// One thing that happens to a ward, for the patient of that number.
fn happens(ward: &mut Ward, (what, who): (u8, usize), number: usize) {
    let who = who % ward.patients.len();
    let count = |value: &str| {
        let json = format!(
            r#"{{"id":"new{number}","kind":"result","test":"anc","at":"2026-11-21T01:00","value":{value},"unit":"10*9/L"}}"#
        );
        read::entry(&json).unwrap()
    };
    match what {
        0 => ward.patients[who].entries.push(count("0.40")),
        1 => ward.patients[who].entries.push(count("3.1")),
        2 => drop(ward.patients[who].entries.pop()),
        3 if ward.patients.len() > 2 => drop(ward.patients.remove(who)),
        4 => ward.patients.swap(0, who),
        5 => {
            let active = !ward.patients[who].fields.active;
            ward.patients[who] = with(ward, who, "active", active.into());
        }
        6 => ward.patients[who] = with(ward, who, "bed", "Z9".into()),
        _ => {
            let mut namesake = with(ward, who, "id", format!("other{number}").into());
            namesake.entries.clear();
            namesake.entries.push(count("0.40"));
            ward.patients.insert(who, namesake);
        }
    }
}

/// A patient with another value of a field, as the file would have it.
fn with(ward: &Ward, who: usize, field: &str, value: Value) -> Patient {
    let mut file: Value = serde_json::from_str(&write::ward(ward)).unwrap();
    file["patients"][who][field] = value;
    read::patient(&file["patients"][who].to_string()).unwrap()
}

#[test]
fn whoever_is_most_urgent_comes_first_and_nobody_is_left_out() {
    for seed in 1..4 {
        let text = made_up::ward(Size::Ward, seed, &moment());
        let ward = read::ward(text.as_bytes(), &Limits::default()).unwrap();
        let all = assess::ward(&ward, &Rules::builtin().unwrap(), &moment()).patients;
        let patient =
            |one: &assess::Assessment| ward.patients.iter().find(|patient| patient.id == one.patient).unwrap();
        let in_order = |a: &assess::Assessment, b: &assess::Assessment| {
            assess::by_urgency((patient(a), a), (patient(b), b)).is_le()
        };
        assert!(all.is_sorted_by(in_order));
        let mut ids: Vec<_> = all.iter().map(|one| &one.patient).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), ward.patients.iter().filter(|patient| patient.fields.active).count());
        for one in &all {
            assert_eq!(*one, assess::patient(patient(one), &Rules::builtin().unwrap(), &moment()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_assessed_again_in_part_is_as_if_all_had_been(
        // What happens; whether the file is then read anew, as after somebody else's save, which shares nobody; and how many
        // minutes pass.
        steps in proptest::collection::vec(
            (
                proptest::collection::vec((0_u8..8, 0_usize..30), 0..4),
                any::<bool>(),
                prop_oneof![Just(0_i64), Just(1), 0_i64..100_000],
            ),
            1..4,
        ),
        sort in prop_oneof![4 => Just(Sort::Urgency), 1 => Just(Sort::Bed), 1 => Just(Sort::Name)],
        open_only in proptest::bool::weighted(0.2),
        words in proptest::option::weighted(0.2, prop_oneof!["[a-e]", Just("z9".to_owned()), Just("nobody".to_owned())]),
    ) {
        let listing = Listing { sort, open_only, only: words.map(Only::new) };
        let text = made_up::ward(Size::Ward, 7, &moment());
        let mut ward = read::ward(text.as_bytes(), &Limits::default()).unwrap();
        // A year of every patient is enough, and quicker.
        ward.patients.iter_mut().for_each(|patient| patient.entries.truncate(60));
        let mut now = moment();
        let mut kept = data(ward.clone(), now);
        kept.list(listing.clone());
        for (i, (step, reads, minutes)) in steps.into_iter().enumerate() {
            let _ = shown(&kept); // what was looked at must not stay
            for (j, one) in step.into_iter().enumerate() {
                happens(&mut ward, one, i * 10 + j);
            }
            if reads {
                ward = read::ward(write::ward(&ward).as_bytes(), &Limits::default()).unwrap();
            }
            kept.replace(ward.clone());
            now.at += chrono::TimeDelta::minutes(minutes);
            kept.look_again(now);
            let mut anew = data(ward.clone(), now);
            anew.list(listing.clone());
            prop_assert_eq!(shown(&kept), shown(&anew));
            prop_assert_eq!(format!("{:?}", kept.cards()), format!("{:?}", anew.cards()));
            prop_assert_eq!((kept.counts, kept.board.hidden), (anew.counts, anew.board.hidden));
            for patient in &ward.patients {
                prop_assert_eq!(kept.assessment(&patient.id), anew.assessment(&patient.id));
            }
            prop_assert_eq!(&kept.old_protocols, &anew.old_protocols);
        }
    }
}
