//! How a form is drawn between the banner and the footer. Everything is wrapped, nothing is cut; what is out of sight
//! is counted in the title line.
//!
//! ```text
//! -Blood count: type it --------------------------------------------------
//!    Sample taken   now          = today, Fri 20-Nov-2026 20:02, now
//!  > ANC            0.40         x10^9/L
//!    WBC            2,1          x10^9/L   refused: a comma can mean two things
//! ```
use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::super::stack;
use super::super::text::{Line, blank, capital, flow, indent, put, span, spans_width, width, wrap};
use super::super::theme::Theme;
use super::conflict::Dispute;
use super::context::{FormContext, Notice};
use super::field::{Control, Field};
use super::say::safe;
use super::scroll::window;
use super::sheet::Scene;
use super::{Form, Stage, sheets};
use crate::safe::{Charset, Safe};

/// Cells before a field's name, and before any other text.
pub(super) const MARGIN: usize = 3;
/// Cells of the longest value that is never parted, a day and its time, with what stands beside it.
const VALUE: usize = 20;
/// Cells that a remark has under its value at least.
const REMARK: usize = 24;
/// Cells of a short value, so that units stand below each other.
const SHORT: usize = 14;
/// What stands between the parts of a line.
pub(super) const APART: &str = "   ";
/// What a form asks for in which something is typed.
const TYPED: &str = "type it";

/// What is drawn into.
pub(super) struct Canvas {
    pub theme: Theme,
    pub columns: usize,
    /// Lines, with that of the title.
    pub lines: usize,
}

/// Rows of which some are in sight, with the ones that have to be.
pub(super) struct Body {
    pub rows: Vec<Line>,
    /// The rows of the field that has the keys.
    pub sight: Range<usize>,
    /// The row to which it was scrolled by hand.
    pub top: usize,
    /// Row and column of the cursor.
    pub cursor: Option<(usize, usize)>,
}

impl Form {
    /// Draws what is between the banner and the footer.
    pub fn view(&self, frame: &mut Frame, area: Rect, ctx: &FormContext, theme: Theme) {
        let area = area.intersection(frame.area());
        let canvas = Canvas { theme, columns: area.width.into(), lines: area.height.into() };
        let laid = self.laid(&canvas, ctx);
        let seen = laid.in_sight(&canvas);
        let buf = frame.buffer_mut();
        let (counted, more) = laid.counted(&seen);
        put(buf, area, 0, canvas.title_in_short(&safe(&self.title), laid.name, &counted, more));
        let Laid { body, foot, .. } = laid;
        let cursor =
            body.cursor.filter(|(row, _)| seen.contains(row)).map(|(row, column)| (1 + row - seen.start, column));
        for (row, spans) in body.rows.into_iter().skip(seen.start).take(seen.len()).enumerate() {
            put(buf, area, 1 + row, spans);
        }
        let first = usize::from(area.height).saturating_sub(foot.len());
        for (row, spans) in foot.into_iter().enumerate() {
            put(buf, area, first + row, spans);
        }
        if let Some(position) = cursor.and_then(|(row, column)| position(area, row, column)) {
            frame.set_cursor_position(position);
        }
    }

    /// Takes the room that it is drawn in, after every change: what is longer than that is scrolled no further than its
    /// end, and is not saved before its end was in sight.
    pub fn settle(&mut self, (columns, lines): (usize, usize), ctx: &FormContext, theme: Theme) {
        if self.scroll().is_none() {
            return;
        }
        let canvas = Canvas { theme, columns, lines };
        let laid = self.laid(&canvas, ctx);
        let (rows, room) = (laid.body.rows.len(), laid.room(&canvas));
        if let Some(scroll) = self.scroll() {
            scroll.lay(columns, rows, room);
        }
    }

    /// Its stage in its room.
    fn laid(&self, canvas: &Canvas, ctx: &FormContext) -> Laid {
        let scene = self.scene(ctx);
        let (name, (body, foot)) = match &self.stage {
            Stage::Conflict(dispute) => ("changed by somebody else", canvas.dispute(dispute)),
            Stage::Choose(at) => ("which of them?", (canvas.choices(self, *at, &scene), Vec::new())),
            Stage::Edit | Stage::Leave => {
                let foot = canvas.notice(self.question().as_ref().or(self.notice.as_ref()));
                (TYPED, (canvas.fields(self, &scene), foot))
            }
            Stage::ReadBack(read_back) => ("read it back", canvas.read_back(read_back, canvas.save_this(&scene))),
            Stage::Saving(read_back) => ("saving", canvas.saving(read_back)),
        };
        let pages = match self.stage {
            Stage::Conflict(_) => true,
            Stage::Edit | Stage::Leave => self.line.is_some(),
            Stage::Choose(_) | Stage::ReadBack(_) | Stage::Saving(_) => false,
        };
        Laid { name, body, foot, pages }
    }

