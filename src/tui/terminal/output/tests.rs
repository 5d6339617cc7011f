//! What is written, byte for byte, and that a terminal makes of it what was drawn.
use ratatui::layout::Rect;
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::{Frame, Terminal};

use super::*;
use crate::safe::Charset;

/// A terminal without one.
#[derive(Debug)]
struct Memory {
    writes: Vec<Vec<u8>>,
    size: (u16, u16),
}

impl Device for Memory {
    fn size(&self) -> Option<(u16, u16)> {
        Some(self.size)
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        self.writes.push(frame.to_vec());
        Ok(())
    }
}

struct Drawn(Terminal<Output<Memory>>);

impl Drawn {
    fn of(size: (u16, u16), capabilities: Capabilities) -> Self {
        let memory = Memory { writes: Vec::new(), size };
        Self(Terminal::new(Output::new(memory, capabilities)).unwrap())
    }

    fn on(colour: bool, charset: Charset) -> Self {
        Self::of((20, 4), Capabilities { colour, charset, moves_lines: true })
    }

    fn new() -> Self {
        Self::on(true, Charset::Unicode)
    }

    /// The writes of one frame, without the marks around them.
    fn frame(&mut self, view: impl FnOnce(&mut Frame)) -> String {
        let before = self.0.backend().device().writes.len();
        self.0.draw(view).unwrap();
        let writes = &self.0.backend().device().writes[before..];
        assert!(writes.len() <= 1, "more than one write a frame");
        let text = String::from_utf8(writes.concat()).unwrap();
        let inner = text.strip_prefix("\x1b[?2026h").and_then(|text| text.strip_suffix("\x1b[?2026l"));
        assert!(text.is_empty() || inner.is_some(), "{text:?}");
        inner.unwrap_or_default().to_owned()
    }

    fn text(&mut self, y: u16, text: &str) -> String {
        let text = text.to_owned();
        self.frame(|frame| put(frame, 0, y, &text, Style::new()))
    }
}

/// Puts a text into cells as the widget library's low-level functions do, without a check.
fn put(frame: &mut Frame, x: u16, y: u16, text: &str, style: Style) {
    frame.buffer_mut().set_string(x, y, text, style);
}

#[test]
fn an_unchanged_frame_writes_nothing() {
    let mut drawn = Drawn::new();
    assert_eq!(drawn.text(0, "ANC 0.40"), "\x1b[1;1HANC 0.40");
    assert_eq!(drawn.text(0, "ANC 0.40"), "");
    assert_eq!(drawn.text(0, "ANC 0.41"), "\x1b[1;8H1");
}

#[test]
fn the_way_to_a_cell_is_short() {
    let mut drawn = Drawn::new();
    let rows = drawn.frame(|frame| {
        put(frame, 0, 0, "abc", Style::new());
        put(frame, 9, 0, "d", Style::new());
        put(frame, 0, 1, "e", Style::new());
        put(frame, 5, 2, "f", Style::new());
        put(frame, 19, 2, "g", Style::new());
        put(frame, 0, 3, "h", Style::new());
    });
    assert_eq!(rows, "\x1b[1;1Habc\x1b[6Cd\r\ne\x1b[3;6Hf\x1b[13Cg\r\nh");
    // A few cells are written once more, if they look the same in the style that is set.
    let text = drawn.frame(|frame| {
        put(frame, 0, 0, "Abc", Style::new());
        put(frame, 4, 0, "D", Style::new().bold());
        put(frame, 6, 0, "E", Style::new().bold());
        put(frame, 0, 1, "李", Style::new());
        put(frame, 3, 1, "F", Style::new());
    });
    assert!(text.starts_with("\x1b[1;1HAbc \x1b[1mD E"), "{text:?}");
    assert!(text.contains("李\x1b[2;4HF"), "{text:?}");
    let text = drawn.frame(|frame| {
        put(frame, 0, 0, "a", Style::new().bold());
        put(frame, 1, 0, "b", Style::new());
        put(frame, 2, 0, "c", Style::new().bold());
    });
    assert!(text.starts_with("\x1b[1;1H\x1b[1ma\x1b[Cc"), "{text:?}");
}

