//! The columns of the sheet, from the data, and what stands in its cells.
use std::collections::HashMap;

use super::super::context::{FormContext, FormKind};
use super::super::field::Field;
use super::super::reading::Value;
use super::super::sheet::{Scene, Values};
use super::super::sheets::{self, checklist, vitals};
use crate::tui::text::capital;
use crate::ward::PatientId;

/// Columns that are there until somebody chooses others: bowels, pulse, temperature, weight.
const USUAL: [&str; 3] = ["pulse", "temperature", "weight"];

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name above the cells.
    pub title: String,
    /// Whether it is on the sheet.
    pub shown: bool,
    /// An empty cell of it: what it takes, and its unit.
    pub empty: Field,
    /// The form in which its values are typed one by one.
    pub kind: FormKind,
}

/// All columns: what a list asks for without a name, and what is measured at the bedside.
pub(super) fn columns(ctx: &FormContext) -> Vec<Column> {
    let mut all = Vec::new();
    for list in ctx.rules.checklists() {
        let kind = FormKind::Checklist(list.id.clone());
        let (fields, _) = sheets::fields(&Scene { kind: &kind, patient: None, ctx, base: &[] });
        for item in list.items.iter().filter(|item| item.unnamed) {
            let word = item.words.first().filter(|_| item.id.contains('_')).unwrap_or(&item.id);
            let empty = fields.iter().find(|field| *field.id == *checklist::name(item)).cloned();
            let column =
                |empty| Column { title: capital(word), shown: true, empty, kind: FormKind::Checklist(list.id.clone()) };
            all.extend(empty.map(column));
        }
    }
    let kind = FormKind::VitalSigns;
    let (fields, _) = sheets::fields(&Scene { kind: &kind, patient: None, ctx, base: &[] });
    let measured = fields.into_iter().filter(|field| vitals::is_measured(&field.id));
    all.extend(measured.map(|empty| Column {
        title: empty.label.clone(),
        shown: USUAL.contains(&&*empty.id),
        empty,
        kind: FormKind::VitalSigns,
    }));
    all
}

/// What was typed, by patient and column.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells(HashMap<PatientId, HashMap<String, Field>>);

impl Cells {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everybody for whom something was typed.
    pub(super) fn patients(&self) -> impl Iterator<Item = &PatientId> {
        self.0.keys()
    }

    /// How many cells have something in them.
    pub(super) fn count(&self) -> usize {
        self.0.values().map(HashMap::len).sum()
    }

    /// Whether something was typed in a column.
    pub(super) fn has(&self, column: &Column) -> bool {
        self.0.values().any(|row| row.contains_key(&*column.empty.id))
    }

    /// A cell with something in it.
    pub(super) fn get(&self, patient: &PatientId, column: &Column) -> Option<&Field> {
        self.0.get(patient)?.get(&*column.empty.id)
    }

    /// Changes a cell; an emptied one is as if nothing had been typed.
    pub(super) fn change(&mut self, patient: &PatientId, column: &Column, change: impl FnOnce(&mut Field)) {
        let row = self.0.entry(patient.clone()).or_default();
        let field = row.entry(column.empty.id.to_string()).or_insert_with(|| column.empty.clone());
        change(field);
        if !field.is_dirty() {
            row.remove(&*column.empty.id);
        }
        if row.is_empty() {
            self.0.remove(patient);
        }
    }

    /// The cells of a patient that have something in them, by place of their column.
    pub(super) fn of(&self, patient: &PatientId, columns: &[Column]) -> Vec<(usize, &Field)> {
        let Some(row) = self.0.get(patient) else { return Vec::new() };
        let cell = |(at, column): (usize, &Column)| Some((at, row.get(&*column.empty.id)?));
        columns.iter().enumerate().filter_map(cell).collect()
    }

    /// Forgets everybody else: they were saved.
    pub(super) fn keep_only(&mut self, patients: &[PatientId]) {
        self.0.retain(|id, _| patients.contains(id));
    }
}

/// The forms that the typed cells of a row belong to.
pub(super) fn kinds(typed: &[(usize, &Field)], columns: &[Column]) -> Vec<FormKind> {
    let mut kinds: Vec<FormKind> = Vec::new();
    for column in typed.iter().filter_map(|(at, _)| columns.get(*at)) {
        if !kinds.contains(&column.kind) {
            kinds.push(column.kind.clone());
        }
    }
    kinds
}

/// The values of one form's fields, as the cells of a row say them.
///
/// # Errors
/// The column of the first cell that is refused, and why.
pub(super) fn values(
    kind: &FormKind,
    typed: &[(usize, &Field)],
    columns: &[Column],
    scene: &Scene,
) -> Result<Values, (usize, String)> {
    let known = scene.known();
    let (fields, _) = sheets::fields(scene);
    let empty = |field: &Field| (field.id.clone(), field.value(known).unwrap_or(Value::Nothing));
    let mut values: Vec<_> = fields.iter().map(empty).collect();
    for (at, field) in typed.iter().filter(|(at, _)| columns.get(*at).is_some_and(|column| column.kind == *kind)) {
        let value = field.value(known).map_err(|why| (*at, why))?;
        values.retain(|(id, _)| *id != field.id);
        values.push((field.id.clone(), value));
    }
    Ok(Values(values))
}

/// What a cell says in words, or why it is refused.
pub(super) fn remark(field: &Field, ctx: &FormContext) -> Result<Option<String>, String> {
    let kind = FormKind::VitalSigns;
    let scene = Scene { kind: &kind, patient: None, ctx, base: &[] };
    field.value(scene.known()).map(|_| field.remark(scene.known()))
}