    fn question(&self) -> Option<Notice> {
        let words = "Leave and lose what you typed?   y leave   Esc stay";
        matches!(self.stage, Stage::Leave).then(|| Notice { grave: true, words: words.to_owned() })
    }
}

fn position(area: Rect, row: usize, column: usize) -> Option<Position> {
    let (row, column) = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
    (row < area.height && column < area.width).then(|| Position::new(area.x + column, area.y + row))
}

/// A stage of a form in its room.
struct Laid {
    /// What it asks for.
    name: &'static str,
    body: Body,
    /// What stands below the rows, always in sight.
    foot: Vec<Line>,
    /// Whether page keys scroll it.
    pages: bool,
}

impl Laid {
    /// Lines for the rows.
    fn room(&self, canvas: &Canvas) -> usize {
        canvas.lines.saturating_sub(1 + self.foot.len())
    }

    /// The rows in sight: all, or those around the ones that have to be.
    fn in_sight(&self, canvas: &Canvas) -> Range<usize> {
        let (lines, body) = (self.room(canvas), &self.body);
        window(body.sight.end.saturating_sub(lines).min(body.sight.start).max(body.top), body.rows.len(), lines)
    }

    /// How many rows are in sight, and whether page keys show more of them.
    fn counted(&self, seen: &Range<usize>) -> (String, bool) {
        let rows = self.body.rows.len();
        let counted = if seen.len() == rows { String::new() } else { format!("  {}", stack::in_sight(seen, rows)) };
        (counted, self.pages && seen.end < rows)
    }
}

impl Canvas {
    /// Text that is safe already, for this terminal.
    pub(super) fn own(&self, text: &str) -> String {
        if self.theme.ascii { Safe::in_ascii(text) } else { text.to_owned() }
    }

    /// Text from the keyboard.
    pub(super) fn typed(&self, text: &str) -> String {
        let charset = if self.theme.ascii { Charset::Ascii } else { Charset::Unicode };
        Safe::within(text, charset).to_string()
    }

    fn rule(&self, cells: usize) -> String {
        self.theme.rule().to_string().repeat(cells)
    }

    /// `-Blood count: type it -------------------------------------------------`
    pub(super) fn title(&self, text: &str) -> Line {
        let text = format!("{}{} ", self.rule(1), self.own(text));
        let rest = self.rule(self.columns.saturating_sub(width(&text)));
        vec![span(format!("{text}{rest}"), self.theme.title_focused())]
    }

    /// The title of a form at one of its stages, how many rows are in sight, and whether page keys show more: as much of
    /// it as there is room for, in whole words.
    pub(super) fn title_in_short(&self, form: &str, stage: &str, counted: &str, more: bool) -> Line {
        let (word, key) = if more { ("  PgDn: more", "  PgDn") } else { ("", "") };
        // What is typed is clear from what stands below; that it is read back, or disputed, is what matters there.
        let short = if stage == TYPED { form.to_owned() } else { capital(stage) };
        let of = |title: &str| [word, key].map(|more| format!("{title}{counted}{more}"));
        let all = [of(&format!("{form}: {stage}")), of(&short)].concat();
        let fits = all.iter().find(|text| width(&self.own(text)) + 2 <= self.columns);
        self.title(fits.unwrap_or(&short))
    }

    /// A text on as many lines as it needs. What stands three spaces apart stays apart.
    pub(super) fn paragraph(&self, text: &str, margin: usize, style: Style) -> Vec<Line> {
        let text = self.own(text);
        let parts: Vec<Line> = text.split(APART).map(|part| vec![span(part.trim(), style)]).collect();
        let lines = flow(&parts, self.columns.saturating_sub(margin + 1), APART.len());
        lines.into_iter().map(|line| indent(margin, line)).collect()
    }

