//! A patient's own fields: who they are and under which rules they are monitored.
use chrono::NaiveDate;

use super::fault::{ContentFault, Position};
use super::text::{Fields, Text};
use super::{Change, Entry, EntryId, Kind, NhsNumber, Number, PatientId, json, write};

/// The fields that a `change` may change: all but the id and the entries.
const CHANGEABLE: &[&str] = &[
    "name",
    "born",
    "sex",
    "identifiers",
    "bed",
    "protocol",
    "service",
    "ben",
    "baseline_anc",
    "duffy_null",
    "smoker",
    "setting",
    "active",
    "step_down_authorised",
];

/// One person on the ward, with everything recorded of them.
#[derive(Debug, Clone)]
pub struct Patient {
    /// Unique in the file.
    pub id: PatientId,
    /// What is known of them at present; `change` entries hold the past.
    pub fields: PatientFields,
    /// What happened, in file order, which means nothing.
    pub entries: Vec<Entry>,
    /// Faults in the patient's own fields: kept, marked, and read by no rule.
    pub faults: Vec<ContentFault>,
    /// Where the patient stands in the file that was read.
    pub position: Position,
    /// All fields but `entries`, raw, in file order: what is written back.
    pub(crate) raw: Fields,
}

impl Patient {
    /// A new patient, with the JSON text that the file will hold; what holds of an absent field is left out.
    #[must_use]
    pub fn compose(id: PatientId, fields: PatientFields) -> Self {
        let text = write::patient_fields(&id, &fields);
        super::read::patient(&text).unwrap_or_else(|_| Self {
            id,
            fields,
            entries: Vec::new(),
            faults: Vec::new(),
            position: Position::default(),
            raw: json::fields(text),
        })
    }

    /// The patient with those of `more` that are not there yet, by id.
    #[must_use]
    pub fn with_entries(&self, more: &[Entry]) -> Self {
        let mut patient = self.clone();
        for entry in more {
            if patient.entry(&entry.id).is_none() {
                patient.add(entry.clone());
            }
        }
        patient
    }

    /// Adds an entry. A field that it changes, or whose change it voids, then holds what the changes say: the `to` of
    /// the latest one, or what stood there before the first, if every one is void.
    pub fn add(&mut self, entry: Entry) {
        let field = match &entry.kind {
            Kind::Change(change) => Some(change.field.clone()),
            Kind::Void(void) => self.entry(&void.entry).and_then(|voided| match &voided.kind {
                Kind::Change(change) => Some(change.field.clone()),
                _ => None,
            }),
            _ => None,
        };
        self.entries.push(entry);
        let value = field.as_ref().and_then(|field| Some((field, self.said_by_changes(field)?)));
        if let Some((field, value)) = value
            && let Some(changed) = self.with_field(field, Some(&value))
        {
            let Self { fields, faults, raw, .. } = changed;
            (self.fields, self.faults, self.raw) = (fields, faults, raw);
        }
    }

    /// Whether a change can be made: a field that the format knows, and a value that it can hold.
    pub fn can_change(&self, change: &Change) -> bool {
        self.with_field(&change.field, change.to.as_deref())
            .is_some_and(|changed| changed.faults.iter().all(|fault| self.faults.contains(fault)))
    }

    /// What a field holds, as JSON text; `None` if it is absent.
    pub fn raw_field(&self, field: &str) -> Option<&str> {
        let name = format!("\"{field}\"");
        self.raw.iter().find(|(known, _)| *known == name).map(|(_, raw)| raw).filter(|raw| *raw != "null")
    }

    /// Whether a field holds this JSON text; none, like `null`, is the absent field.
    pub fn holds(&self, field: &str, value: Option<&str>) -> bool {
        match (self.raw_field(field), value.filter(|raw| *raw != "null")) {
            (Some(known), Some(value)) => json::same(known, value, None),
            (known, value) => known.is_none() && value.is_none(),
        }
    }

    /// The latest change of a field that is not void.
    pub fn last_change(&self, field: &str) -> Option<&Entry> {
        let voided = super::voided(&self.entries);
        self.changes(field).into_iter().rfind(|(entry, _)| !voided.contains_key(&entry.id)).map(|(entry, _)| entry)
    }

    /// The changes of a field in the order in which they were recorded.
    fn changes(&self, field: &str) -> Vec<(&Entry, &Change)> {
        let changes = self.entries.iter().filter_map(|entry| match &entry.kind {
            Kind::Change(change) if *change.field == *field => Some((entry, change)),
            _ => None,
        });
        let mut changes: Vec<_> = changes.collect();
        changes.sort_by_key(|(entry, _)| entry.recorded.as_ref().map(|recorded| recorded.at));
        changes
    }

    /// What the changes of a field leave in it, as raw JSON (`null`: nothing); `None` without any change.
    fn said_by_changes(&self, field: &str) -> Option<String> {
        let changes = self.changes(field);
        let voided = super::voided(&self.entries);
        let value = match changes.iter().rfind(|(entry, _)| !voided.contains_key(&entry.id)) {
            Some((_, latest)) => latest.to.as_deref(),
            None => changes.first()?.1.from.as_deref(),
        };
        Some(value.unwrap_or("null").to_owned())
    }

    /// The patient's own fields with another value of one of them; `None` if the format has no such field, or cannot
    /// hold the value there.
    fn with_field(&self, field: &str, value: Option<&str>) -> Option<Self> {
        if !CHANGEABLE.contains(&field) {
            return None;
        }
        let name = format!("\"{field}\"");
        let others = self.raw.iter().filter(|(known, _)| *known != name).map(|(known, raw)| format!("{known}: {raw}"));
        let members: Vec<_> =
            others.chain(value.filter(|raw| *raw != "null").map(|raw| format!("{name}: {raw}"))).collect();
        super::read::patient(&format!("{{ {} }}", members.join(", "))).ok().filter(|changed| changed.id == self.id)
    }

