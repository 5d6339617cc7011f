//! What the demo ward promises, whatever the moment at which it is made.
use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::*;
use crate::assess::{self, DueStatus, FlagKind, Severity, State, Task, WardAssessment};
use crate::rules::Rules;
use crate::ward::read::{self, Limits};
use crate::ward::{Ben, Kind, Setting, Ward};

fn moment(text: &str, zone: chrono_tz::Tz) -> Moment {
    let at = When::parse(text).unwrap().instant(zone).unwrap().unwrap();
    Moment { at, zone }
}

/// Moments at which days, hours and clock changes fall differently.
fn moments() -> Vec<Moment> {
    let (london, tokyo, york) = (chrono_tz::Europe::London, chrono_tz::Asia::Tokyo, chrono_tz::America::New_York);
    vec![
        moment("2026-11-21T03:12", london),
        moment("2026-11-21T00:01", london),
        moment("2026-11-21T23:59", london),
        moment("2026-03-29T12:00", london),
        moment("2026-10-25T08:00", london),
        moment("2028-02-29T08:00", tokyo),
        moment("2027-01-01T15:30", york),
        moment("2026-03-09T06:00", york),
    ]
}

struct Made {
    moment: Moment,
    ward: Ward,
    assessed: WardAssessment,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::builtin().unwrap());

/// The demo ward at each of the moments, made once for all tests.
static MADE: LazyLock<Vec<Made>> = LazyLock::new(|| moments().into_iter().map(made).collect());

fn made(moment: Moment) -> Made {
    let text = ward(&RULES, &moment).expect("a script without faults");
    let ward = read::ward(text.as_bytes(), &Limits::default()).expect("a valid ward file");
    let assessed = assess::ward(&ward, &RULES, &moment);
    Made { moment, ward, assessed }
}

fn each(test: impl Fn(&Ward, &WardAssessment, &Rules, &Moment)) {
    for made in &*MADE {
        test(&made.ward, &made.assessed, &RULES, &made.moment);
    }
}

#[test]
fn times_are_relative_to_the_moment() {
    let rules = Rules::builtin().unwrap();
    let script: Script = serde_json::from_str(include_str!("../../../../data/demo.json")).unwrap();
    let moment = moment("2026-03-31T07:30", chrono_tz::Europe::London);
    let writer = Writer { script: &script, rules: &rules, moment: &moment };
    let time = |text: &str| writer.time(Ago::parse(text).unwrap());
    assert_eq!(time("-3d"), "2026-03-28");
    assert_eq!(time("-3d 08:10"), "2026-03-28T08:10:00+00:00");
    assert_eq!(time("-1d 08:10"), "2026-03-30T08:10:00+01:00", "the clock went forward in between");
    assert_eq!(time("-2d 01:30"), "2026-03-29T02:30:00+01:00", "01:30 did not exist on that day");
    assert_eq!(time("-51h"), "2026-03-29T04:30:00+01:00");
    assert_eq!(time("+2d 21:00"), "2026-04-02T21:00:00+01:00");
    for not in ["12.5", "end", "d", "-3d8:10", "3 days", "anc", "D8", ""] {
        assert_eq!(Ago::parse(not), None, "{not}");
    }
    let (start, today) = (day(moment.today(), -20), moment.today());
    let of_course = |text: &str| Ago::of_course(text, start, today).map(|ago| writer.time(ago));
    assert_eq!(of_course("D1 07:10").as_deref(), Some("2026-03-11T07:10:00+00:00"));
    assert_eq!(of_course("D8").as_deref(), Some("2026-03-18"));
    assert_eq!(of_course("M1 07:10").as_deref(), Some("2026-04-11T07:10:00+01:00"));
    for not in ["D", "D8 7", "M-1", "W3", ""] {
        assert_eq!(of_course(not), None, "{not}");
    }
}

#[test]
fn everybody_is_fictional() {
    each(|ward, _, _, _| {
        assert_eq!(ward.patients.len(), 24);
        let numbers: BTreeSet<String> = ward
            .patients
            .iter()
            .flat_map(|patient| &patient.fields.identifiers)
            .map(|identifier| identifier.nhs_number().expect("the check digit holds").to_string())
            .collect();
        assert_eq!(numbers.len(), 24);
        assert!(numbers.iter().all(|number| number.starts_with("999 ")), "{numbers:?}");
    });
}