    fn fields(&self, form: &Form, scene: &Scene) -> Body {
        let mut rows = Vec::new();
        for (i, line) in sheets::head(scene).iter().enumerate() {
            let style = if i == 0 { self.theme.strong() } else { self.theme.text() };
            rows.extend(self.paragraph(line, MARGIN, style));
        }
        if !rows.is_empty() {
            rows.push(Vec::new());
        }
        let shown = form.shown(scene);
        let fields = || shown.iter().filter_map(|i| form.fields.get(*i).map(|field| (*i, field)));
        let names = fields().map(|(_, field)| width(&self.own(&field.label))).max().unwrap_or_default();
        let (mut sight, mut cursor) = (0..0, None);
        for (i, field) in fields() {
            let drawn = self.field(form, field, i == form.focus, names, scene);
            if i == form.focus {
                sight = rows.len()..rows.len() + drawn.rows.len();
                cursor = drawn.cursor.map(|(row, column)| (rows.len() + row, column));
            }
            rows.extend(drawn.rows);
        }
        if let Some(remark) = sheets::remark(scene, &form.values(scene)) {
            rows.push(Vec::new());
            rows.extend(self.paragraph(&remark, MARGIN, self.theme.strong()));
        }
        let top = form.line.as_ref().map_or(0, |line| line.scroll.top);
        let mut body = Body { rows, sight, top, cursor };
        self.below_line(form, scene.ctx, &mut body);
        body
    }

    /// `> ANC            0.40         x10^9/L   refused: ...`
    fn field(&self, form: &Form, field: &Field, focused: bool, names: usize, scene: &Scene) -> Body {
        let beside = MARGIN + names + 3;
        // Where a date has no room beside the longest name, values stand below the names: in whole words.
        let below = self.columns < beside + 1 + VALUE;
        let at = if below { 2 * MARGIN } else { beside };
        let room = self.columns.saturating_sub(at + 1).max(1);
        let (lines, cursor) = self.content(field, room);
        let mut rows = Vec::new();
        let marker = if focused { " > " } else { "   " };
        let name_style = if focused { self.theme.selection() } else { self.theme.text() };
        let mut first = vec![span(marker, self.theme.selection()), span(self.own(&field.label), name_style)];
        let mut lines = lines.into_iter();
        if !below {
            first.push(blank((at + 1).saturating_sub(spans_width(&first) + 1)));
            first.extend(lines.next().unwrap_or_default());
        }
        rows.push(first);
        rows.extend(lines.map(|line| indent(at, line)));
        self.beside(&mut rows, at, self.unit_and_remark(form, field, scene));
        if focused {
            rows.extend(self.help(field, at));
        }
        let cursor = cursor.filter(|_| focused).map(|(row, column)| (row + usize::from(below), at + column));
        Body { rows, sight: 0..0, top: 0, cursor }
    }

    /// Under the field that has the keys: what can be chosen, or how it is typed.
    fn help(&self, field: &Field, at: usize) -> Vec<Line> {
        let room = self.columns.saturating_sub(at + 3);
        let items: Vec<Line> = match field.options() {
            Some((options, chosen)) => {
                options.iter().enumerate().map(|(i, words)| self.option(words, Some(i) == chosen)).collect()
            }
            None if field.content().is_none() || field.is_fresh() => {
                field.hint().map(|hint| vec![span(hint, self.theme.dim())]).into_iter().collect()
            }
            None => Vec::new(),
        };
        flow(&items, room, APART.len()).into_iter().map(|line| indent(at + 2, line)).collect()
    }

    fn option(&self, words: &str, chosen: bool) -> Line {
        let words = self.own(words);
        if chosen { vec![span(format!("[{words}]"), self.theme.strong())] } else { vec![span(words, self.theme.dim())] }
    }

    /// What is in the field, or what stands for nothing; and where the cursor is in it.
    fn content(&self, field: &Field, room: usize) -> (Vec<Line>, Option<(usize, usize)>) {
        let Some(content) = field.content() else {
            let cursor = field.takes_text().then_some((0, 0));
            return (vec![vec![span(field.placeholder(), self.theme.dim())]], cursor);
        };
        let Control::Typed { input, .. } = &field.control else {
            let lines = wrap(&self.own(&content), room);
            return (lines.into_iter().map(|line| vec![span(line, self.theme.strong())]).collect(), None);
        };
        let (lines, cursor) = self.laid_out(&content, input.cursor(), room);
        let style = self.theme.field();
        (lines.into_iter().map(|line| vec![span(line, style)]).collect(), Some(cursor))
    }

    /// Typed text in lines of at most so many cells, every character in its place, and where the cursor is: before the
    /// character with that number. Lines end after a space where there is one, and where the text has a line break.
    fn laid_out(&self, text: &str, cursor: usize, room: usize) -> (Vec<String>, (usize, usize)) {
        let (mut lines, mut place, mut count) = (Vec::new(), None, 0);
        for line in text.split('\n') {
            let (more, at) = self.laid_out_line(line, cursor.saturating_sub(count), room);
            let long = line.chars().count();
            if place.is_none() && cursor <= count + long {
                place = Some((lines.len() + at.0, at.1));
            }
            lines.extend(more);
            count += long + 1;
        }
        (lines, place.unwrap_or_default())
    }

