//! How things are written for people, on the screen and by the commands: names, dates, doses, results, tasks, states.
//!
//! Dates are `21-Nov-2026` and times `08:05` whatever the locale. A dose loses its trailing zeros, a result keeps the
//! digits that were typed or sent. What is missing reads `Not recorded`. All text from a file leaves here as [`Safe`].
pub mod card;
mod compare;
mod entry;
mod level;
mod rule;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::assess::{BloodCount, Counts, Severity, Task};
use crate::rules::{TestDef, Tests};
use crate::safe::{Charset, Safe};
use crate::ward::{
    Ben, Dose, Entry, EntryId, Identifier, Kind, Moment, Name, Observation, Patient, Service, Sex, When, voided,
};

pub use compare::{Compare, due_in_words};
pub use entry::Describe;
pub use level::{adequate, ratio, trough};
pub use rule::{UNVERIFIED, all_not_checked, evidence, evidence_in_short, mark, not_checked};

/// What stands for a line break where there is one line only: words, which nobody takes for a stroke of the note's own.
pub const NEW_LINE: &str = " [new line] ";

/// What stands for something that nobody wrote down.
pub const NOT_RECORDED: &str = "Not recorded";

/// Months as they are written, January first.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Weekdays as they are written, Monday first.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `24 patients: 4 CRITICAL, 2 warning, ...`: patients, not rows.
pub fn counts(counts: &Counts) -> String {
    format!(
        "{} patients: {} CRITICAL, {} warning, {} overdue, {} due today, {} no next test, {} CANNOT ASSESS",
        counts.patients,
        counts.critical,
        counts.warning,
        counts.overdue,
        counts.due,
        counts.no_next_test,
        counts.cannot_assess
    )
}

/// `21-Nov-2026`.
pub fn date(day: NaiveDate) -> String {
    let month = MONTHS.iter().zip(1..).find(|(_, number)| *number == day.month()).map_or("", |(name, _)| name);
    format!("{:02}-{month}-{:04}", day.day(), day.year())
}

/// `21-Nov-2026 08:05`.
pub fn date_time(at: NaiveDateTime) -> String {
    format!("{} {}", date(at.date()), at.format("%H:%M"))
}

/// `Sat 21-Nov-2026 03:12`: what a screen is "as at".
pub fn moment(moment: &Moment) -> String {
    let at = moment.local();
    let weekday = WEEKDAYS.iter().zip(0..).find(|(_, i)| *i == at.weekday().num_days_from_monday());
    format!("{} {}", weekday.map_or("", |(name, _)| name), date_time(at))
}

/// `21-Nov-2026 08:05` on the ward's clock, or the day alone where no time was written down.
pub fn when(when: &When, zone: Tz) -> String {
    match when {
        When::Date(day) => date(*day),
        When::Local(at) => date_time(*at),
        When::Instant(at) => date_time(at.with_timezone(&zone).naive_local()),
    }
}

/// The time alone if it was today, else with its day: `08:05`, `20-Nov-2026 22:40`.
pub fn clock(at: NaiveDateTime, today: NaiveDate) -> String {
    if at.date() == today { at.format("%H:%M").to_string() } else { date_time(at) }
}

/// A dose: `12.5 mg`, `100 mg`.
pub fn mg(dose: Decimal) -> String {
    format!("{} mg", dose.normalize())
}

/// A day's dose by its parts: `100 + 150 mg = 250 mg/day`, `12.5 mg/day`. Parts are morning, midday, evening.
pub fn dose(dose: &Dose) -> String {
    let parts: Vec<String> = [&dose.morning_mg, &dose.midday_mg, &dose.evening_mg]
        .into_iter()
        .flatten()
        .map(|part| part.exact().normalize().to_string())
        .collect();
    match (dose.total_mg(), parts.len()) {
        (_, 0) => "no dose".to_owned(),
        (Some(total), 1) => format!("{}/day", mg(total)),
        (Some(total), _) => format!("{} mg = {}/day", parts.join(" + "), mg(total)),
        (None, _) => format!("{} mg", parts.join(" + ")),
    }
}

