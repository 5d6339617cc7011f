//! Made-up wards of four sizes, to measure and to try: people who do not exist, in the format as it stands, with every
//! kind of entry, their dates ending at a moment. The same seed and moment make the same ward, byte for byte.
mod person;
mod story;

use std::fmt::Write as _;

use clap::ValueEnum;

use crate::ward::Moment;
use person::Person;
use story::Story;

/// How large a ward is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// 30 patients, two years of results
    Ward,
    /// 2,000 patients, two years of counts: weekly for half a year, then monthly
    Clinic,
    /// 10,000 patients, ten entries each
    List,
    /// 100,000 patients, ten entries each
    Huge,
}

impl Size {
    /// The word on the command line, and of the ward's folder.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ward => "ward",
            Self::Clinic => "clinic",
            Self::List => "list",
            Self::Huge => "huge",
        }
    }

    /// How many patients.
    pub fn patients(self) -> usize {
        match self {
            Self::Ward => 30,
            Self::Clinic => 2_000,
            Self::List => 10_000,
            Self::Huge => 100_000,
        }
    }

    /// What is recorded of one patient.
    fn plan(self) -> story::Plan {
        match self {
            Self::Ward => story::Plan { days: 728, counts: usize::MAX, rounds: 100, happenings: 5 },
            Self::Clinic => story::Plan { days: 728, counts: usize::MAX, rounds: 1, happenings: 2 },
            Self::List | Self::Huge => story::Plan { days: 250, counts: 6, rounds: 0, happenings: 1 },
        }
    }
}

/// The text of a ward file, laid out as the program writes one.
pub fn ward(size: Size, seed: u64, moment: &Moment) -> String {
    of(size.patients(), size, seed, moment)
}

/// The same with another number of patients: how things grow.
pub fn of(patients: usize, size: Size, seed: u64, moment: &Moment) -> String {
    let mut out = String::with_capacity(patients * 2_500);
    let _ = write!(
        out,
        "{{\n  \"format\": \"wardround/1\",\n  \"ward\": {{ \"name\": \"Made-up {}\", \"site\": \"Nowhere\", \"time_zone\": \"{}\" }},\n  \"patients\": [",
        size.word(),
        moment.zone.name()
    );
    let plan = size.plan();
    for number in 0..patients {
        let mut chance = Chance::new(seed ^ ((number as u64) << 20));
        out.push_str(if number == 0 { "\n    " } else { ",\n    " });
        let person = Person::new(number, size == Size::Ward, &mut chance);
        person.write(&mut out);
        Story::new(&person, plan, moment, chance).write(&mut out);
    }
    out.push_str("\n  ]\n}\n");
    out
}

/// Numbers that look like chance and are not: `SplitMix64`, by its published constants.
#[derive(Debug, Clone)]
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        let mut chance = Self(seed);
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number under a bound.
    fn under(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Once in so many times.
    fn once_in(&mut self, times: u64) -> bool {
        self.under(times) == 0
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        let at = self.under(from.len() as u64);
        usize::try_from(at).ok().and_then(|at| from.get(at)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::DateTime;

    use super::*;
    use crate::assess;
    use crate::rules::Rules;
    use crate::ward::read::{self, Limits, content_faults};
    use crate::ward::{Kind, write};

    fn moment() -> Moment {
        let at = DateTime::parse_from_rfc3339("2026-11-21T03:12:00Z").unwrap().to_utc();
        Moment { at, zone: chrono_tz::Europe::London }
    }

    #[test]
    fn every_size_is_a_valid_ward_as_the_program_writes_it() {
        let rules = Rules::builtin().unwrap();
        for size in [Size::Ward, Size::Clinic, Size::List] {
            let text = of(size.patients().min(120), size, 7, &moment());
            let ward = read::ward(text.as_bytes(), &Limits::default()).unwrap();
            assert!(write::ward(&ward) == text, "{size:?} is not laid out as the program does");
            assert_eq!(content_faults(&ward), [], "{size:?}");
            assert_eq!(assess::content_faults(&ward, &rules, &moment()).first(), None, "{size:?}");
            let numbers = ward.patients.iter().flat_map(|patient| &patient.fields.identifiers);
            assert!(numbers.clone().all(|number| number.value.starts_with("999") && number.nhs_number().is_some()));
            assert_eq!(numbers.map(|number| &*number.value).collect::<BTreeSet<_>>().len(), ward.patients.len());
        }
    }

    #[test]
    fn every_kind_of_entry_and_every_state_of_need_occurs() {
        for size in [Size::Ward, Size::Clinic, Size::List] {
            let ward =
                read::ward(of(size.patients().min(400), size, 7, &moment()).as_bytes(), &Limits::default()).unwrap();
            let kinds: BTreeSet<&str> = ward.entries().map(|(_, entry)| entry.kind.name()).collect();
            assert_eq!(kinds.len(), 13, "{size:?}: {kinds:?}");
            assert!(!ward.entries().any(|(_, entry)| matches!(entry.kind, Kind::Unreadable { .. } | Kind::Unknown(_))));
            let counts = assess::ward(&ward, &Rules::builtin().unwrap(), &moment()).counts;
            assert!(counts.critical > 0 && counts.warning > 0 && counts.overdue > 0, "{size:?}: {counts:?}");
        }
    }

    #[test]
    fn a_seed_makes_the_same_ward_and_another_another() {
        let ward = |seed| of(20, Size::List, seed, &moment());
        assert!(ward(1) == ward(1) && ward(1) != ward(2));
    }

    #[test]
    fn sizes_are_what_they_are_said_to_be() {
        let ward = |size| read::ward(of(100, size, 7, &moment()).as_bytes(), &Limits::default()).unwrap();
        let entries = |size| ward(size).entries().count();
        assert_eq!(entries(Size::List), 1_000);
        let clinic = of(100, Size::Clinic, 7, &moment()).len() * 20;
        assert!((20_000_000..25_000_000).contains(&clinic), "{clinic} bytes");
    }
}
