//! A notice: something critical that was just entered, and is to be answered with what was done. Entered is not
//! actioned.
use super::banner::{self, FileState};
use super::data::Data;
use super::home::why::doubt;
use super::keymap::Mode;
use super::page::Page;
use super::size;
use super::text::{Line, blank, indent, span, wrap_spans};
use crate::assess::FlagKind;
use crate::safe::Safe;
use crate::ward::PatientId;
use crate::words;

/// A critical flag that nobody has dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Critical {
    /// Whose.
    pub patient: PatientId,
    /// The flag's key.
    pub flag: String,
}

/// The notice of one.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it is about.
    pub about: Critical,
    /// The first line in sight.
    pub top: usize,
}

impl Notice {
    /// From its first line.
    pub fn of(about: Critical) -> Self {
        Self { about, top: 0 }
    }

    /// Which keys work: a count may be falsely low, and is sent again.
    pub fn mode(&self) -> Mode {
        if self.about.flag.starts_with(FlagKind::AncBand.as_str()) { Mode::CountNotice } else { Mode::Notice }
    }

    /// The page; `None` if the flag is no longer there.
    pub fn page(&self, data: &Data, file: &FileState, columns: usize) -> Option<Page> {
        let theme = data.theme;
        let patient = data.patient(&self.about.patient)?;
        let flag = data.assessment(&self.about.patient)?.flags.iter().find(|flag| flag.key == self.about.flag)?;
        let safe = |text: &str| Safe::within(text, data.charset()).to_string();
        let mut head = banner::of_patient(data, patient, columns);
        head.extend(banner::moment_line(data, file, columns, None));
        let mut body: Vec<Line> = Vec::new();
        let small = columns < size::FULL.0;
        let mut say = |spans: Vec<ratatui::text::Span<'static>>| {
            // On a small terminal a line is worth more than the space around it.
            body.extend((!small).then(Vec::new));
            body.extend(
                wrap_spans(&spans, size::readable(columns).saturating_sub(4)).into_iter().map(|line| indent(2, line)),
            );
        };
        let state = format!("{} {}", words::symbol(flag.severity), words::severity(flag.severity));
        let since = words::when(&flag.since, data.moment.zone);
        let mut what = vec![span(state, theme.severity(flag.severity))];
        what.push(span(format!(" {}, {since}", safe(&flag.title)), theme.strong()));
        what.extend(doubt(data, &flag.rule).into_iter().flat_map(|mark| [blank(1), mark]));
        say(what);
        say(vec![span(safe(&flag.action), theme.strong())]);
        for contact in &data.settings.contacts {
            say(vec![span(format!("Call {}: {}", safe(&contact.label), safe(&contact.number)), theme.strong())]);
        }
        say(vec![span(format!("Why: {}", safe(&flag.why)), theme.text())]);
        if let Some(rule) = data.rules.rule(&flag.rule) {
            let text = format!(
                "Source: {} ({}), version {}.",
                safe(&rule.source),
                words::evidence_in_short(rule, data.charset()),
                safe(&rule.version)
            );
            say(vec![span(text, theme.dim())]);
        }
        let done = "Entered is not actioned. Say what was done, or the flag stays open and stands first on the ward.";
        say(vec![span(done, theme.text())]);
        Some(Page { head, title: "Needs somebody now".to_owned(), body, top: self.top, mode: self.mode() })
    }
}