/// `OKAFOR, Adaeze`.
pub fn name(name: &Name, charset: Charset) -> String {
    let family = name.family.to_uppercase();
    let part = |text: &str, missing: &str| {
        if text.trim().is_empty() { missing.to_owned() } else { Safe::within(text, charset).to_string() }
    };
    format!("{}, {}", part(&family, "NAME NOT RECORDED"), part(&name.given, NOT_RECORDED))
}

/// `born 12-Apr-1988 (38)`, or what is wrong with the date of birth.
pub fn born(patient: &Patient, today: NaiveDate) -> String {
    if let Some(day) = patient.fields.born {
        return match age(day, today) {
            Some(age) => format!("born {} ({age})", date(day)),
            None => format!("born {} IN THE FUTURE", date(day)),
        };
    }
    let bad = patient.faults.iter().any(|fault| &*fault.field == "born");
    format!("born {}", if bad { "NOT READABLE" } else { NOT_RECORDED })
}

/// Whole years lived; `None` before birth.
pub fn age(born: NaiveDate, today: NaiveDate) -> Option<u32> {
    today.years_since(born)
}

/// Sex in full.
pub fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "Female",
        Sex::Male => "Male",
        Sex::Other => "Other sex",
        Sex::Unknown => "Sex not recorded",
    }
}

/// A number by which the health service knows somebody: `NHS 999 000 0018`, `MRN 123`; a bad one says so.
pub fn identifier(identifier: &Identifier, charset: Charset) -> String {
    let value = Safe::within(&identifier.value, charset);
    if !identifier.is_nhs_number() {
        return match &*identifier.system {
            "mrn" => format!("MRN {value}"),
            system => format!("{} {value}", Safe::within(system, charset)),
        };
    }
    match identifier.nhs_number() {
        Some(number) => format!("NHS {number}"),
        None => format!("NHS {value} NOT VALID"),
    }
}

/// The number that the banner shows: the NHS number, else the first other one.
pub fn number(identifiers: &[Identifier], charset: Charset) -> String {
    let first = identifiers.iter().find(|one| one.is_nhs_number()).or_else(|| identifiers.first());
    first.map_or_else(|| format!("NHS {NOT_RECORDED}"), |one| identifier(one, charset))
}

/// In place of a bed, in lists.
pub const NO_BED: &str = "no bed";

/// `Bed B3`.
pub fn bed(bed: Option<&str>, charset: Charset) -> String {
    format!("Bed {}", bed.map_or_else(|| NOT_RECORDED.to_owned(), |bed| Safe::within(bed, charset).to_string()))
}

/// `uk-smpc, CPMS`, or that there is none.
pub fn protocol(patient: &Patient, charset: Charset) -> String {
    let Some(id) = patient.fields.protocol.as_deref() else { return "NO PROTOCOL".to_owned() };
    let id = Safe::within(id, charset);
    patient.fields.service.map_or_else(|| id.to_string(), |service| format!("{id}, {}", service_name(service)))
}

/// A UK monitoring service by its initials.
pub fn service_name(service: Service) -> &'static str {
    match service {
        Service::Cpms => "CPMS",
        Service::Dms => "DMS",
        Service::Ztas => "ZTAS",
    }
}

/// `BEN: no`.
pub fn ben(ben: Ben) -> &'static str {
    match ben {
        Ben::Confirmed => "BEN: confirmed",
        Ben::Suspected => "BEN: suspected, general bands",
        Ben::No => "BEN: no",
    }
}

/// A test by its name on the screen; one that the rules do not know by its id.
pub fn test(id: &str, tests: &Tests, charset: Charset) -> String {
    tests.get(id).map_or_else(|| Safe::within(id, charset).to_string(), |test| test.label.clone())
}

/// The number of a result with its comparator, with the digits as they were typed or sent: `0.40`, `<0.1`.
pub fn value(observation: &Observation) -> String {
    let sign = observation.comparator.map_or("", crate::ward::Comparator::as_str);
    // The digits are from a file, but `Number` holds nothing but digits, a point, a sign and an `e`.
    format!("{sign}{}", observation.value)
}