#[test]
fn styles_are_set_only_when_they_change() {
    let mut drawn = Drawn::new();
    let line = Line::from(vec!["a".bold().red(), "b".bold().red(), "c".red(), "d".into(), "e".on_blue(), "f".dim()]);
    let text = drawn.frame(|frame| frame.render_widget(line, frame.area()));
    assert_eq!(text, "\x1b[1;1H\x1b[1;31mab\x1b[0;31mc\x1b[39md\x1b[44me\x1b[2;49mf");
    // The terminal keeps the last style, and so do we.
    let text = drawn.frame(|frame| frame.render_widget("x".dim(), frame.area()));
    assert_eq!(text, "\x1b[1;1Hx\x1b[K");
}

#[test]
fn the_rest_of_a_row_is_cleared_at_once() {
    let mut drawn = Drawn::new();
    drawn.text(0, "Okafor, Adaeze");
    assert_eq!(drawn.text(0, "Okafor"), "\x1b[1;7H\x1b[K");
    assert_eq!(drawn.text(0, "Okafor, Adaeze"), ", Adaeze");
    // Something stands after it, or is to be seen on the spaces.
    drawn.text(0, "Okafor, Adaeze   B3");
    assert_eq!(drawn.text(0, "Okafor           B3"), "\x1b[1;7H        ");
    let reversed = drawn.frame(|frame| put(frame, 0, 0, "O                   ", Style::new().reversed()));
    assert!(!reversed.contains("\x1b[K"), "{reversed:?}");
    assert_eq!(drawn.text(0, "O"), "\x1b[1;1H\x1b[mO\x1b[K");
}

#[test]
fn without_colour_bold_and_reverse_stay() {
    let mut drawn = Drawn::on(false, Charset::Unicode);
    let text = drawn.frame(|frame| frame.render_widget("RED".bold().reversed().white().on_red(), frame.area()));
    assert_eq!(text, "\x1b[1;1H\x1b[1;7mRED");
}

#[test]
fn nothing_blinks_or_hides() {
    let mut drawn = Drawn::new();
    let text = drawn.frame(|frame| frame.render_widget("x".slow_blink().rapid_blink().hidden(), frame.area()));
    assert_eq!(text, "\x1b[1;1Hx");
}

#[test]
fn the_cursor_is_moved_only_when_it_moves() {
    let mut drawn = Drawn::new();
    assert_eq!(drawn.frame(|frame| frame.set_cursor_position((3, 1))), "\x1b[?25h\x1b[2;4H");
    assert_eq!(drawn.frame(|frame| frame.set_cursor_position((3, 1))), "");
    let typed = drawn.frame(|frame| {
        put(frame, 3, 1, "1", Style::new());
        frame.set_cursor_position((4, 1));
    });
    assert_eq!(typed, "1");
    assert_eq!(drawn.text(1, "   1"), "\x1b[?25l");
}

/// Whatever gets into a cell, past the `Safe` type and past the library: nothing that steers goes out.
#[test]
#[allow(clippy::disallowed_methods)] // goes round every check on purpose
fn the_last_gate_lets_nothing_through() {
    for hostile in [
        "\u{1b}]52;c;AAAA\u{7}",
        "\u{9b}2J",
        "\u{7f}",
        "a\nb",
        "x\u{202e}",
        "\u{200b}",
        "\u{e0041}",
        "🙂",
        "",
        "\u{301}",
        "ာ\u{202e}",
    ] {
        let mut drawn = Drawn::new();
        let cell = {
            let mut cell = Cell::EMPTY;
            cell.set_symbol(hostile);
            cell
        };
        drawn.0.backend_mut().draw([(2, 1, &cell)].into_iter()).unwrap();
        drawn.0.backend_mut().draw([(3, 1, &Cell::new("|"))].into_iter()).unwrap();
        assert_eq!(drawn.0.backend().frame, b"\x1b[2;3H?\x1b[2;4H|", "{hostile:?}");
    }
}

/// Vowels that the library gives a cell of their own after their letter, as in Burmese.
#[test]
fn a_vowel_in_a_cell_of_its_own_is_shown() {
    for name in ["ကာ", "ကါ", "ขำ"] {
        let shown = Drawn::new().text(0, name);
        assert!(shown.contains(name.chars().last().unwrap()) && !shown.contains('?'), "{shown:?}");
    }
}

#[test]
fn an_ascii_terminal_gets_only_ascii() {
    let mut drawn = Drawn::on(true, Charset::Ascii);
    assert_eq!(drawn.text(0, "Zoë─x"), "\x1b[1;1HZo?\x1b[1;4H?\x1b[1;5Hx");
}

