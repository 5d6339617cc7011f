//! The lines around a screen: the ward and the moment above, the patient's banner, and the keys below.
use chrono::{DateTime, NaiveDateTime, Utc};
use ratatui::text::Span;

use super::columns::NEWS;
use super::data::Data;
use super::keymap::{self, Action, Mode};
use super::size;
use super::text::{Line, at_most, flow, indent, span, spans_width, whole_words, width, wrap_spans};
use super::theme::Theme;
use crate::assess::Flag;
use crate::safe::Safe;
use crate::ward::{Moment, Patient, PatientId};
use crate::words;

/// Lines for notes about the file, of which there may be many: all of them are among the keys (`?`).
const NOTES: usize = 2;

/// Lines for why something is there.
const WHY: usize = 2;

/// What is known of the file behind the screen.
#[derive(Debug, Clone, Default)]
pub struct FileState {
    /// The file's name, without its folder.
    pub name: String,
    /// When it was last saved.
    pub saved_at: Option<DateTime<Utc>>,
    /// What went wrong with the last save, in the words of its outcome.
    pub trouble: Option<String>,
    /// Why nothing can be saved.
    pub read_only: Option<String>,
    /// What the reader must know: entries recovered, a change on the disk.
    pub notes: Vec<String>,
}

impl FileState {
    /// `saved 02:57`, `saved 20-Nov-2026 22:57`, `READ-ONLY`.
    pub fn saved(&self, moment: &Moment) -> String {
        if self.read_only.is_some() {
            return "READ-ONLY".to_owned();
        }
        let local = |at: DateTime<Utc>| -> NaiveDateTime { at.with_timezone(&moment.zone).naive_local() };
        self.saved_at.map_or_else(
            || "not saved yet".to_owned(),
            |at| format!("saved {}", words::clock(local(at), moment.today())),
        )
    }

    /// All that has to be said, the worst first.
    pub fn said(&self, data: &Data) -> Vec<Span<'static>> {
        let theme = data.theme;
        let safe = |text: &str| Safe::within(text, theme.charset()).to_string();
        let trouble = self.trouble.iter().map(|text| span(safe(text), theme.critical()));
        let read_only = self.read_only.iter().map(|why| span(format!("READ-ONLY: {}", safe(why)), theme.warning()));
        let notes = self.notes.iter().chain(data.rules.left_out()).map(|text| span(safe(text), theme.warning()));
        trouble.chain(read_only).chain(notes).collect()
    }
}

/// The ward, the moment, the user and the saved state; then how many need something; then what has to be said of the file.
pub fn of_ward(data: &Data, file: &FileState, columns: usize) -> Vec<Line> {
    let mut lines = moment_line(data, file, columns, None);
    lines.extend(counts(data, columns));
    lines.extend(listed(data, columns));
    let old: Vec<Line> = data.old_protocols.iter().map(|text| vec![span(text, data.theme.warning())]).collect();
    lines.extend(flow_in(&old, columns, 2));
    lines.extend(notes(data, file, columns));
    lines
}

/// The same for a small terminal: in as few lines as it takes, what has to be said of the file in at most `notes` lines.
pub fn of_small_ward(data: &Data, file: &FileState, columns: usize, notes: usize) -> Vec<Line> {
    let mut lines = moment_line(data, file, columns, None);
    lines.extend(listed(data, columns));
    let said = file.said(data);
    let first = said.get(..1).unwrap_or_default();
    let help = data.key(Mode::Home, Action::Help);
    let more = span(format!("... more: {help}"), data.theme.dim());
    let first = if said.is_empty() { Vec::new() } else { at_most(first, columns.saturating_sub(1), notes, &more) };
    lines.extend(first.into_iter().map(|line| indent(1, line)));
    if said.len() > 1 {
        lines.push(vec![span(format!(" and {} more: {help}", said.len() - 1), data.theme.warning())]);
    }
    lines
}