/// The unit of a result as it is shown: the usual spelling of the usual unit, any other as it was written.
pub fn unit(observation: &Observation, tests: &Tests, charset: Charset) -> String {
    let Some(unit) = observation.unit.as_deref() else { return "UNIT NOT RECORDED".to_owned() };
    let usual = |test: &&TestDef| tests.factor(test, unit) == Some(Decimal::ONE);
    let known = tests.get(&observation.test).filter(usual).map(|test| test.shown.clone());
    known.unwrap_or_else(|| Safe::within(unit, charset).to_string())
}

/// A result whole: `ANC 0.40 x10^9/L`. One that no rule can read says why.
pub fn result(observation: &Observation, tests: &Tests, charset: Charset) -> String {
    let unit = unit(observation, tests, charset);
    let space = if unit.is_empty() { "" } else { " " };
    let read = format!("{} {}{space}{unit}", test(&observation.test, tests, charset), value(observation));
    match tests.value(observation) {
        Ok(_) => read,
        Err(fault) => format!("{read} - {fault}"),
    }
}

/// The values of all results of one test at the time of this one that no void has taken out, lowest first, as they were
/// typed or sent: `0.40`, `1.40`. More than one: one of them is wrong.
pub fn values_at_one_time(patient: &Patient, entry: &EntryId) -> Vec<String> {
    let Some(Entry { at, kind: Kind::Observation(about), .. }) = patient.entry(entry) else { return Vec::new() };
    let voided = voided(&patient.entries);
    let mut same: Vec<&Observation> = patient
        .entries
        .iter()
        .filter(|other| other.at == *at && !voided.contains_key(&other.id))
        .filter_map(|other| match &other.kind {
            Kind::Observation(other) if other.test == about.test && other.unit == about.unit => Some(other),
            _ => None,
        })
        .collect();
    same.sort_by_key(|one| one.value.exact());
    same.into_iter().map(value).collect()
}

/// One count of a sample, in the unit of the column it stands in: `0.40`. In any other unit it carries its own.
pub fn count(patient: &Patient, entry: Option<&EntryId>, tests: &Tests, charset: Charset) -> Option<String> {
    let Kind::Observation(observation) = &patient.entry(entry?)?.kind else { return None };
    let factor = tests.get(&observation.test).zip(observation.unit.as_deref());
    let usual = factor.and_then(|(test, unit)| tests.factor(test, unit)) == Some(Decimal::ONE);
    let value = value(observation);
    Some(if usual { value } else { format!("{value} {}", unit(observation, tests, charset)) })
}

/// The ANC of a sample with its band: `0.40 RED`; a WBC alone says so: `WBC 2.1 RED`.
pub fn count_with_band(patient: &Patient, sample: &BloodCount, tests: &Tests, charset: Charset) -> String {
    let count = count(patient, sample.anc.as_ref(), tests, charset)
        .or_else(|| count(patient, sample.wbc.as_ref(), tests, charset).map(|wbc| format!("WBC {wbc}")))
        .unwrap_or_else(|| NOT_RECORDED.to_owned());
    match &sample.band {
        Some(band) => format!("{count} {}", Safe::within(&band.band, charset)),
        None => count,
    }
}

/// The word of a severity. Capitals for what somebody has to act on.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "CRITICAL",
        Severity::Warning => "WARNING",
        Severity::Notice => "notice",
        Severity::Ok => "ok",
    }
}

/// The symbol of a severity; its word always stands beside it.
pub fn symbol(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "!!",
        Severity::Warning => "!",
        Severity::Notice | Severity::Ok => "",
    }
}