    /// One of them.
    fn laid_out_line(&self, text: &str, cursor: usize, room: usize) -> (Vec<String>, (usize, usize)) {
        let (mut lines, mut used, mut place, mut count) = (vec![String::new()], 0, None, 0);
        for word in text.split_inclusive(' ') {
            let letters = word.trim_end_matches(' ');
            if used > 0 && used + width(&self.typed(letters)) > room {
                lines.push(String::new());
                used = 0;
            }
            for letter in word.graphemes(true) {
                let shown = self.typed(letter);
                // A space at the end of a full line takes no room: it is the end of the line.
                if letter == " " && used >= room {
                    count += 1;
                    continue;
                }
                if used + width(&shown) > room {
                    lines.push(String::new());
                    used = 0;
                }
                if count >= cursor {
                    place.get_or_insert((lines.len() - 1, used));
                }
                used += width(&shown);
                count += letter.chars().count();
                if let Some(line) = lines.last_mut() {
                    line.push_str(&shown);
                }
            }
        }
        if place.is_none() && used >= room {
            lines.push(String::new());
            used = 0;
        }
        let last = lines.len() - 1;
        (lines, place.unwrap_or((last, used)))
    }

    /// The unit, and why the field is refused or what it says in words.
    fn unit_and_remark(&self, form: &Form, field: &Field, scene: &Scene) -> (Option<String>, Option<(String, Style)>) {
        let between = form.problem.as_ref().filter(|problem| problem.field == field.id).map(|problem| &problem.why);
        let refused = match (field.value(scene.known()), field.content()) {
            (Err(why), Some(_)) => Some(format!("refused: {why}")),
            (Err(why), None) if form.asked => Some(format!("needed: {why}")),
            _ => between.map(|why| format!("refused: {why}")),
        };
        let remark = match refused {
            Some(why) => Some((why, self.theme.invalid())),
            None => field.remark(scene.known()).map(|words| (words, self.theme.dim())),
        };
        (field.unit(), remark)
    }

    /// Puts unit and remark beside the value where there is room, else below it.
    fn beside(&self, rows: &mut Vec<Line>, at: usize, (unit, remark): (Option<String>, Option<(String, Style)>)) {
        let single = rows.len() == 1;
        if let (Some(unit), Some(row)) = (unit, rows.last_mut()) {
            row.push(blank((at + SHORT).saturating_sub(spans_width(row)).max(1)));
            row.push(span(self.own(&unit), self.theme.text()));
        }
        let Some((words, style)) = remark else { return };
        let words = self.own(&words);
        let Some(row) = rows.last_mut() else { return };
        let start = (spans_width(row) + 3).max(at + SHORT);
        if single && start + width(&words) < self.columns {
            row.push(blank(start - spans_width(row)));
            row.push(span(words, style));
        } else {
            // Beside a long name there is no room for a date: then it stands below both.
            let at = if self.columns < at + 3 + REMARK { MARGIN } else { at };
            let lines = wrap(&words, self.columns.saturating_sub(at + 3));
            rows.extend(lines.into_iter().map(|line| indent(at + 2, vec![span(line, style)])));
        }
    }

    fn notice(&self, notice: Option<&Notice>) -> Vec<Line> {
        let Some(notice) = notice else { return Vec::new() };
        let style = if notice.grave { self.theme.invalid() } else { self.theme.notice() };
        self.paragraph(&safe(&notice.words), 1, style)
    }

    /// What somebody else did, and what was typed here; below it the answers, or with it where there is no room.
    fn dispute(&self, dispute: &Dispute) -> (Body, Vec<Line>) {
        let theirs = self.paragraph(&dispute.theirs, MARGIN, self.theme.warning());
        let ours = self.paragraph(&dispute.ours, MARGIN, self.theme.strong());
        let mut answers = vec![self.title("What is to hold?")];
        let keep = if dispute.is_of_a_field() { "k  keep theirs" } else { "k  keep theirs, close this form" };
        for words in ["Enter  back to the form: nothing is lost", keep, "r  mine: read it back first"] {
            answers.extend(self.paragraph(words, MARGIN, self.theme.text()));
        }
        let gap = || vec![Vec::new()];
        let apart = [gap(), theirs.clone(), gap(), ours.clone()].concat();
        let (rows, foot) = if apart.len() + answers.len() < self.lines {
            (apart, answers)
        } else {
            ([theirs, ours, answers].concat(), Vec::new())
        };
        (Body { rows, sight: 0..0, top: dispute.scroll.top, cursor: None }, foot)
    }
}