/// In which order rows stand and which of them are hidden, unless it is all of them by urgency; how many patients others
/// have entered something about.
fn listed(data: &Data, columns: usize) -> Vec<Line> {
    let theme = data.theme;
    let listing = &data.listing;
    let mut items = Vec::new();
    if !listing.is_plain() {
        items.push(vec![span(listing.sort.words(), theme.strong())]);
    }
    if listing.open_only {
        items.push(vec![span("only what nobody has dealt with", theme.warning())]);
    }
    if let Some(only) = &listing.only {
        let words = Safe::within(&only.words, theme.charset()).to_string();
        items.push(vec![span(format!("ONLY {words}"), theme.warning())]);
    }
    let hidden = data.board.hidden;
    if listing.filters() {
        let all = data.key(Mode::Home, Action::Filter);
        let rows = if hidden.rows == 1 { "1 row".to_owned() } else { format!("{} rows", hidden.rows) };
        let rows = format!("hides {rows}: {all}");
        items.push(vec![span(rows, theme.warning())]);
    }
    if hidden.critical > 0 {
        items.push(vec![span(format!("!! {} CRITICAL HIDDEN", hidden.critical), theme.critical())]);
    }
    let critical = new_critical(data);
    // On a small terminal both stand in one line: rows are worth more than words.
    let lead = if critical.is_some() && columns < size::FULL.0 { "new" } else { "new from others" };
    items.extend(critical);
    let new = data.news.count();
    if new > 0 {
        let who = if new == 1 { "1 patient".to_owned() } else { format!("{new} patients") };
        items.push(vec![span(format!("{NEWS} {lead}: {who}"), theme.warning())]);
    }
    flow_in(&items, columns, 2)
}

/// `!! 1 NEW CRITICAL`: of how many patients something that others entered is critical, open, and was not looked at.
pub fn new_critical(data: &Data) -> Option<Line> {
    let open = |id: &&PatientId| data.assessment(id).is_some_and(|one| one.flags.iter().any(Flag::is_open_critical));
    let count = data.news.critical().filter(open).count();
    (count > 0).then(|| vec![span(format!("!! {count} NEW CRITICAL"), data.theme.critical())])
}

/// The ward's name, the moment, the user, the file and its saved state. `instead` stands for the saved state: a form
/// says `NOT SAVED YET`.
pub fn moment_line(data: &Data, file: &FileState, columns: usize, instead: Option<Span<'static>>) -> Vec<Line> {
    let theme = data.theme;
    let safe = |text: &str| Safe::within(text, theme.charset()).to_string();
    let plain = |text: String| vec![span(text, theme.text())];
    let ward = safe(&data.ward.name);
    let site = data.ward.site.as_deref().or(data.settings.site.as_deref());
    let with_site = site.map(|site| format!("{ward}, {}", safe(site)));
    let saved = instead.unwrap_or_else(|| {
        let style = if file.read_only.is_some() { theme.warning() } else { theme.text() };
        span(file.saved(&data.as_at), style)
    });
    let items = |ward: String| {
        vec![
            vec![span(ward, theme.strong())],
            plain(format!("as at {}", words::moment(&data.as_at))),
            plain(safe(&data.who())),
            plain(safe(&file.name)),
            vec![saved.clone()],
        ]
    };
    let room = columns.saturating_sub(1);
    if columns < size::FULL.0 {
        // Two lines where two will do: who looks at what, and how old it is.
        let at = format!("as at {}", words::date_time(data.as_at.local()));
        let mut lines =
            flow_in(&[vec![span(ward, theme.strong())], plain(safe(&data.who())), plain(safe(&file.name))], columns, 2);
        lines.extend(flow_in(&[plain(at), vec![saved]], columns, 2));
        return lines;
    }
    let wide = items(with_site.unwrap_or_else(|| ward.clone()));
    let narrow = items(ward);
    for (items, gap) in [(&wide, 4), (&wide, 2), (&narrow, 4), (&narrow, 2)] {
        let total: usize = items.iter().map(|item| spans_width(item)).sum();
        if total + gap * items.len().saturating_sub(1) <= room {
            return flow_in(items, columns, gap);
        }
    }
    flow_in(&narrow, columns, 2)
}

