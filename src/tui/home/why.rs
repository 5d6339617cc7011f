//! The lines under the panes: whose row is selected, what to do about it, and why it is there.
use ratatui::text::Span;

use super::Home;
use crate::assess::{Assessment, Flag};
use crate::safe::Safe;
use crate::tui::banner;
use crate::tui::data::Data;
use crate::tui::data::board::What;
use crate::tui::keymap::{Action, Mode};
use crate::tui::text::{Line, capital, span};
use crate::words;

/// The banner of the selected patient.
pub fn who(home: &Home, data: &Data, columns: usize) -> Vec<Line> {
    let theme = data.theme;
    let Some(patient) = home.patient().and_then(|id| data.patient(id)) else {
        let nobody = span("Nobody is selected: this pane is empty.", theme.dim());
        return banner::flow_in(&[vec![nobody]], columns, 2);
    };
    let mut who = banner::identity(data, patient);
    let missing = if patient.fields.protocol.is_none() { theme.unknown() } else { theme.text() };
    who.push(vec![span(words::protocol(patient, data.charset()), missing)]);
    banner::flow_close(&who, columns)
}

/// Where the rest of it is.
pub fn more(data: &Data) -> String {
    format!("... {}: all of it", data.key(Mode::Home, Action::Open))
}

/// What to do about the selected row, and why it is there.
pub fn reasons(home: &Home, data: &Data) -> Vec<Span<'static>> {
    let mut reasons = of_row(home, data);
    let new = home.patient().and_then(|id| data.news_words(id));
    if let Some(new) = new {
        reasons.insert(0, span(format!("{new} "), data.theme.warning()));
        return reasons;
    }
    if reasons.is_empty() && home.patient().is_some() {
        let open = data.key(Mode::Home, Action::Open);
        return vec![span(format!("No longer in this pane. {open} still opens this patient."), data.theme.dim())];
    }
    reasons
}

fn of_row(home: &Home, data: &Data) -> Vec<Span<'static>> {
    let Some(row) = home.row(data) else { return Vec::new() };
    let Some(assessment) = data.assessed.get(row.patient) else { return Vec::new() };
    match row.what {
        What::Flag(i) => assessment.flags.get(i).map(|flag| of_flag(data, flag)).unwrap_or_default(),
        What::Awaited(task, flag) => {
            let mut text = assessment.flags.get(flag).map(|flag| of_flag(data, flag)).unwrap_or_default();
            text.push(span(" ", data.theme.text()));
            text.extend(of_tasks(data, assessment, &[task]));
            text
        }
        What::Unknown => of_unknown(data, assessment),
        What::Titration => of_titration(data, assessment),
        what => of_tasks(data, assessment, &what.tasks(assessment)),
    }
}

/// What to do, what was done, and why; a rule that nobody could verify says so.
fn of_flag(data: &Data, flag: &Flag) -> Vec<Span<'static>> {
    let theme = data.theme;
    let safe = |text: &str| Safe::within(text, data.charset()).to_string();
    // First: what does not fit in the lines under the panes is left out at their end.
    let mark = doubt(data, &flag.rule).map(|mark| span(format!("({})", mark.content), mark.style));
    let mut text: Vec<Span> = mark.into_iter().collect();
    let lead = if text.is_empty() { "" } else { " " };
    text.push(span(format!("{lead}{}", sentence(&safe(&flag.action))), theme.strong()));
    if let Some(done) = &flag.acknowledged {
        text.push(span(format!(" Done: {}", sentence(&safe(&done.action))), theme.text()));
    }
    text.push(span(format!(" Why: {}", sentence(&safe(&flag.why))), theme.text()));
    text
}

fn of_tasks(data: &Data, assessment: &Assessment, tasks: &[usize]) -> Vec<Span<'static>> {
    let mut text = Vec::new();
    for due in tasks.iter().filter_map(|i| assessment.due.get(*i)) {
        let why = Safe::within(&due.why.to_string(), data.charset()).to_string();
        let lead = if text.is_empty() { "" } else { " " };
        text.push(span(format!("{lead}{}", capital(words::task(due.task))), data.theme.text()));
        text.extend(doubt(data, &due.rule).map(|mark| span(format!(" ({})", mark.content), mark.style)));
        text.push(span(format!(": {}", sentence(&why)), data.theme.text()));
    }
    text
}

fn of_unknown(data: &Data, assessment: &Assessment) -> Vec<Span<'static>> {
    let mut text: Vec<Span> = assessment
        .cannot_assess
        .iter()
        .map(|one| {
            span(
                format!("CANNOT ASSESS: {} ", sentence(&Safe::within(&one.why, data.charset()).to_string())),
                data.theme.strong(),
            )
        })
        .collect();
    text.extend(of_tasks(data, assessment, &What::Unknown.tasks(assessment)));
    if text.is_empty() {
        text.push(span(
            "No date for the next blood test is known: ask who monitors this patient.",
            data.theme.strong(),
        ));
    }
    text
}

fn of_titration(data: &Data, assessment: &Assessment) -> Vec<Span<'static>> {
    let day = assessment.titration_day.map_or_else(String::new, |day| format!("Day {day} of titration. "));
    let dose = match &assessment.dose {
        None => "No dose is recorded.".to_owned(),
        Some(dose) => {
            let before = dose.before_mg.map_or_else(String::new, |mg| format!(", before that {}", words::mg(mg)));
            let most =
                dose.at_most_mg.map_or_else(String::new, |mg| format!(" The regimen allows {} today.", words::mg(mg)));
            format!("{} a day since {}{before}.{most}", words::mg(dose.total_mg), words::date(dose.since))
        }
    };
    vec![span(format!("{day}{dose}"), data.theme.text())]
}

/// The mark of a rule that rests on a figure that nobody could verify.
pub fn doubt(data: &Data, rule: &str) -> Option<Span<'static>> {
    words::mark(&data.rules, rule).map(|mark| span(mark, data.theme.warning()))
}

/// Text with a point at its end.
pub fn sentence(text: &str) -> String {
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
