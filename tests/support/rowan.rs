//! Rowan Ward, made up: twenty-four patients at 03:12 on 21-Nov-2026, with what other rules might say of them, so that
//! what is drawn can be tested apart from what is assessed.
use chrono::{DateTime, NaiveDate};
use wardround::assess::{
    Acknowledged, AncBand, Assessment, BloodCount, CannotAssess, DoseNow, Due, DueStatus, Flag, FlagKind, LastBlood,
    Severity, State, Task, Why,
};
use wardround::rules::Rules;
use wardround::tui::app::App;
use wardround::tui::banner::FileState;
use wardround::tui::data::Data;
use wardround::tui::theme::{Palette, Theme};
use wardround::ward::{EntryId, Moment, Number, PatientId, Ward, When, read};

/// Bed, family name, given name, date of birth, protocol.
const PEOPLE: &[(&str, &str, &str, &str, &str)] = &[
    ("B3", "Okafor", "Adaeze", "1988-04-12", "uk-smpc"),
    ("A1", "Briggs", "Thomas", "1961-01-30", "uk-smpc"),
    ("C4", "Mensah", "Kofi", "1990-07-07", "uk-smpc"),
    ("B9", "Lindqvist", "Karin", "1977-12-01", "uk-smpc"),
    ("A6", "Holloway", "Jean", "1955-03-19", "us-label"),
    ("C2", "Iqbal", "Yusuf", "1999-09-09", "uk-smpc"),
    ("D1", "Pereira", "Luis", "1984-02-29", ""),
    ("D4", "Adeyemi", "Grace", "1993-11-21", "uk-smpc"),
    ("C7", "Nowak", "Ewa", "1970-05-05", "uk-smpc"),
    ("A3", "Fraser", "Iain", "1982-08-14", "trs-article"),
    ("B1", "Oyelaran", "Sade", "1996-06-06", "uk-smpc"),
    ("A2", "Petrov", "Ivan", "1968-10-10", "uk-smpc"),
    ("A4", "Chowdhury", "Nadia", "1991-01-11", "uk-smpc"),
    ("A5", "Walsh", "Declan", "1979-04-23", "us-label"),
    ("A7", "Santos", "Maria", "1986-12-24", "uk-smpc"),
    ("A8", "Kowalski", "Piotr", "1974-07-31", "uk-smpc"),
    ("B2", "Huang", "Mei", "2001-02-14", "uk-smpc"),
    ("B4", "Jones", "Rhys", "1965-03-01", "us-label"),
    ("B5", "Abebe", "Selam", "1989-09-12", "uk-smpc"),
    ("B6", "Murphy", "Aoife", "1994-03-17", "uk-smpc"),
    ("C1", "Schmidt", "Anna", "1959-11-02", "uk-smpc"),
    ("C3", "Rossi", "Paolo", "1981-06-02", "uk-smpc"),
    ("C5", "Nguyen", "Linh", "1998-01-28", "us-label"),
    ("D2", "Dubois", "Claire", "1972-07-14", "uk-smpc"),
];

