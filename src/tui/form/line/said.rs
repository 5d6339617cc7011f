//! What a line says, as what would be typed into the fields of its form.
use std::ops::Range;

use super::super::context::FormKind;
use super::super::field::Field;
use super::super::reading::Value;
use super::super::sheet::{Scene, Values};
use super::super::sheets;
use super::words::Wrong;

/// A form, and what would be typed into it.
#[derive(Debug)]
pub(super) struct Said {
    /// Which form.
    pub kind: FormKind,
    /// What goes into its fields.
    pub fills: Vec<Fill>,
}

/// What goes into a field, and which bytes of the line say so.
#[derive(Debug)]
pub(super) struct Fill {
    /// The field's id.
    pub field: String,
    /// What goes into it.
    pub with: With,
    /// The bytes of the line.
    pub at: Range<usize>,
}

/// What goes into a field.
#[derive(Debug)]
pub(super) enum With {
    /// Typed text.
    Text(String),
    /// A number, in a unit as the file writes it.
    InUnit(String, String),
    /// An answer.
    YesNo(bool),
    /// The option with this value.
    Choice(String),
}

impl Said {
    /// Where a field's value stands in the line; everything, if it is not there.
    pub(super) fn place(&self, field: &str) -> Range<usize> {
        self.fills.iter().find(|fill| fill.field == field).map_or(0..0, |fill| fill.at.clone())
    }

    /// The values of the form's fields.
    ///
    /// # Errors
    /// The first field that refuses what is typed into it, or that is missing.
    pub(super) fn values(&self, end: usize, scene: &Scene) -> Result<Values, Wrong> {
        let (mut fields, _) = sheets::fields(scene);
        for fill in &self.fills {
            let field = fields.iter_mut().find(|field| *field.id == *fill.field);
            let field = field.ok_or_else(|| Wrong::new(fill.at.clone(), "cannot be entered in one line"))?;
            fill.into(field)
                .and_then(|()| field.value(scene.known()))
                .map_err(|why| Wrong::new(fill.at.clone(), why))?;
        }
        let known = scene.known();
        let read = |field: &Field| match field.value(known) {
            Ok(value) => Ok((field.id.clone(), value)),
            Err(_) if is_hidden(field, &fields, scene) => Ok((field.id.clone(), Value::Nothing)),
            Err(why) => Err(Wrong::new(end..end, format!("{}: {why}", field.label))),
        };
        // Of the patient's own fields only those that are named change.
        let named =
            |field: &&Field| self.kind != FormKind::Person || self.fills.iter().any(|fill| fill.field == *field.id);
        fields.iter().filter(named).map(read).collect::<Result<_, _>>().map(Values)
    }
}

fn is_hidden(field: &Field, fields: &[Field], scene: &Scene) -> bool {
    let value = |field: &Field| (field.id.clone(), field.value(scene.known()).unwrap_or(Value::Nothing));
    sheets::is_hidden(&field.id, scene, &Values(fields.iter().map(value).collect()))
}

impl Fill {
    fn into(&self, field: &mut Field) -> Result<(), String> {
        match &self.with {
            With::Text(text) => field.insert(text),
            With::InUnit(text, unit) => {
                field.insert(text)?;
                if field.take_unit(unit) { Ok(()) } else { Err("not a unit of this test".to_owned()) }
            }
            With::YesNo(yes) => {
                field.answer(Some(*yes));
                Ok(())
            }
            With::Choice(value) => {
                field.take(value);
                Ok(())
            }
        }
    }
}