/// A task in a word or two, as it is asked for on a ward.
pub fn task(task: Task) -> &'static str {
    match task {
        Task::Anc => "FBC",
        Task::Myocarditis => "troponin, CRP",
        Task::Constipation => "bowels",
        Task::Seizures => "seizures",
        Task::Vitals => "vitals",
        Task::Weight => "weight",
        Task::GlucoseLipids => "glucose, lipids",
        Task::Level => "level",
        Task::Supply => "supply",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::ward::{Comparator, Number};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn number_of(text: &str) -> Number {
        Number::parse(text).expect("a number")
    }

    fn observation(test: &str, value: &str, unit: Option<&str>) -> Observation {
        Observation {
            test: test.into(),
            value: number_of(value),
            unit: unit.map(Into::into),
            comparator: None,
            status: None,
            details: None,
            source: None,
        }
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(date(day("2026-11-21")), "21-Nov-2026");
        assert_eq!(date(day("2026-01-05")), "05-Jan-2026");
        let utc = When::parse("2026-06-30T23:30:00Z").expect("a time");
        assert_eq!(when(&utc, chrono_tz::Europe::London), "01-Jul-2026 00:30");
        assert_eq!(when(&When::Date(day("2026-06-30")), chrono_tz::UTC), "30-Jun-2026");
        let at = day("2026-11-21").and_hms_opt(3, 12, 0).expect("a time");
        let now = Moment { at: at.and_utc(), zone: chrono_tz::Europe::London };
        assert_eq!(moment(&now), "Sat 21-Nov-2026 03:12");
        assert_eq!(clock(at, now.today()), "03:12");
        assert_eq!(clock(at, day("2026-11-22")), "21-Nov-2026 03:12");
    }

    #[test]
    fn a_dose_has_a_leading_zero_and_no_trailing_one() {
        let shown = ["12.50", "25.0", "100", "0.5", "0"].map(|text| mg(number_of(text).exact()));
        assert_eq!(shown, ["12.5 mg", "25 mg", "100 mg", "0.5 mg", "0 mg"]);
        let part = |text| Some(number_of(text));
        let both = Dose { morning_mg: part("100"), midday_mg: None, evening_mg: part("150.0") };
        assert_eq!(dose(&both), "100 + 150 mg = 250 mg/day");
        assert_eq!(dose(&Dose { evening_mg: part("12.5"), ..Dose::default() }), "12.5 mg/day");
        assert_eq!(dose(&Dose::default()), "no dose");
    }

    #[test]
    fn a_result_keeps_its_digits_and_its_sign() {
        let rules = Rules::builtin().expect("the embedded rules");
        let shown = |o: &Observation| result(o, rules.tests(), Charset::Unicode);
        assert_eq!(shown(&observation("anc", "1.490", Some("10*9/L"))), "ANC 1.490 x10^9/L");
        assert_eq!(shown(&observation("anc", "1490", Some("/uL"))), "ANC 1490 /uL");
        let under = Observation { comparator: Some(Comparator::Less), ..observation("anc", "0.1", Some("K/uL")) };
        assert_eq!(shown(&under), "ANC <0.1 x10^9/L");
        assert!(shown(&observation("anc", "1.5", Some("furlongs"))).ends_with("UNIT NOT RECOGNISED - not assessed"));
        assert!(shown(&observation("anc", "1.5", None)).contains("UNIT NOT RECORDED"));
    }

    #[test]
    fn a_bad_number_is_marked_and_never_corrected() {
        let number = |system: &str, value: &str| {
            identifier(&Identifier { system: system.into(), value: value.into() }, Charset::Unicode)
        };
        assert_eq!(number("nhs-number", "9990000018"), "NHS 999 000 0018");
        assert_eq!(number("nhs-number", "9990000019"), "NHS 9990000019 NOT VALID");
        assert_eq!(number("mrn", "A\u{1b}[2J"), "MRN A‹U+001B›[2J");
        assert_eq!(super::number(&[], Charset::Unicode), "NHS Not recorded");
    }

    #[test]
    fn a_name_is_never_blank_and_never_steers() {
        let shown =
            |family: &str, given: &str| name(&Name { family: family.into(), given: given.into() }, Charset::Unicode);
        assert_eq!(shown("Okafor", "Adaeze"), "OKAFOR, Adaeze");
        assert_eq!(shown("", " "), "NAME NOT RECORDED, Not recorded");
        assert_eq!(shown("O\u{202e}k", "A"), "O‹U+202E›K, A");
        assert_eq!(age(day("1988-11-22"), day("2026-11-21")), Some(37));
    }
}