/// How many patients need something, in one line if it fits.
fn counts(data: &Data, columns: usize) -> Vec<Line> {
    let counts = data.counts;
    let patients =
        if counts.patients == 1 { "1 patient:".to_owned() } else { format!("{} patients:", counts.patients) };
    let mut items = vec![vec![span(patients, data.theme.text())]];
    items.extend(needs(data));
    flow_close(&items, columns)
}

/// How many patients are in each state of need, those left out in which nobody is.
pub fn needs(data: &Data) -> Vec<Line> {
    let theme = data.theme;
    let counts = data.counts;
    let one = |count: usize, word: &str, style| (count > 0).then(|| vec![span(format!("{count} {word}"), style)]);
    let needs = [
        one(counts.critical, "CRITICAL", theme.critical()),
        one(counts.warning, "warning", theme.warning()),
        one(counts.overdue, "overdue", theme.overdue()),
        one(counts.due, "today", theme.notice()),
        one(counts.no_next_test, "NO DATE", theme.unknown()),
        one(counts.cannot_assess, "CANNOT ASSESS", theme.unknown()),
    ];
    let mut items: Vec<Line> = needs.into_iter().flatten().collect();
    if items.is_empty() {
        items.push(vec![span("nothing to do", theme.ok())]);
    }
    items
}

/// What has to be said of the file, in a few lines.
pub fn notes(data: &Data, file: &FileState, columns: usize) -> Vec<Line> {
    noted(data, file, columns, usize::MAX, &data.key(Mode::Home, Action::Help))
}

/// The same above a patient who needs the lines: in one, the worst of it.
pub fn notes_in_short(data: &Data, file: &FileState, columns: usize) -> Vec<Line> {
    noted(data, file, columns, 1, &data.key(Mode::Patient, Action::Help))
}

/// The same above a form, where `?` is typed, in at most so many lines.
pub fn notes_in(data: &Data, file: &FileState, columns: usize, lines: usize) -> Vec<Line> {
    noted(data, file, columns, lines, "F1")
}

/// What has to be said of the file, the worst first, and which key shows the rest.
fn noted(data: &Data, file: &FileState, columns: usize, lines: usize, key: &str) -> Vec<Line> {
    let said = file.said(data);
    let all = |most: usize| {
        let mut all: Vec<Line> =
            said.iter().take(most).flat_map(|one| flow_in(&[vec![one.clone()]], columns, 2)).collect();
        if said.len() > most {
            let more = format!("and {} more: {key} shows them", said.len() - most);
            all.extend(flow_in(&[vec![span(more, data.theme.warning())]], columns, 2));
        }
        all
    };
    if let Some(whole) = (1..=NOTES).rev().map(all).find(|noted| noted.len() <= lines) {
        return whole;
    }
    let (Some(worst), 1..) = (said.first(), lines) else { return Vec::new() };
    let others = said.len() - 1;
    let more = if others == 0 { format!("... more: {key}") } else { format!("... and {others} more: {key}") };
    // That there is more is said even where the worst fits whole.
    let room = columns.saturating_sub(1);
    let mut kept = wrap_spans(std::slice::from_ref(worst), room);
    kept.truncate(lines);
    if let Some(last) = kept.last_mut() {
        let before = whole_words(last, room.saturating_sub(width(&more) + 1));
        *last = before.into_iter().chain([span(" ", data.theme.text()), span(more, data.theme.warning())]).collect();
    }
    kept.into_iter().map(|line| indent(1, line)).collect()
}

/// Who it is: on every clinical screen, form and confirmation.
pub fn identity(data: &Data, patient: &Patient) -> Vec<Line> {
    let theme = data.theme;
    let charset = theme.charset();
    let fields = &patient.fields;
    let plain = |text: String| vec![span(text, theme.text())];
    let number = words::number(&fields.identifiers, charset);
    let number_style = if number.ends_with("NOT VALID") { theme.warning() } else { theme.text() };
    let mut items = vec![
        vec![span(words::name(&fields.name, charset), theme.strong())],
        plain(words::born(patient, data.moment.today())),
        plain(words::sex(fields.sex).to_owned()),
        vec![span(number, number_style)],
    ];
    if !fields.active {
        items.push(vec![span("NOT ON THE WARD", theme.warning())]);
    }
    if data.has_a_namesake(&patient.id) {
        items.push(vec![span("NAME LIKE ANOTHER'S", theme.warning())]);
    }
    items
}

