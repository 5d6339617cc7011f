//! Draws whatever is open: `view(state) -> frame`. Pure. The topmost layer fills the screen, or it pops up over the lower
//! part of the one below, whose upper part stays in sight.
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{self, App, Layer};
use super::banner;
use super::keymap::Mode;
use super::page::Page;
use super::sheet;
use super::size;
use super::text::{Line, put, span, wrap};
use crate::safe::Safe;
use crate::ward::PatientId;

impl App {
    /// Draws the screen.
    pub fn view(&self, frame: &mut Frame) {
        let area = frame.area();
        if self.blank {
            return;
        }
        if size::is_too_small((area.width.into(), area.height.into())) {
            too_small(frame.buffer_mut(), area);
            return;
        }
        let ctx = app::context(&self.data);
        match self.layers.last() {
            Some(layer @ Layer::Form { form, .. }) => {
                let inside = self.around(layer, form.mode(), frame.buffer_mut(), area);
                form.view(frame, inside, &ctx, self.data.theme);
            }
            Some(layer @ Layer::Sheet(sheet)) => {
                let inside = self.around(layer, sheet.mode(), frame.buffer_mut(), area);
                sheet.view(frame, inside, &ctx, self.data.theme);
            }
            _ => self.draw(&self.layers, self.said.as_deref(), frame.buffer_mut(), area),
        }
    }

    /// Draws the topmost of these layers, after what it pops up over.
    fn draw(&self, layers: &[Layer], said: Option<&str>, buf: &mut Buffer, area: Rect) {
        let (data, file) = (&self.data, &self.file);
        let columns = usize::from(area.width);
        let size = (columns, usize::from(area.height));
        match layers.split_last() {
            Some((Layer::Help(help), below)) if help.above(data, file, size) > 0 => self.draw(below, None, buf, area),
            Some((Layer::Find(find), [])) if find.pops_up() => self.home.view_behind(data, file, buf, area),
            _ => {}
        }
        match layers.last() {
            None => self.home.view(data, file, said, buf, area),
            Some(Layer::Patient(view)) => view.view(data, file, said, buf, area),
            Some(Layer::Find(find)) => find.view(data, file, buf, area),
            Some(Layer::Reading(reading)) => {
                let page = reading.page(data, file, columns).unwrap_or_else(|| self.gone(columns));
                page.view(data, buf, area);
            }
            Some(Layer::Initials(initials)) => initials.page(data, file, columns).view(data, buf, area),
            Some(Layer::Help(help)) => {
                let above = u16::try_from(help.above(data, file, size)).unwrap_or_default().min(area.height);
                let under = Rect { y: area.y + above, height: area.height - above, ..area };
                help.page(data, file, size).view(data, buf, under);
            }
            Some(Layer::Since(since)) => since.view(data, file, buf, area),
            Some(Layer::Round(round)) => round.page(data, file, columns, area.height.into()).view(data, buf, area),
            Some(Layer::Print(top)) => self.print(*top, columns).view(data, buf, area),
            Some(Layer::Menu(menu)) => menu.page(data, file, columns).view(data, buf, area),
            Some(Layer::Notice(notice)) => {
                let page = notice.page(data, file, columns).unwrap_or_else(|| self.gone(columns));
                page.view(data, buf, area);
            }
            Some(Layer::Leave) => self.leave(columns).view(data, buf, area),
            Some(Layer::Form { .. } | Layer::Sheet(_)) => {}
        }
    }

    /// The banner above a form and the keys below it; gives what is between.
    fn around(&self, layer: &Layer, mode: Mode, buf: &mut Buffer, area: Rect) -> Rect {
        let columns = usize::from(area.width);
        let head = self.head_of(layer, (columns, area.height.into()));
        let above = u16::try_from(head.len()).unwrap_or(area.height).min(area.height.saturating_sub(1));
        for (y, line) in head.into_iter().enumerate() {
            put(buf, area, y, line);
        }
        put(buf, area, usize::from(area.height).saturating_sub(1), banner::footer(mode, columns, &self.data));
        Rect { y: area.y + above, height: area.height.saturating_sub(above + 1), ..area }
    }

