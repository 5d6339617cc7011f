//! The demo ward as data: `data/demo.json` and a moment make a ward file whose dates end at that moment.
//!
//! The script says when things happened relative to the moment (`-3d 08:10`, `-51h`), and repeats what repeats (a
//! weekly count, a daily checklist). Everything else in it is the format `wardround/1` as it stands.
use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ago::{Ago, day};
use crate::rules::Rules;
use crate::ward::{Moment, When};

/// Why the script makes no ward: a defect of `data/demo.json`, which a test rules out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("demo.json: {0}")]
pub struct ScriptError(String);

impl From<serde_json::Error> for ScriptError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// A laboratory's answer takes about three hours to arrive.
const LABORATORY: TimeDelta = TimeDelta::minutes(190);
/// Anything else is typed soon after it happened.
const BEDSIDE: TimeDelta = TimeDelta::minutes(4);

/// The demo ward, as the text of a ward file, for this moment. `day` is written into it as `demo_day`.
///
/// # Errors
/// A fault of `data/demo.json`.
pub fn ward(rules: &Rules, moment: &Moment) -> Result<String, ScriptError> {
    let script: Script = serde_json::from_str(include_str!("../../../data/demo.json"))?;
    let writer = Writer { script: &script, rules, moment };
    let mut out = String::from("{\"format\": \"wardround/1\", \"demo_day\": ");
    let _ = write!(out, "\"{}\", \"ward\": {{", moment.today());
    for (key, value) in &script.ward.0 {
        let _ = write!(out, "\"{key}\": {value}, ");
    }
    let _ = write!(out, "\"time_zone\": \"{}\"}}, \"patients\": [", moment.zone.name());
    for (i, patient) in script.patients.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        out.push_str(&writer.patient(patient, i)?);
    }
    out.push_str("]}");
    Ok(out)
}

/// `data/demo.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[allow(dead_code)] // for readers of the file
    about: String,
    staff: Vec<String>,
    ward: Fields,
    routines: BTreeMap<String, Vec<Fields>>,
    patients: Vec<Invented>,
}

/// One invented patient.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invented {
    id: String,
    #[allow(dead_code)] // for readers of the file
    story: String,
    /// The first day of treatment, as `-32d`.
    start: String,
    fields: Fields,
    routines: Vec<String>,
    entries: Vec<Fields>,
}

/// A JSON object with its order and its digits.
struct Fields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Fields;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl Fields {
    fn raw(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.get())
    }

    fn read<T: for<'a> Deserialize<'a>>(&self, key: &str) -> Result<Option<T>, ScriptError> {
        self.raw(key).map(|raw| Ok(serde_json::from_str(raw)?)).transpose()
    }

    fn ago(&self, key: &str) -> Result<Ago, ScriptError> {
        Ago::parse(&self.read::<String>(key)?.unwrap_or_default()).ok_or_else(|| fault(key))
    }
}

/// What is being written of one patient.
struct Sheet {
    /// The first day of treatment.
    start: NaiveDate,
    /// Which of several values is theirs: in a routine, one for each patient.
    turn: usize,
    drafts: Vec<Draft>,
}

/// An entry before it has an id.
struct Draft {
    id: Option<String>,
    happened: DateTime<Utc>,
    recorded: DateTime<Utc>,
    body: String,
}

/// Turns the script into a file for one moment.
struct Writer<'a> {
    script: &'a Script,
    rules: &'a Rules,
    moment: &'a Moment,
}