/// Entries of a patient by bed: JSON, so that what is shown was read from a file.
fn entries(bed: &str) -> &'static str {
    match bed {
        "B3" => {
            r#"{"id":"e1","kind":"course","event":"start","at":"2026-10-20T21:00:00+01:00","reason":"initiation","regimen":"trs-article","recorded":{"at":"2026-10-20T21:05:00+01:00","by":"aosei"}},
            {"id":"e2","kind":"result","test":"anc","at":"2026-11-09T08:05:00+00:00","value":2.15,"unit":"10*9/L","recorded":{"at":"2026-11-09T10:15:00+00:00","by":"jlee"}},
            {"id":"e3","kind":"result","test":"wbc","at":"2026-11-09T08:05:00+00:00","value":4.0,"unit":"10*9/L","recorded":{"at":"2026-11-09T10:15:00+00:00","by":"jlee"}},
            {"id":"e4","kind":"result","test":"anc","at":"2026-11-16T08:10:00+00:00","value":1.62,"unit":"10*9/L","recorded":{"at":"2026-11-16T11:40:00+00:00","by":"jlee"}},
            {"id":"e5","kind":"result","test":"wbc","at":"2026-11-16T08:10:00+00:00","value":3.4,"unit":"10*9/L","recorded":{"at":"2026-11-16T11:40:00+00:00","by":"jlee"}},
            {"id":"e6","kind":"result","test":"anc","at":"2026-11-20T19:40:00+00:00","value":0.40,"unit":"10*9/L","recorded":{"at":"2026-11-20T20:02:00+00:00","by":"aosei"}},
            {"id":"e7","kind":"result","test":"wbc","at":"2026-11-20T19:40:00+00:00","value":2.1,"unit":"10*9/L","recorded":{"at":"2026-11-20T20:02:00+00:00","by":"aosei"}},
            {"id":"e8","kind":"dose","at":"2026-11-18","morning_mg":100,"evening_mg":150.0,"recorded":{"at":"2026-11-18T09:00:00+00:00","by":"jlee"}},
            {"id":"e9","kind":"checklist","list":"constipation","at":"2026-11-20T08:00:00+00:00","answers":{"last_bm":"2026-11-18","pain":false},"recorded":{"at":"2026-11-20T08:01:00+00:00","by":"nsmith"}},
            {"id":"e10","kind":"result","test":"temperature","at":"2026-11-20T08:00:00+00:00","value":36.9,"unit":"Cel","recorded":{"at":"2026-11-20T08:01:00+00:00","by":"nsmith"}},
            {"id":"e11","kind":"result","test":"weight","at":"2026-11-19T08:00:00+00:00","value":712,"unit":"kg","recorded":{"at":"2026-11-19T08:01:00+00:00","by":"nsmith"}},
            {"id":"e12","kind":"void","entry":"e11","reason":"typed 712 for 71.2","recorded":{"at":"2026-11-19T08:03:00+00:00","by":"nsmith"}}"#
        }
        "A1" => {
            r#"{"id":"b1","kind":"result","test":"anc","at":"2026-11-18T08:00:00+00:00","value":1.21,"unit":"10*9/L"},
            {"id":"b2","kind":"result","test":"anc","at":"2026-11-20T08:00:00+00:00","value":2.61,"unit":"10*9/L"}"#
        }
        "C4" => {
            r#"{"id":"m1","kind":"result","test":"anc","at":"2026-11-20T08:20:00+00:00","value":1.80,"unit":"10*9/L"},
            {"id":"m2","kind":"acknowledge","flag":"anc-band:m1","action":"Twice weekly FBC arranged","at":"2026-11-20T10:00:00+00:00","recorded":{"at":"2026-11-20T10:00:00+00:00","by":"jlee"}}"#
        }
        "B9" => {
            r#"{"id":"l1","kind":"result","test":"anc","at":"2026-11-20T08:30:00+00:00","value":2.9,"unit":"10*9/L"}"#
        }
        "A6" => {
            r#"{"id":"h1","kind":"result","test":"anc","at":"2026-11-09T08:30:00+00:00","value":3100,"unit":"/uL"}"#
        }
        "A3" => r#"{"id":"f1","kind":"dose","at":"2026-11-20","evening_mg":150}"#,
        _ => "",
    }
}

/// The ward as a file.
pub fn json() -> String {
    let patients: Vec<String> = PEOPLE
        .iter()
        .zip(1u32..)
        .map(|((bed, family, given, born, protocol), number)| {
            let protocol =
                if protocol.is_empty() { String::new() } else { format!(r#""protocol":"{protocol}","#) };
            let service = if protocol.contains("uk-smpc") { r#""service":"cpms","# } else { "" };
            format!(
                r#"{{"id":"p{number}","name":{{"family":"{family}","given":"{given}"}},"born":"{born}","sex":"{}",
                "identifiers":[{{"system":"nhs-number","value":"{}"}}],"bed":"{bed}",{protocol}{service}"entries":[{}]}}"#,
                if number % 2 == 0 { "male" } else { "female" },
                nhs(number),
                entries(bed)
            )
        })
        .collect();
    format!(
        r#"{{"format":"wardround/1","ward":{{"name":"Rowan Ward","site":"St Aldhelm's","time_zone":"Europe/London"}},
        "patients":[{}]}}"#,
        patients.join(",\n")
    )
}

/// A number of the 999 series with its check digit; those without one are left out by counting on.
fn nhs(number: u32) -> String {
    (number..)
        .map(|n| format!("99900{:04}", n * 7))
        .find_map(|nine| (0..=9).map(|check| format!("{nine}{check}")).find(|ten| is_valid(ten)))
        .expect("a number")
}

fn is_valid(ten: &str) -> bool {
    wardround::ward::NhsNumber::parse(ten).is_some()
}

/// The ward as it was read.
pub fn ward() -> Ward {
    read::ward(json().as_bytes(), &read::Limits::default()).expect("a ward file")
}

/// 03:12 on 21-Nov-2026.
pub fn moment() -> Moment {
    let at = DateTime::parse_from_rfc3339("2026-11-21T03:12:00+00:00").expect("a time").to_utc();
    Moment { at, zone: chrono_tz::Europe::London }
}

