//! What the forms ask of the ward and its rules: which protocol reads the WBC, which break is open, what an entry
//! says in words.
use super::compose;
use super::sheet::{Problem, Scene};
use crate::assess;
use crate::rules::{Protocol, Rules};
use crate::safe::Charset;
use crate::tui::saving::Fact;
use crate::ward::{Change, CourseEvent, Entry, EntryId, Kind, Moment, Patient, Recorded, When, voided};
use crate::words::{self, Describe};

/// Why one of the facts is refused, and the field that it is shown beside.
pub(super) fn refusal(facts: &[Fact], scene: &Scene) -> Option<Problem> {
    one_by_one(facts, scene, |patient, entry| {
        let day = entry.at.map(|at| at.date(scene.moment().zone));
        if patient.fields.born.is_some_and(|born| day.is_some_and(|day| day < born)) {
            return Some(Problem::new("at", "that is before the birth"));
        }
        let refused = assess::refusal(patient, entry, scene.ctx.rules, scene.moment())?;
        let field = if let Kind::Observation(observation) = &entry.kind { &*observation.test } else { "at" };
        Some(Problem::new(field, refused.why))
    })
}

/// What has to be asked about the facts, which are kept whatever is answered.
pub(super) fn doubt(facts: &[Fact], scene: &Scene) -> Option<&'static str> {
    let asks = |patient: &Patient, entry: &Entry| assess::doubt(patient, entry, scene.ctx.rules, scene.moment());
    one_by_one(facts, scene, asks).map(|_| "ANC above WBC: read it again?")
}

/// The first answer about an entry of the facts, each held against the patient with those before it: an ANC against the
/// WBC beside it.
fn one_by_one<T>(facts: &[Fact], scene: &Scene, about: impl Fn(&Patient, &Entry) -> Option<T>) -> Option<T> {
    let mut patient = match (scene.patient, facts.first()) {
        (Some(patient), _) => patient.clone(),
        (None, Some(Fact::Patient(patient))) => Patient::compose(patient.id.clone(), patient.fields.clone()),
        _ => return None,
    };
    facts.iter().flat_map(compose::entries).find_map(|entry| {
        let said = about(&patient, entry);
        patient = patient.with_entries(std::slice::from_ref(entry));
        said
    })
}

/// Whether the patient's protocol judges the WBC as well as the ANC.
pub(super) fn reads_wbc(rules: &Rules, patient: &Patient) -> bool {
    let protocol = patient.fields.protocol.as_deref().and_then(|id| rules.protocol(id));
    protocol.is_some_and(|protocol| protocol.reads_wbc)
}

/// Whether figures of the protocol depend on the UK monitoring service.
pub(super) fn has_services(rules: &Rules, protocol: &str) -> bool {
    let depends = |protocol: &Protocol| protocol.phases.iter().any(|phase| phase.valid_days.is_some());
    rules.protocol(protocol).is_some_and(depends)
}

/// Ids of the protocols with their names.
pub(super) fn protocols(rules: &Rules) -> Vec<(String, String)> {
    rules
        .protocols()
        .iter()
        .map(|protocol| (protocol.id.clone(), format!("{}: {}", protocol.id, protocol.title)))
        .collect()
}

/// Ids of the regimens with their names, after the choice of none.
pub(super) fn regimens(rules: &Rules) -> Vec<(String, String)> {
    let none = (String::new(), "none: only the largest daily dose is watched".to_owned());
    let known = rules.regimens().iter().map(|one| (one.id.clone(), format!("{}: {}", one.id, one.title)));
    std::iter::once(none).chain(known).collect()
}

/// Whether an entry is voided, and the void stands.
pub(super) fn is_void(patient: &Patient, id: &EntryId) -> bool {
    voided(&patient.entries).contains_key(id)
}

/// The patient as if this had been recorded after everything else.
pub(super) fn with_kind(patient: &Patient, at: Option<When>, kind: Kind, moment: &Moment) -> Patient {
    // After every other change, whatever the clocks of those who made them.
    let last = moment.offset().checked_add_days(chrono::Days::new(36_500)).unwrap_or(moment.offset());
    let recorded = Recorded { at: last, by: "".into() };
    patient.with_entries(&[Entry::compose(EntryId::new("-"), at, kind, Some(recorded))])
}

/// The patient with this JSON text in a field; unchanged, if the field cannot hold it.
pub(super) fn with_field(patient: &Patient, field: &str, raw: Option<&str>, moment: &Moment) -> Patient {
    let change = Change { field: field.into(), from: None, to: raw.map(Into::into) };
    with_kind(patient, None, Kind::Change(change), moment)
}

/// The last dose before the break that is still open.
pub(super) fn open_break(patient: &Patient, moment: &Moment) -> Option<When> {
    let stands = |entry: &&Entry| !is_void(patient, &entry.id);
    let order = |at: &When| (at.date(moment.zone), at.instant(moment.zone).ok().flatten());
    let last_dose = patient
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::Break(_)))
        .filter(stands)
        .filter_map(|entry| entry.at)
        .max_by_key(order)?;
    let ended = patient.entries.iter().filter(stands).any(|entry| {
        let ends = match &entry.kind {
            Kind::Resume => true,
            Kind::Course(course) => course.event == CourseEvent::Start,
            _ => false,
        };
        ends && entry.at.is_some_and(|at| order(&at) > order(&last_dose))
    });
    (!ended).then_some(last_dose)
}

/// `OKAFOR, Adaeze`
pub(super) fn name(patient: &Patient) -> String {
    words::name(&patient.fields.name, Charset::Unicode)
}

/// `Bed B3`
pub(super) fn bed(patient: &Patient) -> String {
    words::bed(patient.fields.bed.as_deref(), Charset::Unicode)
}

/// `OKAFOR, Adaeze   NHS 999 000 0018   born 12-Apr-1988 (38)   Female`
pub(super) fn identity(patient: &Patient, moment: &Moment) -> String {
    let number = words::number(&patient.fields.identifiers, Charset::Unicode);
    let born = words::born(patient, moment.today());
    format!("{}   {number}   {born}   {}", name(patient), words::sex(patient.fields.sex))
}

/// An entry in one line: what it says, when it was, who typed it.
pub(super) fn entry_in_words(entry: &Entry, patient: &Patient, scene: &Scene) -> String {
    let describe = Describe { rules: scene.ctx.rules, zone: scene.moment().zone, charset: Charset::Unicode };
    let at = entry.at.map(|at| format!("   {}", words::when(&at, scene.moment().zone))).unwrap_or_default();
    format!("{}{at}   {}", describe.entry(entry, patient), describe.recorded(entry))
}