/// The banner of a patient's view and of forms: who, where, under which rules, on which day.
pub fn of_patient(data: &Data, patient: &Patient, columns: usize) -> Vec<Line> {
    let theme = data.theme;
    let plain = |text: String| vec![span(text, theme.text())];
    let mut who = identity(data, patient);
    who.push(plain(words::bed(patient.fields.bed.as_deref(), theme.charset())));
    let mut lines = flow_close(&who, columns);
    if columns < size::FULL.0 {
        return lines;
    }
    let missing = if patient.fields.protocol.is_none() { theme.unknown() } else { theme.text() };
    let mut rules = vec![vec![span(protocol(data, patient), missing)]];
    let known = patient.fields.protocol.as_deref().and_then(|id| data.rules.protocol(id));
    let old = known.and_then(|known| words::not_checked(&data.rules, known, data.moment.today()));
    rules.extend(old.map(|old| vec![span(old, theme.warning())]));
    if let Some(assessment) = data.assessment(&patient.id) {
        let day = |name: &str, day: Option<i64>| day.map(|day| plain(format!("{name} day {day}")));
        rules.extend(day("treatment", assessment.treatment_day));
        rules.extend(day("titration", assessment.titration_day));
        if assessment.treatment_day.is_none() {
            rules.push(plain(state(assessment.state).to_owned()));
        }
    }
    rules.push(plain(words::ben(patient.fields.ben).to_owned()));
    lines.extend(flow_in(&rules, columns, 4));
    lines
}

fn state(state: crate::assess::State) -> &'static str {
    use crate::assess::State;
    match state {
        State::NotStarted => "not started",
        State::OnTreatment => "on treatment",
        State::OnBreak => "on a break",
        State::Stopped => "stopped",
    }
}

/// `uk-smpc 2026-11, CPMS`.
fn protocol(data: &Data, patient: &Patient) -> String {
    let words = words::protocol(patient, data.charset());
    let known = patient.fields.protocol.as_deref().and_then(|id| data.rules.protocol(id));
    match (known, words.split_once(',')) {
        (Some(protocol), Some((id, service))) => format!("{id} {},{service}", protocol.version),
        (Some(protocol), None) => format!("{words} {}", protocol.version),
        (None, _) => words,
    }
}

/// The main keys that work here, from the one table. What does not fit is left out whole, from the end; `?` shows all.
/// The way back is always among them.
pub fn footer(mode: Mode, columns: usize, data: &Data) -> Line {
    let rows: Vec<_> = data.settings.keys.here(mode).filter(|row| !row.footer.is_empty()).collect();
    let (help, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.action == Action::Help);
    let rows: Vec<_> = others.into_iter().chain(help).collect();
    let fits = |words: Words, bare: Bare| keys(&rows, words, bare, columns, data.theme);
    // The word of `?` gives way first, then what stands in brackets, then the word of Esc, before another key does.
    let [whole, short] = [Words::Whole, Words::Short].map(|words| fits(words, Bare::None));
    if let Some(all) = [whole, fits(Words::Whole, Bare::Help), short].into_iter().find(|one| one.kept == rows.len()) {
        return all.line;
    }
    let fullest = |words: Words| {
        let tried = [Bare::None, Bare::Help, Bare::HelpAndEsc].map(|bare| fits(words, bare));
        tried.into_iter().reduce(|best, next| if next.kept > best.kept { next } else { best }).unwrap_or_default()
    };
    let short = fullest(Words::Short);
    if short.has_shorter { fullest(Words::Shortest).line } else { short.line }
}

/// Which keys have no word in the footer: everybody knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// None.
    None,
    /// The key that shows the keys.
    Help,
    /// That and Esc, where it is the way back.
    HelpAndEsc,
}

impl Bare {
    fn is(self, row: &keymap::Bound<'_>) -> bool {
        match row.action {
            Action::Help => self != Self::None,
            Action::Back => self == Self::HelpAndEsc && row.label() == "Esc",
            _ => false,
        }
    }
}