    /// What stands above a form: whom it is about, that nothing of it is saved, and what has to be said of the file, as
    /// far as the form keeps the lines that it cannot do without. A save that failed is said whatever that costs.
    fn above(&self, patient: Option<&PatientId>, nobody: &str, (columns, lines): (usize, usize)) -> Vec<Line> {
        let theme = self.data.theme;
        let known = patient.and_then(|id| self.data.patient(id));
        let mut head: Vec<Line> = match known {
            Some(patient) => banner::of_patient(&self.data, patient, columns),
            None => banner::flow_in(&[vec![span(nobody, theme.strong())]], columns, 2),
        };
        let unsaved = span("NOT SAVED YET", theme.warning());
        head.extend(banner::moment_line(&self.data, &self.file, columns, Some(unsaved)));
        let room = lines.saturating_sub(head.len() + 1 + size::FORM);
        let room = room.max(usize::from(self.file.trouble.is_some()));
        head.extend(banner::notes_in(&self.data, &self.file, columns, room));
        head
    }

    /// The head of the form or sheet that is open.
    fn head_of(&self, layer: &Layer, size: (usize, usize)) -> Vec<Line> {
        match layer {
            Layer::Form { patient, form } => self.above(form.patient().or(patient.as_ref()), form.about_nobody(), size),
            Layer::Sheet(sheet) => self.above(sheet.patient(), &sheet.about_nobody(), size),
            _ => Vec::new(),
        }
    }

    /// Columns and lines of a form between what stands above it and the keys.
    pub(super) fn room_of(&self, layer: &Layer, (columns, lines): (usize, usize)) -> (usize, usize) {
        if size::is_too_small((columns, lines)) {
            return (columns, 0);
        }
        (columns, lines.saturating_sub(self.head_of(layer, (columns, lines)).len() + 1))
    }

    /// The question before a sheet with names on it is written.
    pub(super) fn print(&self, top: usize, columns: usize) -> Page {
        let name = Safe::within(&sheet::name(&self.file.name, &self.data.moment), self.data.charset()).to_string();
        let text = [
            "The round sheet: the ward in bed order on 80 columns, with what is open and boxes to tick.".to_owned(),
            format!("It goes to a new file beside the ward file, which only you can read: {name}"),
            "It holds names. Remove it once it is printed, and shred the paper after the round.".to_owned(),
        ];
        let paragraphs = text.iter().flat_map(|text| {
            let lines = wrap(text, columns.saturating_sub(4)).into_iter();
            std::iter::once(Vec::new()).chain(lines.map(|line| vec![span(format!("  {line}"), self.data.theme.text())]))
        });
        Page {
            head: banner::moment_line(&self.data, &self.file, columns, None),
            title: "Write the round sheet?".to_owned(),
            body: paragraphs.collect(),
            top,
            mode: Mode::Print,
        }
    }

    /// The question before leaving.
    fn leave(&self, columns: usize) -> Page {
        let theme = self.data.theme;
        let text = "A form has something in it that is not saved. Leave without saving it?";
        let body = wrap(text, columns.saturating_sub(4));
        Page {
            head: banner::moment_line(&self.data, &self.file, columns, Some(span("NOT SAVED YET", theme.warning()))),
            title: "Leave?".to_owned(),
            body: [Vec::new()]
                .into_iter()
                .chain(body.into_iter().map(|line| vec![span(format!("  {line}"), theme.strong())]))
                .collect(),
            top: 0,
            mode: Mode::Leave,
        }
    }

    /// A notice about something that has gone in the meantime.
    fn gone(&self, columns: usize) -> Page {
        let text = "This flag is no longer open: somebody has dealt with it, or its entry was voided.";
        Page {
            head: banner::moment_line(&self.data, &self.file, columns, None),
            title: "Nothing more to do here".to_owned(),
            body: vec![vec![span(format!("  {text}"), self.data.theme.text())]],
            top: 0,
            mode: Mode::Notice,
        }
    }
}

/// Says that the terminal is too small, in as many whole words as there is room for.
fn too_small(buf: &mut Buffer, area: Rect) {
    let size = format!("{}x{}", area.width, area.height);
    let smallest = format!("{}x{}", size::SMALLEST.0, size::SMALLEST.1);
    let texts = [
        format!("wardround needs a terminal of {smallest}; this one is {size}. Make it larger: nothing is lost."),
        format!("needs {smallest}, is {size}"),
        format!("needs {smallest}"),
        smallest,
    ];
    let (columns, lines) = (usize::from(area.width), usize::from(area.height));
    let fits = |text: &String| {
        let wrapped = wrap(text, columns);
        let whole = wrapped.iter().all(|line| line.split(' ').all(|word| text.split(' ').any(|one| one == word)));
        (whole && wrapped.len() <= lines).then_some(wrapped)
    };
    for (y, line) in texts.iter().find_map(fits).unwrap_or_default().into_iter().enumerate() {
        put(buf, area, y, vec![span(line, ratatui::style::Style::new())]);
    }
}