impl Writer<'_> {
    fn patient(&self, patient: &Invented, number: usize) -> Result<String, ScriptError> {
        let Some(Ago::Day { days, .. }) = Ago::parse(&patient.start) else { return Err(fault("a bad start")) };
        let mut sheet = Sheet { start: day(self.moment.today(), days), turn: number, drafts: Vec::new() };
        for name in &patient.routines {
            for item in self.script.routines.get(name).ok_or_else(|| fault("an unknown routine"))? {
                self.item(item, &mut sheet)?;
            }
        }
        // A routine goes on after today.
        sheet.drafts.retain(|draft| draft.happened <= self.moment.at);
        sheet.turn = 0;
        for item in &patient.entries {
            self.item(item, &mut sheet)?;
        }
        let mut drafts = sheet.drafts;
        drafts.sort_by_key(|draft| draft.happened);
        let mut out = format!("{{\"id\": \"{}\"", patient.id);
        for (key, value) in &patient.fields.0 {
            let _ = write!(out, ", \"{key}\": {value}");
        }
        out.push_str(", \"entries\": [");
        for (n, draft) in drafts.iter().enumerate() {
            let id = draft.id.clone().unwrap_or_else(|| format!("{}-{:03}", patient.id, n + 1));
            let by = self.script.staff.get(n % self.script.staff.len().max(1)).map_or("", String::as_str);
            let at = When::Instant(Moment { at: draft.recorded, zone: self.moment.zone }.offset());
            let comma = if n == 0 { "" } else { ", " };
            let body = &draft.body;
            let _ =
                write!(out, "{comma}{{\"id\": \"{id}\"{body}, \"recorded\": {{\"at\": \"{at}\", \"by\": \"{by}\"}}}}");
        }
        out.push_str("]}");
        Ok(out)
    }

    /// One item of the script: an entry, a sample, or a row of either.
    fn item(&self, item: &Fields, sheet: &mut Sheet) -> Result<(), ScriptError> {
        let today = self.moment.today();
        let Some(every) = item.read::<String>("every")? else {
            let at = item.read::<String>("at")?.or(item.read("last_dose")?).or(item.read("recorded")?);
            let at = at.unwrap_or_default();
            let ago = Ago::parse(&at).or_else(|| Ago::of_course(&at, sheet.start, today));
            return self.once(item, ago.ok_or_else(|| fault("a bad time"))?, today, 0, sheet);
        };
        let mut ago = item.ago("from")?;
        let (Some(Ago::Day { days: every, .. }), Ago::Day { days: to, .. }) = (Ago::parse(&every), item.ago("to")?)
        else {
            return Err(fault("a row goes by days"));
        };
        let mut turn = 0;
        while let Ago::Day { days, clock } = ago
            && days <= to
            && every > 0
        {
            self.once(item, ago, day(today, days), turn, sheet)?;
            ago = Ago::Day { days: days + every, clock };
            turn += 1;
        }
        Ok(())
    }

    /// What happened at one time. Days inside it count from `base`; `turn` counts along a row.
    fn once(
        &self,
        item: &Fields,
        ago: Ago,
        base: NaiveDate,
        turn: usize,
        sheet: &mut Sheet,
    ) -> Result<(), ScriptError> {
        let id = item.read::<String>("id")?;
        if let Some(results) = item.read::<Fields>("results")? {
            let with = item.read::<Fields>("with")?;
            for (n, (test, values)) in results.0.iter().enumerate() {
                let values: Vec<String> = serde_json::from_str(values.get())?;
                let value = values.get((sheet.turn + turn) % values.len().max(1)).ok_or_else(|| fault("no value"))?;
                let known = self.rules.tests().get(test).ok_or_else(|| fault("an unknown test"))?;
                let delay = if matches!(&*known.group, "vital" | "body") { BEDSIDE } else { LABORATORY };
                let mut body = format!(", \"kind\": \"result\", \"test\": \"{test}\", \"at\": \"{}\"", self.time(ago));
                let _ = write!(body, ", \"value\": {value}, \"unit\": \"{}\"", known.unit);
                self.rest(&mut body, with.as_ref(), base);
                let id = id.clone().map(|id| if n == 0 { id } else { format!("{id}-{test}") });
                sheet.drafts.push(self.draft(id, ago, delay, body));
            }
            return Ok(());
        }
        let mut body = String::new();
        let row = item.read::<Fields>("each")?;
        if row.is_some() {
            let _ = write!(body, ", \"at\": \"{}\"", self.time(ago));
        }
        self.rest(&mut body, row.as_ref().or(Some(item)), base);
        sheet.drafts.push(self.draft(id, ago, BEDSIDE, body));
        Ok(())
    }

    /// The fields of an entry as they stand, their times made real.
    fn rest(&self, body: &mut String, fields: Option<&Fields>, base: NaiveDate) {
        for (key, value) in fields.into_iter().flat_map(|fields| &fields.0) {
            if !matches!(key.as_str(), "id" | "recorded") {
                let _ = write!(body, ", \"{key}\": {}", self.made_real(value.get(), base));
            }
        }
    }

    fn draft(&self, id: Option<String>, ago: Ago, delay: TimeDelta, body: String) -> Draft {
        let happened = self.instant(ago);
        let typed = if happened > self.moment.at { self.moment.at - TimeDelta::days(1) } else { happened + delay };
        Draft { id, happened, recorded: typed.min(self.moment.at), body }
    }

    /// Raw JSON with every string that is a relative time replaced; `base` is the day from which days count.
    fn made_real(&self, raw: &str, base: NaiveDate) -> String {
        raw.split('"')
            .map(|part| match Ago::parse(part) {
                Some(Ago::Day { days, clock: None }) => day(base, days).to_string(),
                Some(ago) => self.time(ago),
                None => part.to_owned(),
            })
            .collect::<Vec<_>>()
            .join("\"")
    }

    /// As the program writes an `at`.
    fn time(&self, ago: Ago) -> String {
        match ago {
            Ago::Day { days, clock: None } => day(self.moment.today(), days).to_string(),
            _ => When::Instant(Moment { at: self.instant(ago), zone: self.moment.zone }.offset()).to_string(),
        }
    }

    fn instant(&self, ago: Ago) -> DateTime<Utc> {
        match ago {
            Ago::Before(delta) => self.moment.at - delta,
            Ago::Day { days, clock } => {
                let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
                let local = day(self.moment.today(), days).and_time(clock.unwrap_or(noon));
                // A time that the clock skipped is taken an hour later.
                let zone = self.moment.zone;
                let at = zone.from_local_datetime(&local).earliest();
                at.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest())
                    .map_or(self.moment.at, |at| at.to_utc())
            }
        }
    }
}

fn fault(what: &str) -> ScriptError {
    ScriptError(what.to_owned())
}

#[cfg(test)]
mod tests;