/// How much is said of a key in the footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// All of it.
    Whole,
    /// Without what stands in brackets.
    Short,
    /// Where there is one, the shorter word.
    Shortest,
}

impl Words {
    /// The word for a key, with a space before it.
    fn of(self, row: &keymap::Bound<'_>) -> String {
        let (word, shortest) = row.footer.split_once('|').unwrap_or((row.footer, row.footer));
        let word = match self {
            Self::Whole => word,
            Self::Short => word.split_once(" (").map_or(word, |(word, _)| word),
            Self::Shortest => shortest.split_once(" (").map_or(shortest, |(word, _)| word),
        };
        format!(" {word}")
    }
}

/// The keys of a footer for which there is room.
#[derive(Default)]
struct Footer {
    line: Line,
    /// How many keys it has.
    kept: usize,
    /// Whether a key was left out that has a shorter word.
    has_shorter: bool,
}

/// As many of the keys as fit.
fn keys(rows: &[keymap::Bound<'_>], words: Words, bare: Bare, columns: usize, theme: Theme) -> Footer {
    let item = |row: &keymap::Bound<'_>| -> Line {
        let word = (!bare.is(row)).then(|| span(words.of(row), theme.text()));
        std::iter::once(span(row.label(), theme.key())).chain(word).collect()
    };
    let is_always_there = |row: &keymap::Bound<'_>| matches!(row.action, Action::Back | Action::Help);
    let wide = |row: &keymap::Bound<'_>| spans_width(&item(row)) + 2;
    let mut used: usize = rows.iter().filter(|row| is_always_there(row)).map(wide).sum();
    let (mut is_full, mut drawn, mut has_shorter) = (false, Vec::new(), false);
    for row in rows {
        if !is_always_there(row) {
            used += wide(row);
            is_full |= used > columns + 1;
        }
        if is_always_there(row) || !is_full {
            drawn.push(item(row));
        } else {
            has_shorter |= row.footer.contains('|');
        }
    }
    let line = flow_in(&drawn, columns, 2).into_iter().next().unwrap_or_default();
    Footer { line, kept: drawn.len(), has_shorter }
}

/// Lines kept free for why something is there: two, and as many as it takes, up to a third of the screen, if there is
/// only one pane.
pub fn reserved(text: &[Span], columns: usize, lines: usize, zoomed: bool) -> usize {
    let needed = wrap_spans(text, columns.saturating_sub(1)).len();
    if zoomed { needed.clamp(WHY, (lines / 3).max(WHY)) } else { WHY }
}

/// Why something is there, in at least the lines that are kept free for it and at most `room`.
pub fn reasons(text: &[Span], columns: usize, room: usize, more: &str, theme: Theme) -> Vec<Line> {
    let lines = at_most(text, columns.saturating_sub(1), room.max(1), &span(more, theme.dim()));
    let mut lines: Vec<Line> = lines.into_iter().map(|line| indent(1, line)).collect();
    lines.resize(lines.len().max(WHY), Vec::new());
    lines
}

/// What was just done or cannot be done, in place of so many lines of why.
pub fn said(text: &str, columns: usize, lines: usize, data: &Data) -> Vec<Line> {
    let theme = data.theme;
    let more = span(format!("... more: {}", data.key(Mode::Home, Action::Help)), theme.dim());
    let text = [span(Safe::within(text, theme.charset()).to_string(), theme.strong())];
    let mut said: Vec<Line> =
        at_most(&text, columns.saturating_sub(1), lines, &more).into_iter().map(|line| indent(1, line)).collect();
    said.resize(lines, Vec::new());
    said
}

/// Items two cells apart, or one if they fit on a line then.
pub fn flow_close(items: &[Line], columns: usize) -> Vec<Line> {
    let wide = flow_in(items, columns, 2);
    let close = if wide.len() > 1 { flow_in(items, columns, 1) } else { Vec::new() };
    if close.len() == 1 { close } else { wide }
}

/// [`flow`] with one cell free at the left.
pub fn flow_in(items: &[Line], columns: usize, gap: usize) -> Vec<Line> {
    flow(items, columns.saturating_sub(1), gap).into_iter().map(|line| indent(1, line)).collect()
}