/// A terminal that takes another script for wider or narrower than we do still puts the next value where it belongs.
#[test]
fn after_another_script_the_place_is_named() {
    let mut drawn = Drawn::new();
    assert_eq!(drawn.text(0, "李é|x─y"), "\x1b[1;1H李\x1b[1;3Hé\x1b[1;4H|x─y");
}

#[test]
fn clearing_starts_anew() {
    let mut drawn = Drawn::new();
    drawn.frame(|frame| frame.render_widget("a".bold(), frame.area()));
    drawn.0.clear().unwrap();
    let text = drawn.frame(|frame| frame.render_widget("a".bold(), frame.area()));
    assert!(text.ends_with("\x1b[1;1H\x1b[1ma"), "{text:?}");
    drawn.0.backend_mut().forget();
    assert_eq!(drawn.text(0, "a"), "\x1b[1;1Ha");
}

proptest::proptest! {
    /// After any two frames a terminal shows what was drawn last.
    #[test]
    fn a_terminal_shows_what_was_drawn(frames in proptest::collection::vec(
        proptest::collection::vec((0_u16..20, 0_u16..4, "[ -~]{0,8}|[─é李]{1,3}", 0_u8..16), 0..8), 1..4)
    ) {
        let mut drawn = Drawn::new();
        let mut screen = vt100::Parser::new(4, 20, 0);
        let mut last = ratatui::buffer::Buffer::empty(Rect::new(0, 0, 20, 4));
        for texts in frames {
            let bytes = drawn.frame(|frame| {
                for (x, y, text, style) in texts {
                    let mut span = Span::raw(text);
                    if style & 1 > 0 { span = span.bold(); }
                    if style & 2 > 0 { span = span.red(); }
                    if style & 4 > 0 { span = span.on_light_blue(); }
                    if style & 8 > 0 { span = span.reversed(); }
                    frame.render_widget(span, Rect::new(x, y, 20 - x, 1));
                }
                last = frame.buffer_mut().clone();
            });
            screen.process(bytes.as_bytes());
        }
        for (index, cell) in last.content().iter().enumerate() {
            let at = last.pos_of(index);
            let seen = screen.screen().cell(at.1, at.0).unwrap();
            if seen.is_wide_continuation() { continue; }
            let shown = if seen.contents().is_empty() { " " } else { seen.contents() };
            proptest::prop_assert_eq!(shown, cell.symbol());
            // The freed half of a wide character takes the style that is set at the time: the library lets it be.
            if shown == " " { continue; }
            proptest::prop_assert_eq!(seen.bold(), cell.modifier.contains(Modifier::BOLD));
            proptest::prop_assert_eq!(seen.inverse(), cell.modifier.contains(Modifier::REVERSED));
            proptest::prop_assert_eq!(seen.fgcolor() == vt100::Color::Idx(1), cell.fg == Color::Red);
            proptest::prop_assert_eq!(seen.bgcolor() == vt100::Color::Idx(12), cell.bg == Color::LightBlue);
        }
    }
}

/// A screen on which rows can move.
const TALL: (u16, u16) = (24, 12);

fn tall(moves_lines: bool) -> Drawn {
    Drawn::of(TALL, Capabilities { colour: true, charset: Charset::Unicode, moves_lines })
}

/// A row and how it looks.
type Row = (String, u8);

fn put_rows(frame: &mut Frame, rows: &[Row]) {
    for (y, (text, style)) in (0..TALL.1).zip(rows) {
        let looks = [Style::new(), Style::new().bold().red(), Style::new().on_light_blue(), Style::new().reversed()];
        frame.render_widget(Span::styled(text, looks[usize::from(*style)]), Rect::new(0, y, TALL.0, 1));
    }
}

fn named(names: &[&str]) -> Vec<Row> {
    names.iter().map(|name| (format!("{name}, result 1.25"), 0)).collect()
}

#[test]
fn rows_that_only_moved_are_not_sent_again() {
    let (before, after) =
        (["Abara", "Bałan", "Chukwu", "Dunmore", "Eriksen"], ["Abara", "Xu", "Yi", "Bałan", "Chukwu"]);
    let frames = |moves| {
        let mut drawn = tall(moves);
        drawn.frame(|frame| put_rows(frame, &named(&before)));
        drawn.frame(|frame| put_rows(frame, &named(&after)))
    };
    let moved = frames(true);
    assert!(moved.starts_with("\x1b[4H\x1b[2M\x1b[2H\x1b[2L\x1b[2;1HXu, result"), "{moved:?}");
    assert!(!moved.contains("Chukwu") && !moved.contains("\x1b[r"), "{moved:?}");
    let drawn = frames(false);
    assert!(drawn.contains("Chukwu") && !drawn.contains('M') && moved.len() < drawn.len(), "{drawn:?}");
}

