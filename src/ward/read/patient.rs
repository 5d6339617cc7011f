//! Reading a patient's own fields.
use crate::ward::json::{Cursor, Member, Shape, Str};
use crate::ward::{Ben, Identifier, Name, PatientFields, Service, Setting, Sex, StepDown, When};

use super::draft::{Draft, Wrong};
use super::field::Field;
use crate::ward::fault::{ContentFault, Problem};

/// Makes a patient's fields of a draft. What is wrong is noted in the draft; such a field is as if absent.
pub(super) fn fields<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> PatientFields {
    PatientFields {
        name: name(draft, cursor),
        born: born(draft),
        sex: draft
            .word(Field::Sex, "the sex is none of female, male, other and unknown", Sex::parse)
            .unwrap_or(Sex::Unknown),
        identifiers: identifiers(draft, cursor),
        bed: own_string(draft, Field::Bed).map(|bed| bed.decode().into()),
        protocol: own_string(draft, Field::Protocol).map(|id| draft.strings.share(id)),
        service: draft.word(Field::Service, "the service is none of cpms, dms and ztas", Service::parse),
        ben: draft.word(Field::Ben, "ben is none of confirmed, suspected and no", Ben::parse).unwrap_or(Ben::No),
        baseline_anc: draft.number(Field::BaselineAnc),
        duffy_null: draft.flag(Field::DuffyNull).unwrap_or(false),
        smoker: draft.flag(Field::Smoker),
        setting: draft
            .word(Field::Setting, "the setting is neither inpatient nor outpatient", Setting::parse)
            .unwrap_or(Setting::Inpatient),
        active: draft.flag(Field::Active).unwrap_or(true),
        step_down_authorised: draft.word(
            Field::StepDownAuthorised,
            "the phase is neither fortnightly nor four-weekly",
            StepDown::parse,
        ),
    }
}

/// The faults of content that a patient carries.
pub(super) fn content_faults(draft: &Draft) -> Vec<ContentFault> {
    draft.content().map(Wrong::content_fault).collect()
}

/// A text of the patient's own; an empty one says nothing, and is as if absent.
fn own_string<'a>(draft: &mut Draft<'a>, field: Field) -> Option<Str<'a>> {
    draft.string(field).map(|(text, _)| text).filter(|text| text.decode().bytes().any(|b| b != b' '))
}

fn name<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Name {
    let Some(member) = draft.required(Field::Name) else { return Name::default() };
    if !draft.open(cursor, member, "name", Shape::Object) {
        return Name::default();
    }
    let mut part = |name: &str, field: &'static str| match draft.part(name) {
        None => {
            draft.wrong(member.span.start, field, Problem::Missing);
            Box::default()
        }
        Some(part) => draft.as_string(part, field).map(|(text, _)| text.decode().into()).unwrap_or_default(),
    };
    Name { family: part("family", "name.family"), given: part("given", "name.given") }
}

fn born(draft: &mut Draft) -> Option<chrono::NaiveDate> {
    let (text, at) = draft.string(Field::Born)?;
    if let Ok(When::Date(date)) = When::parse(&text.decode()) {
        return Some(date);
    }
    draft.wrong(at, "born", Problem::BadDate);
    None
}

fn identifiers<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>) -> Vec<Identifier> {
    let Some(member) = draft.get(Field::Identifiers) else { return Vec::new() };
    if !draft.open(cursor, member, "identifiers", Shape::List) {
        return Vec::new();
    }
    let parts = std::mem::take(&mut draft.parts);
    // Nearly everybody has one: a list that grew would have room for four.
    let mut read = Vec::with_capacity(parts.len());
    read.extend(parts.iter().enumerate().filter_map(|(i, part)| identifier(draft, cursor, *part, i)));
    read
}

fn identifier<'a>(draft: &mut Draft<'a>, cursor: &mut Cursor<'a>, member: Member, index: usize) -> Option<Identifier> {
    if member.shape != Shape::Object {
        draft.wrong_type(member, format!("identifiers[{index}]"), "an object");
        return None;
    }
    draft.open(cursor, member, "identifiers", Shape::Object);
    let mut part = |name: &str| {
        let field = || format!("identifiers[{index}].{name}");
        let Some(part) = draft.part(name) else {
            draft.wrong(member.span.start, field(), Problem::Missing);
            return None;
        };
        if part.shape == Shape::Text {
            return Some((part.string(draft.text), part.span.start));
        }
        draft.wrong_type(part, field(), "text");
        None
    };
    let (system, value) = (part("system"), part("value"));
    let ((system, _), (value, at)) = (system?, value?);
    let identifier = Identifier { system: draft.strings.share(system), value: value.decode().into() };
    if identifier.is_nhs_number() && identifier.nhs_number().is_none() {
        draft.wrong(at, format!("identifiers[{index}].value"), Problem::BadNhsNumber);
    }
    Some(identifier)
}