    /// Whether both were written with the same letters: then they mean the same, for what reading gives is decided by the
    /// text. Much cheaper than comparing what is meant, and costs nothing where both are one piece of memory.
    pub fn same_letters(&self, other: &Self) -> bool {
        let same = |(a, b): (&Entry, &Entry)| a.json == b.json;
        std::ptr::eq(self, other)
            || self.fields == other.fields
                && self.raw == other.raw
                && self.entries.len() == other.entries.len()
                && self.entries.iter().zip(&other.entries).all(same)
    }

    /// Whether both have the same fields; white space and order are ignored, entries are not looked at.
    pub fn same_fields(&self, other: &Self) -> bool {
        json::same(&write::fields_line(&self.raw), &write::fields_line(&other.raw), None)
    }

    /// The patient with all entries as JSON text on one line.
    pub fn to_json(&self) -> String {
        write::patient_line(self)
    }

    /// The entry with this id. Mostly the newest are asked for, and these mostly stand last.
    pub fn entry(&self, id: &EntryId) -> Option<&Entry> {
        self.entries.iter().rfind(|e| &e.id == id)
    }
}

impl PartialEq for Patient {
    /// The same letters and the same meaning, wherever they stand in a file.
    fn eq(&self, other: &Self) -> bool {
        let Self { id, fields, entries, faults, position: _, raw } = self;
        (id, fields, faults, raw) == (&other.id, &other.fields, &other.faults, &other.raw) && *entries == other.entries
    }
}

/// The fields of a patient that the program reads.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientFields {
    /// Family and given name.
    pub name: Name,
    /// Date of birth; absent: shown as "Not recorded".
    pub born: Option<NaiveDate>,
    /// FHIR administrative gender.
    pub sex: Sex,
    /// Numbers by which the health service knows them.
    pub identifiers: Vec<Identifier>,
    /// The bed, as the ward writes it.
    pub bed: Option<Box<str>>,
    /// Id of the monitoring protocol. There is no default: without one nothing is assessed by a protocol.
    pub protocol: Option<Text>,
    /// The UK monitoring service, on which some of the protocol's numbers depend.
    pub service: Option<Service>,
    /// Benign ethnic neutropenia.
    pub ben: Ben,
    /// Known baseline ANC, 10*9/L.
    pub baseline_anc: Option<Number>,
    /// Duffy-null (DARC-null) phenotype.
    pub duffy_null: bool,
    /// Smokes; absent: not recorded.
    pub smoker: Option<bool>,
    /// Inpatient or outpatient.
    pub setting: Setting,
    /// False: discharged or moved; in no pane and no count, still found by search.
    pub active: bool,
    /// The phase that the monitoring service has authorised.
    pub step_down_authorised: Option<StepDown>,
}

impl Default for PatientFields {
    /// What holds of a field that is absent, by the format's table.
    fn default() -> Self {
        Self {
            name: Name::default(),
            born: None,
            sex: Sex::Unknown,
            identifiers: Vec::new(),
            bed: None,
            protocol: None,
            service: None,
            ben: Ben::No,
            baseline_anc: None,
            duffy_null: false,
            smoker: None,
            setting: Setting::Inpatient,
            active: true,
            step_down_authorised: None,
        }
    }
}

/// A person's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// Family name.
    pub family: Box<str>,
    /// Given name or names.
    pub given: Box<str>,
}

/// A number by which a health service knows a person (FHIR `Identifier`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// `nhs-number`, `mrn`, or a URI.
    pub system: Text,
    /// As written.
    pub value: Box<str>,
}

/// The system of an NHS number.
pub(crate) const NHS_NUMBER: &str = "nhs-number";

impl Identifier {
    /// Whether it claims to be an NHS number.
    pub fn is_nhs_number(&self) -> bool {
        &*self.system == NHS_NUMBER
    }

    /// The NHS number, if it claims to be one and its check digit holds.
    pub fn nhs_number(&self) -> Option<NhsNumber> {
        self.is_nhs_number().then(|| NhsNumber::parse(&self.value)).flatten()
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$item_doc])* $item),+ }

        impl $name {
            /// Every value, in the order of the file format's table.
            pub const ALL: &'static [Self] = &[$(Self::$item),+];
            /// The word of the file.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$item => $word),+ }
            }
            /// The value that this word of the file means.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$item),)+ _ => None }
            }
        }
    };
}

words! {
    /// FHIR administrative gender.
    Sex { /// Female.
        Female = "female", /// Male.
        Male = "male", /// Other.
        Other = "other", /// Not known.
        Unknown = "unknown" }
}
words! {
    /// UK monitoring services.
    Service { /// Clozaril Patient Monitoring Service.
        Cpms = "cpms", /// Denzapine Monitoring Service.
        Dms = "dms", /// Zaponex Treatment Access System.
        Ztas = "ztas" }
}
words! {
    /// Benign ethnic neutropenia. Only `Confirmed` uses BEN bands.
    Ben { /// Confirmed by haematology and, where there is one, registered with the service.
        Confirmed = "confirmed", /// Thought likely: general bands hold.
        Suspected = "suspected", /// No.
        No = "no" }
}
words! {
    /// Where the patient is treated.
    Setting { /// On the ward.
        Inpatient = "inpatient", /// In the community.
        Outpatient = "outpatient" }
}
words! {
    /// A longer interval that the monitoring service has authorised.
    StepDown { /// Every two weeks.
        Fortnightly = "fortnightly", /// Every four weeks.
        FourWeekly = "four-weekly" }
}
