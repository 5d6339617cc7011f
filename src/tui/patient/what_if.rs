//! What if: the same patient under another protocol, beside their own. Nothing of it is saved.
//!
//! ```text
//! -What if eu-2025? NOT SAVED. 1 of 6 ---
//!   As if eu-2025 had been this patient's protocol all along.
//!   What would differ: ...
//!                 now uk-smpc                      if eu-2025, not saved
//!   Newest band   RED                              STOP
//!   Next count    21-Nov-2026, today: ...          21-Nov-2026, today: ...
//!   Flags         !! CRITICAL ANC 0.40 RED. ...    !! CRITICAL ANC 0.40 STOP. ...
//! ```
use ratatui::text::Span;

use crate::assess::{self, Assessment};
use crate::rules::Protocol;
use crate::safe::Safe;
use crate::tui::data::Data;
use crate::tui::text::{Line, blank, indent, span, spans_width, wrap_spans};
use crate::ward::Patient;
use crate::words::{self, Compare};

/// Cells of the names at the left.
const NAME: usize = 14;

/// Columns from which the two stand side by side.
const SIDE_BY_SIDE: usize = 72;

/// The protocols that are not the patient's.
pub fn others<'a>(data: &'a Data, patient: &'a Patient) -> impl Iterator<Item = &'a Protocol> {
    let own = patient.fields.protocol.as_deref();
    data.rules.protocols().iter().filter(move |protocol| Some(protocol.id.as_str()) != own)
}

/// The title and the lines of the comparison with the protocol at this place among the others.
pub fn page(
    data: &Data,
    patient: &Patient,
    own: &Assessment,
    at: usize,
    columns: usize,
) -> Option<(String, Vec<Line>)> {
    let protocol = others(data, patient).nth(at)?;
    let of = others(data, patient).count();
    let safe = |text: &str| Safe::within(text, data.charset()).to_string();
    let id = safe(&protocol.id);
    let other = assess::under(patient, &protocol.id, &data.rules, &data.moment);
    let mut page = Writer { data, columns, body: Vec::new() };
    let old = words::not_checked(&data.rules, protocol, data.moment.today());
    let old = old.map(|old| format!("; {old}")).unwrap_or_default();
    page.text(&format!(
        "As if {id} had been this patient's protocol all along. NOT SAVED, and not this patient's protocol."
    ));
    let about = format!(
        "{}, {}, version {}, checked on {}{old}",
        safe(&protocol.title),
        words::card::protocol_kind(protocol.kind),
        safe(&protocol.version),
        words::date(protocol.checked_on)
    );
    page.text(&about);
    let compare = Compare { rules: &data.rules, charset: data.charset() };
    page.body.push(Vec::new());
    page.text("What would differ:");
    let mut differs = compare.differs(own, &other);
    if differs.is_empty() {
        differs.push("nothing: the same band, dates and flags".to_owned());
    }
    for text in differs {
        page.item(&text);
    }
    let mine = patient.fields.protocol.as_deref().map_or_else(|| "no protocol".to_owned(), safe);
    page.body.push(Vec::new());
    page.pair("", &[format!("now {mine}")], &[format!("if {id}, not saved")], true);
    let one = |text: String| vec![text];
    page.pair("Newest band", &one(compare.band(own)), &one(compare.band(&other)), false);
    page.pair("Next count", &one(compare.next_count(own)), &one(compare.next_count(&other)), false);
    page.pair("Flags", &compare.flags(own), &compare.flags(&other), false);
    Some((format!("What if {id}? NOT SAVED. {} of {of}", at + 1), page.body))
}

struct Writer<'a> {
    data: &'a Data,
    columns: usize,
    body: Vec<Line>,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        let lines = wrap_spans(&[span(text, self.data.theme.text())], self.columns.saturating_sub(2));
        self.body.extend(lines.into_iter().map(|line| indent(1, line)));
    }

    fn item(&mut self, text: &str) {
        let lines = wrap_spans(&[span(text, self.data.theme.text())], self.columns.saturating_sub(5));
        for (i, line) in lines.into_iter().enumerate() {
            let lead: Vec<Span> = if i == 0 { vec![span("  - ", self.data.theme.dim())] } else { vec![blank(4)] };
            self.body.push(lead.into_iter().chain(line).collect());
        }
    }

    /// What each of the two says: side by side where there is room, else one under the other.
    fn pair(&mut self, name: &str, own: &[String], other: &[String], head: bool) {
        let theme = self.data.theme;
        let style = if head { theme.strong() } else { theme.text() };
        let wide = self.columns >= SIDE_BY_SIDE;
        let room = if wide { self.columns.saturating_sub(NAME + 3) / 2 } else { self.columns.saturating_sub(6) };
        let lines = |texts: &[String]| -> Vec<Line> {
            texts.iter().flat_map(|text| wrap_spans(&[span(text, style)], room)).collect()
        };
        let (own, other) = (lines(own), lines(other));
        if !wide {
            self.body.push(vec![span(format!(" {name}"), theme.dim())]);
            self.body.extend(own.into_iter().map(|line| labelled("now ", line)));
            self.body.extend(other.into_iter().map(|line| labelled("if  ", line)));
            return;
        }
        for i in 0..own.len().max(other.len()) {
            let mut line = vec![blank(1), span(format!("{:<NAME$}", if i == 0 { name } else { "" }), theme.dim())];
            let left = own.get(i).cloned().unwrap_or_default();
            let used = spans_width(&left);
            line.extend(left);
            if let Some(right) = other.get(i) {
                line.push(blank(room.saturating_sub(used) + 1));
                line.extend(right.iter().cloned());
            }
            self.body.push(line);
        }
    }
}

fn labelled(label: &'static str, line: Line) -> Line {
    let lead: Line = vec![blank(1), span(label, ratatui::style::Style::new())];
    lead.into_iter().chain(line).collect()
}