#[test]
fn after_another_size_or_a_clear_nothing_is_moved() {
    let (before, after) = (named(&["A", "B", "C", "D", "E"]), named(&["A", "X", "Y", "B", "C"]));
    let forgetting: [fn(&mut Drawn); 3] = [
        |drawn| drawn.0.clear().unwrap(),
        |drawn| drawn.0.backend_mut().forget(),
        |drawn| drawn.0.backend_mut().device.size = (24, 11),
    ];
    for forget in forgetting {
        let mut drawn = tall(true);
        drawn.frame(|frame| put_rows(frame, &before));
        forget(&mut drawn);
        let mut writes = String::new();
        drawn.0.draw(|frame| put_rows(frame, &after)).unwrap();
        for write in &drawn.0.backend().device().writes[1..] {
            writes.push_str(std::str::from_utf8(write).unwrap());
        }
        assert!(!writes.contains('L') && !writes.contains('M'), "{writes:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(1_000))]

    /// Frames whose rows come, go, change and move: a terminal shows each as it was drawn, to the last cell and cursor.
    #[test]
    fn a_terminal_shows_rows_that_moved(
        wide in proptest::bool::ANY,
        mut pool in proptest::collection::vec(("[A-Za-z]{4,10}, ([a-z ─éń]{0,14}|[a-c]{12}|李é[a-z]{3}|e\u{301}x{4})", 0_u8..4), 10),
        frames in proptest::collection::vec((proptest::collection::vec((0_usize..12, 0_usize..10, 0_u8..4), 0..6), 0_u16..12), 1..5),
    ) {
        for (text, _) in pool.iter_mut().filter(|_| !wide) { *text = text.replace('李', "Li"); }
        let mut drawn = tall(true);
        let mut terminal = vt100::Parser::new(TALL.1, TALL.0, 0);
        let mut rows: Vec<Row> = pool.iter().chain(&pool).take(TALL.1.into()).cloned().collect();
        let mut screen = ratatui::buffer::Buffer::empty(Rect::new(0, 0, TALL.0, TALL.1));
        for (edits, cursor) in frames {
            let bytes = drawn.frame(|frame| {
                put_rows(frame, &rows);
                frame.set_cursor_position((3, cursor));
                screen = frame.buffer_mut().clone();
            });
            terminal.process(bytes.as_bytes());
            proptest::prop_assert_eq!(terminal.screen().cursor_position(), (cursor, 3));
            same_cells(&screen, terminal.screen(), wide)?;
            for (at, which, what) in edits {
                match what {
                    0 => { rows.remove(at.min(rows.len() - 1)); rows.push(pool[which].clone()); }
                    1 => { rows.insert(at, pool[which].clone()); rows.truncate(TALL.1.into()); }
                    2 => rows[at].0.insert(0, 'x'),
                    _ => rows[at].0.clear(),
                }
            }
        }
    }
}

/// Whether a terminal shows a screen: every character in its style, and of a space whatever can be seen of it, unless
/// there was anything wide: its freed half takes the style that is set at the time, which the library lets be.
fn same_cells(
    screen: &ratatui::buffer::Buffer,
    terminal: &vt100::Screen,
    wide: bool,
) -> Result<(), proptest::test_runner::TestCaseError> {
    for (index, cell) in screen.content().iter().enumerate() {
        let at = screen.pos_of(index);
        let seen = terminal.cell(at.1, at.0).unwrap();
        if seen.is_wide_continuation() {
            continue;
        }
        let shown = if seen.contents().is_empty() { " " } else { seen.contents() };
        proptest::prop_assert_eq!(shown, cell.symbol(), "at {:?}", at);
        if !wide || shown != " " {
            proptest::prop_assert_eq!(seen.inverse(), cell.modifier.contains(Modifier::REVERSED));
            proptest::prop_assert_eq!(seen.bgcolor() == vt100::Color::Idx(12), cell.bg == Color::LightBlue);
        }
        if shown != " " {
            proptest::prop_assert_eq!(seen.bold(), cell.modifier.contains(Modifier::BOLD));
            proptest::prop_assert_eq!(seen.fgcolor() == vt100::Color::Idx(1), cell.fg == Color::Red);
        }
    }
    Ok(())
}