/// The state of its file.
pub fn file() -> FileState {
    let saved = DateTime::parse_from_rfc3339("2026-11-21T02:57:00+00:00").expect("a time").to_utc();
    FileState { name: "rowan.json".to_owned(), saved_at: Some(saved), ..FileState::default() }
}

/// The ward with what is said of it here.
pub fn data(theme: Theme) -> Data {
    let rules = Rules::builtin().expect("the embedded rules");
    let ward = ward();
    let assessed = assessments(&ward);
    Data::new(ward, rules, moment(), "aosei".to_owned(), theme).with_assessments(assessed)
}

/// The home screen.
pub fn app(size: (u16, u16)) -> App {
    App::of(data(Theme::new(Palette::Colour, false)), file(), size)
}

fn when(text: &str) -> When {
    When::parse(text).expect("a time")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn mg(text: &str) -> rust_decimal::Decimal {
    Number::parse(text).expect("a dose").exact()
}

fn due(task: Task, status: DueStatus, date: &str, why: &str) -> Due {
    let due = day(date);
    let late = (moment().today() - due).num_days();
    Due {
        task,
        due: (status != DueStatus::Undefined).then_some(due),
        status,
        days_overdue: if status == DueStatus::Overdue { late } else { 0 },
        blood: None,
        why: Why::Words(why.into()),
        rule: "uk-smpc#schedule".into(),
    }
}

fn flag(kind: FlagKind, severity: Severity, entry: &str, since: &str, title: &str, action: &str, why: &str) -> Flag {
    Flag {
        key: format!("{}:{entry}", kind.as_str()),
        kind,
        severity,
        title: title.to_owned(),
        action: action.to_owned(),
        why: why.to_owned(),
        entry: EntryId::new(entry),
        since: when(since),
        rule: "uk-smpc#band.red".into(),
        acknowledged: None,
    }
}

fn count(at: &str, anc: &str, wbc: Option<&str>, band: &str, severity: Severity) -> BloodCount {
    let entry = EntryId::new(anc);
    let band = AncBand { band: band.into(), at: when(at), entry: entry.clone(), severity };
    BloodCount { at: when(at), anc: Some(entry), wbc: wbc.map(EntryId::new), band: Some(band) }
}

/// What is said of everybody.
pub fn assessments(ward: &Ward) -> Vec<Assessment> {
    ward.patients
        .iter()
        .map(|patient| {
            let mut one = quiet(&patient.id);
            say(&mut one, patient.fields.bed.as_deref().unwrap_or_default());
            let worst = one.flags.iter().map(|flag| flag.severity).max();
            let due = one.due.iter().any(|due| due.status != DueStatus::Upcoming) || !one.cannot_assess.is_empty();
            one.severity = worst.unwrap_or(if due { Severity::Notice } else { Severity::Ok });
            one
        })
        .collect()
}

/// Somebody of whom nothing is due for a week.
fn quiet(id: &PatientId) -> Assessment {
    Assessment {
        level: None,
        patient: id.clone(),
        state: State::OnTreatment,
        treatment_day: Some(200),
        titration_day: Some(200),
        severity: Severity::Ok,
        anc_band: None,
        newest: None,
        dose: None,
        in_titration: false,
        hours_since_dose: None,
        due: vec![due(Task::Anc, DueStatus::Upcoming, "2026-11-28", "weekly")],
        flags: Vec::new(),
        cannot_assess: Vec::new(),
    }
}

#[allow(clippy::too_many_lines)] // one patient after another
fn say(one: &mut Assessment, bed: &str) {
    use DueStatus::{Due as Today, Overdue};
    use Severity::{Critical, Ok, Warning};
    match bed {
        "B3" => {
            one.treatment_day = Some(33);
            one.titration_day = Some(33);
            one.newest = Some(count("2026-11-20T19:40:00+00:00", "e6", Some("e7"), "RED", Critical));
            one.dose = Some(DoseNow {
                entry: EntryId::new("e8"),
                since: day("2026-11-18"),
                total_mg: mg("250.0"),
                before_mg: Some(mg("225")),
                at_most_mg: None,
            });
            one.due = vec![due(Task::Anc, Today, "2026-11-21", "daily until 2 GREEN")];
            one.flags = vec![
                flag(
                    FlagKind::AncBand,
                    Critical,
                    "e6",
                    "2026-11-20T19:40:00+00:00",
                    "ANC 0.40 RED",
                    "Stop clozapine (uk-smpc RED): call haematology; FBC daily until 2 GREEN.",
                    "ANC 0.40 is under 1.50.",
                ),
                flag(
                    FlagKind::Constipation,
                    Warning,
                    "e9",
                    "2026-11-20T08:00:00+00:00",
                    "Bowels not opened for 2 days, last 18-Nov-2026",
                    "Ask and examine today; review laxatives.",
                    "2 days from 18-Nov-2026 to 20-Nov-2026.",
                ),
            ];
        }
        "A1" => {
            one.newest = Some(count("2026-11-20T08:00:00+00:00", "b2", None, "GREEN", Ok));
            let (action, why) = ("Stop clozapine (uk-smpc RED): call haematology.", "ANC 1.21 is under 1.50.");
            one.flags =
                vec![flag(FlagKind::AncBand, Critical, "b1", "2026-11-18T08:00:00+00:00", "ANC 1.21 RED", action, why)];
        }
        "C4" => {
            one.newest = Some(count("2026-11-20T08:20:00+00:00", "m1", None, "AMBER", Warning));
            let (action, why) = ("Twice weekly FBC until GREEN (uk-smpc AMBER).", "ANC 1.80 is under 2.00.");
            let mut seen =
                flag(FlagKind::AncBand, Warning, "m1", "2026-11-20T08:20:00+00:00", "ANC 1.80 AMBER", action, why);
            seen.acknowledged =
                Some(Acknowledged { entry: EntryId::new("m2"), action: "Twice weekly FBC arranged".into() });
            one.flags = vec![seen];
        }
        "B9" => {
            one.newest = Some(count("2026-11-20T08:30:00+00:00", "l1", None, "INCOMPLETE", Warning));
            let (action, why) = ("Ask the laboratory for the WBC.", "The protocol reads WBC, and there is none.");
            one.flags = vec![flag(
                FlagKind::AncBand,
                Warning,
                "l1",
                "2026-11-20T08:30:00+00:00",
                "INCOMPLETE: no WBC",
                action,
                why,
            )];
        }
        "A6" => {
            one.newest = Some(count("2026-11-09T08:30:00+00:00", "h1", None, "NORMAL", Ok));
            let mut anc = due(Task::Anc, Overdue, "2026-11-16", "weekly: 09-Nov-2026 + 7 days");
            anc.blood = LastBlood { valid_until: Some(day("2026-11-19")), ..LastBlood::default() }.kept();
            one.due = vec![anc];
        }
        "C2" => {
            let mut anc = due(Task::Anc, Overdue, "2026-11-20", "weekly");
            anc.blood =
                LastBlood { sampled_at: Some(when("2026-11-20T01:10:00+00:00")), ..LastBlood::default() }.kept();
            one.due = vec![anc];
            let (action, why) = ("Ring the laboratory.", "Blood was taken 26 h ago.");
            one.flags = vec![flag(
                FlagKind::ResultAwaited,
                Warning,
                "s1",
                "2026-11-20T01:10:00+00:00",
                "No result after 26 h",
                action,
                why,
            )];
        }
        "D1" => {
            one.due = Vec::new();
            let why = "no protocol chosen".to_owned();
            one.cannot_assess = vec![CannotAssess { code: "no-protocol", why, entry: None }];
        }
        "D4" => {
            one.due = vec![
                due(Task::Anc, Today, "2026-11-21", "weekly"),
                due(Task::Constipation, Overdue, "2026-11-20", "daily: last asked 19-Nov-2026"),
            ];
        }
        "C7" => {
            one.state = State::OnBreak;
            let (action, why) =
                ("Retitrate from 12.5 mg (48 h or more).", "51 h since the last dose of 19-Nov-2026 00:10.");
            one.flags = vec![flag(
                FlagKind::Retitrate,
                Critical,
                "n1",
                "2026-11-21T00:10:00+00:00",
                "NO DOSE for 51 h: retitrate",
                action,
                why,
            )];
        }
        "A3" => {
            one.titration_day = Some(12);
            one.treatment_day = Some(12);
            one.in_titration = true;
            one.dose = Some(DoseNow {
                entry: EntryId::new("f1"),
                since: day("2026-11-20"),
                total_mg: mg("150"),
                before_mg: None,
                at_most_mg: Some(mg("200")),
            });
            one.due.extend([
                due(Task::Vitals, Today, "2026-11-21", "daily for 28 days"),
                due(Task::Constipation, Today, "2026-11-21", "daily"),
                due(Task::Seizures, Today, "2026-11-21", "weekly"),
            ]);
        }
        "B1" => {
            let (action, why) =
                ("See at once: stop constipating medicines, call the on-call doctor.", "4 days and distension.");
            one.flags = vec![flag(
                FlagKind::Constipation,
                Critical,
                "o1",
                "2026-11-20T09:00:00+00:00",
                "BOWELS: 4 days not opened, distension",
                action,
                why,
            )];
        }
        _ => {}
    }
}