#[test]
fn every_kind_of_flag_of_the_program_is_shown() {
    each(|_, assessed, _, moment| {
        let flags: Vec<_> = assessed.patients.iter().flat_map(|one| &one.flags).collect();
        for kind in FlagKind::ALL {
            assert!(flags.iter().any(|flag| flag.kind == *kind), "no {} at {moment:?}", kind.as_str());
        }
        for severity in [Severity::Warning, Severity::Critical] {
            for kind in [FlagKind::AncBand, FlagKind::Constipation] {
                let found = flags.iter().any(|flag| flag.kind == kind && flag.severity == severity);
                assert!(found, "no {} {severity:?} at {moment:?}", kind.as_str());
            }
        }
        assert!(flags.iter().any(|flag| flag.acknowledged.is_some()));
        assert!(flags.iter().any(|flag| flag.acknowledged.is_none()));
    });
}

#[test]
fn every_pane_has_something_in_it() {
    each(|_, assessed, _, moment| {
        let anc = |status| {
            let found = assessed.patients.iter().filter_map(|one| one.due(Task::Anc)).any(|due| due.status == status);
            assert!(found, "no FBC {status:?} at {moment:?}");
        };
        anc(DueStatus::Overdue);
        anc(DueStatus::Due);
        anc(DueStatus::Upcoming);
        assert!(assessed.patients.iter().any(|one| one.in_titration));
        let checks = assessed.patients.iter().flat_map(|one| &one.due).filter(|due| due.task > Task::Myocarditis);
        assert!(checks.clone().any(|due| due.status == DueStatus::Overdue), "{moment:?}");
        assert!(checks.clone().any(|due| due.status == DueStatus::Due), "{moment:?}");
        assert!(assessed.counts.no_next_test > 0);
        assert!(assessed.counts.cannot_assess >= 2);
        assert!(assessed.patients.iter().any(|one| one.severity == Severity::Ok), "somebody is well");
    });
}

#[test]
fn every_sort_of_patient_is_there() {
    each(|ward, assessed, _, moment| {
        for state in [State::NotStarted, State::OnTreatment, State::OnBreak, State::Stopped] {
            assert!(assessed.patients.iter().any(|one| one.state == state), "{state:?} at {moment:?}");
        }
        let has = |test: fn(&crate::ward::PatientFields) -> bool| ward.patients.iter().any(|one| test(&one.fields));
        assert!(has(|one| one.ben == Ben::Confirmed));
        assert!(has(|one| one.setting == Setting::Outpatient));
        assert!(has(|one| one.step_down_authorised.is_some()));
        assert!(has(|one| one.protocol.is_none()));
        assert!(has(|one| !one.name.given.is_ascii()));
        for protocol in ["us-label", "uk-smpc", "trs-article", "ca-registry", "rechallenge"] {
            assert!(ward.patients.iter().any(|one| one.fields.protocol.as_deref() == Some(protocol)), "{protocol}");
        }
        let beds: Vec<_> = ward.patients.iter().filter_map(|one| one.fields.bed.as_deref()).collect();
        assert_eq!(beds.iter().collect::<BTreeSet<_>>().len(), beds.len(), "a bed has one patient");
        let two_years = |one: &&crate::ward::Patient| {
            one.entries
                .iter()
                .filter_map(|e| e.at)
                .any(|at| moment.today() - at.date(moment.zone) > TimeDelta::days(720))
        };
        assert!(ward.patients.iter().filter(two_years).count() >= 3);
    });
}

#[test]
fn a_red_count_stays_open_beside_a_later_green_one() {
    each(|_, assessed, _, moment| {
        let briggs = assessed.patients.iter().find(|one| one.patient.as_str() == "briggs").unwrap();
        assert_eq!(briggs.anc_band.as_ref().map(|band| &*band.band), Some("GREEN"), "{moment:?}");
        assert!(briggs.flags.iter().any(|flag| flag.key == "anc-band:briggs-red" && flag.acknowledged.is_none()));
        let lindqvist = assessed.patients.iter().find(|one| one.patient.as_str() == "lindqvist").unwrap();
        assert_eq!(lindqvist.anc_band.as_ref().map(|band| &*band.band), Some("INCOMPLETE"));
    });
}

#[test]
fn nothing_is_wrong_with_it_but_the_one_unknown_unit() {
    each(|ward, _, rules, moment| {
        assert_eq!(read::content_faults(ward), []);
        let faults = assess::content_faults(ward, rules, moment);
        let found: Vec<_> = faults.iter().map(|(_, entry, fault)| (entry.id.as_str(), fault.code)).collect();
        assert_eq!(found, [("ostrowski-unit", "unknown-unit")], "{moment:?}");
        for (_, entry) in ward.entries() {
            let recorded = entry.recorded.as_ref().expect("everything was recorded by somebody");
            assert!(recorded.at <= moment.at, "{} at {moment:?}", entry.id);
        }
        let voided = ward.entries().filter_map(|(_, entry)| match &entry.kind {
            Kind::Void(void) => Some(&void.entry),
            _ => None,
        });
        for id in voided {
            assert!(ward.entries().any(|(_, entry)| entry.id == *id), "{id} is there");
        }
    });
}
