//! Bytes from a terminal in, keys and pasted text out.
//!
//! It can be cut anywhere: the network hands over `ESC` and, a moment later, `[B`, and that is still one Down. Only
//! `ESC` alone is in doubt, and becomes the key Esc when nothing follows in time. What is not understood is swallowed
//! whole, never typed. Keys are the widget library's, as its own reader would name them; that one takes a cut arrow for
//! three keys and the end of a cut paste for nothing, so that the newline in it submits.
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(KeyEvent),
    /// Text, pasted as one; its line ends are `\n`.
    Paste(String),
}

const ESCAPE: u8 = 0x1b;
const CTRL_C: u8 = 0x03;

/// Ends pasted text.
const PASTE_END: &[u8] = b"\x1b[201~";

/// Longest text that can be pasted, in bytes. A longer one is dropped whole: nothing is ever cut.
const LONGEST_PASTE: usize = 1 << 20;

/// Longest sequence that any terminal sends for a key, in bytes, and some more.
const LONGEST_SEQUENCE: usize = 64;

/// What has begun and not ended.
#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// The first bytes of a character.
    Character(Vec<u8>),
    /// `ESC`: the key, or the start of what follows.
    Escape,
    /// `ESC [` and what belongs to it.
    Control(Vec<u8>),
    /// `ESC O`: one more byte names the key.
    Function,
    /// `ESC [ [`: one more byte names the key of a Linux console.
    Console,
    /// A mouse report that nobody asked for: so many more bytes.
    Mouse(u8),
    /// An answer to a question that an earlier program asked; whether its last byte was `ESC`.
    Answer(bool),
    /// Pasted text.
    Paste(Vec<u8>),
}

/// The reader's state between two reads.
#[derive(Debug, Default)]
pub struct Parser {
    state: State,
    /// Whether what has begun is to be dropped when it ends.
    drop_begun: bool,
}

impl Parser {
    /// Takes what was read, as far as it goes.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        // A paste whose end got lost would swallow everything: a lone Ctrl-C gets out.
        if bytes == [CTRL_C] && matches!(self.state, State::Paste(_) | State::Answer(_)) {
            self.state = State::Ground;
        }
        let mut out = Vec::new();
        for &byte in bytes {
            self.take(byte, &mut out);
        }
        out
    }

    /// Whether an `ESC` waits for what follows; if nothing does in 30 ms, call [`Parser::nothing_followed`].
    pub fn waits(&self) -> bool {
        self.state == State::Escape
    }

    /// Nothing followed an `ESC`: it was the key.
    pub fn nothing_followed(&mut self) -> Option<Input> {
        if !self.waits() {
            return None;
        }
        self.state = State::Ground;
        (!std::mem::take(&mut self.drop_begun)).then(|| key(KeyCode::Esc))
    }

    /// Drops what has begun and not ended, once it has.
    pub fn drop_begun(&mut self) {
        self.drop_begun = self.state != State::Ground;
    }

    fn emit(&mut self, input: Option<Input>, out: &mut Vec<Input>) {
        if !std::mem::take(&mut self.drop_begun) {
            out.extend(input);
        }
    }

    fn take(&mut self, byte: u8, out: &mut Vec<Input>) {
        match std::mem::take(&mut self.state) {
            State::Ground => self.begin(byte, out),
            State::Character(bytes) => self.character(bytes, byte, out),
            State::Escape => self.after_escape(byte, out),
            State::Control(bytes) => self.control(bytes, byte, out),
            State::Function => self.emit(function_key(byte), out),
            State::Console => self.emit(f_key(byte.wrapping_sub(b'A').wrapping_add(1), 5), out),
            State::Mouse(left) if left > 1 => self.state = State::Mouse(left - 1),
            State::Mouse(_) => self.emit(None, out),
            State::Answer(escaped) if byte == 0x07 || escaped && byte == b'\\' => self.emit(None, out),
            State::Answer(_) => self.state = State::Answer(byte == ESCAPE),
            State::Paste(bytes) => self.paste(bytes, byte, out),
        }
    }

    fn begin(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            ESCAPE => self.state = State::Escape,
            0..=0x7f => self.emit(Some(ascii_key(byte)), out),
            _ => self.character(Vec::new(), byte, out),
        }
    }

    /// A character of several bytes. What is none is shown as one that nobody types.
    fn character(&mut self, mut bytes: Vec<u8>, byte: u8, out: &mut Vec<Input>) {
        bytes.push(byte);
        match std::str::from_utf8(&bytes) {
            Ok(text) => self.emit(text.chars().next().map(char_key), out),
            Err(error) if error.error_len().is_none() => self.state = State::Character(bytes),
            Err(_) => {
                self.emit(Some(char_key(char::REPLACEMENT_CHARACTER)), out);
                if bytes.len() > 1 {
                    self.begin(byte, out);
                }
            }
        }
    }

    fn after_escape(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b'[' => self.state = State::Control(Vec::new()),
            b'O' => self.state = State::Function,
            b']' | b'P' | b'_' | b'^' | b'X' => self.state = State::Answer(false),
            // Two keys that came in one packet, Esc and another. Some terminals send the same for Alt and the other,
            // which no key of this program needs.
            _ => {
                self.emit(Some(key(KeyCode::Esc)), out);
                self.begin(byte, out);
            }
        }
    }

    fn control(&mut self, mut bytes: Vec<u8>, byte: u8, out: &mut Vec<Input>) {
        match byte {
            ESCAPE => {
                self.emit(None, out);
                self.state = State::Escape;
            }
            b'[' if bytes.is_empty() => self.state = State::Console,
            b'M' if bytes.is_empty() => self.state = State::Mouse(3),
            b'~' if bytes == b"200" => self.state = State::Paste(Vec::new()),
            0x40..=0x7e => self.emit(control_key(&bytes, byte), out),
            _ => {
                if bytes.len() < LONGEST_SEQUENCE {
                    bytes.push(byte);
                }
                self.state = State::Control(bytes);
            }
        }
    }

    fn paste(&mut self, mut bytes: Vec<u8>, byte: u8, out: &mut Vec<Input>) {
        bytes.push(byte);
        if bytes.ends_with(PASTE_END) {
            bytes.truncate(bytes.len() - PASTE_END.len());
            let text = (bytes.len() <= LONGEST_PASTE).then(|| pasted(&bytes));
            self.emit(text, out);
            return;
        }
        if bytes.len() > LONGEST_PASTE + 2 * PASTE_END.len() {
            // Only its end is still of interest.
            bytes.remove(LONGEST_PASTE + PASTE_END.len());
        }
        self.state = State::Paste(bytes);
    }
}

/// Terminals send pasted line ends as they send Enter.
fn pasted(bytes: &[u8]) -> Input {
    Input::Paste(String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n"))
}

fn key(code: KeyCode) -> Input {
    Input::Key(code.into())
}

fn char_key(c: char) -> Input {
    let modifiers = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    Input::Key(KeyEvent::new(KeyCode::Char(c), modifiers))
}

fn ascii_key(byte: u8) -> Input {
    let control = |c: u8| Input::Key(KeyEvent::new(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL));
    match byte {
        b'\r' => key(KeyCode::Enter),
        b'\t' => key(KeyCode::Tab),
        // Which of the two Backspace sends is a setting of the terminal.
        0x08 | 0x7f => key(KeyCode::Backspace),
        0 => control(b' '),
        0x01..=0x1a => control(byte - 1 + b'a'),
        0x1b => key(KeyCode::Esc),
        0x1c..=0x1f => control(byte - 0x1c + b'4'),
        _ => char_key(char::from(byte)),
    }
}

/// `ESC O` and a letter: the arrows and the keypad of a terminal that an earlier program left in application mode.
fn function_key(byte: u8) -> Option<Input> {
    match byte {
        b'M' => Some(key(KeyCode::Enter)),
        b'P'..=b'S' => f_key(byte - b'P' + 1, 4),
        b'j'..=b'y' => Some(char_key(char::from(byte - 0x40))),
        _ => arrow(byte).map(key),
    }
}

fn arrow(byte: u8) -> Option<KeyCode> {
    Some(match byte {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

/// `F1` to `F<most>`.
fn f_key(number: u8, most: u8) -> Option<Input> {
    (1..=most).contains(&number).then(|| key(KeyCode::F(number)))
}

/// `ESC [`, numbers, and the byte that says what they are.
fn control_key(numbers: &[u8], last: u8) -> Option<Input> {
    let numbers = std::str::from_utf8(numbers).ok()?;
    let (number, modifiers) = numbers.split_once(';').unwrap_or((numbers, ""));
    let code = match last {
        b'~' => numbered_key(number.parse().ok()?)?,
        b'Z' => return Some(Input::Key(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT))),
        b'P' | b'Q' | b'S' if matches!(number, "" | "1") => KeyCode::F(last - b'P' + 1),
        _ if matches!(number, "" | "1") => arrow(last)?,
        _ => return None,
    };
    Some(Input::Key(KeyEvent::new(code, modified(modifiers)?)))
}

fn numbered_key(number: u8) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number - 10),
        17..=21 => KeyCode::F(number - 11),
        23 | 24 => KeyCode::F(number - 12),
        _ => return None,
    })
}

/// Shift 1, Alt 2, Ctrl 4, plus 1. `None` for the release of a key, which nobody asked to hear of.
fn modified(modifiers: &str) -> Option<KeyModifiers> {
    let (mask, kind) = modifiers.split_once(':').unwrap_or((modifiers, "1"));
    if kind == "3" {
        return None;
    }
    let mask = mask.parse().unwrap_or(1_u8).saturating_sub(1);
    let modifier = |bit, modifier| if mask & bit > 0 { modifier } else { KeyModifiers::NONE };
    Some(modifier(1, KeyModifiers::SHIFT) | modifier(2, KeyModifiers::ALT) | modifier(4, KeyModifiers::CONTROL))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the bytes mean when they come at once, and nothing follows.
    fn read(bytes: &[u8]) -> Vec<Input> {
        let mut parser = Parser::default();
        let mut out = parser.feed(bytes);
        out.extend(parser.nothing_followed());
        out
    }

    fn words(inputs: &[Input]) -> String {
        let word = |input: &Input| match input {
            Input::Paste(text) => format!("paste {text:?}"),
            Input::Key(event) => {
                let held = [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-")];
                let held =
                    held.iter().filter(|(modifier, _)| event.modifiers.contains(*modifier)).map(|(_, word)| *word);
                format!("{}{}", held.collect::<String>(), event.code)
            }
        };
        inputs.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// Terminals' ways to say a key, and what they say.
    const KEYS: &[(&str, &str)] = &[
        ("a", "a"),
        ("é李", "é 李"),
        ("\r", "Enter"),
        ("\n", "Ctrl-j"),
        ("\t\x1b[Z", "Tab Back Tab"),
        ("\x7f\x08", "Backspace Backspace"),
        ("\x03\x1a\x00", "Ctrl-c Ctrl-z Ctrl-Space"),
        ("\x1b", "Esc"),
        ("\x1b\x1b", "Esc Esc"),
        ("\x1by", "Esc y"),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", "Up Down Right Left"),
        ("\x1bOA\x1bOB\x1bOC\x1bOD", "Up Down Right Left"),
        ("\x1b[H\x1b[1~\x1b[7~\x1bOH\x1b[F\x1b[4~\x1b[8~", "Home Home Home Home End End End"),
        ("\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "Insert Del Page Up Page Down"),
        ("\x1bOP\x1b[11~\x1b[[A\x1b[P\x1b[15~\x1b[24~", "F1 F1 F1 F1 F5 F12"),
        ("\x1b[1;5B\x1b[5;3~\x1b[1;2A", "Ctrl-Down Alt-Page Up Up"),
        ("\x1bOM\x1bOp\x1bOn", "Enter 0 ."),
        ("\x1b[200~1.32\r\n0.4\rx\x1b[201~y", "paste \"1.32\\n0.4\\nx\" y"),
        ("\x1b[200~\x1b[A\x03\x1b[201~", "paste \"\\u{1b}[A\\u{3}\""),
        // Nobody asked for these: a mouse, the focus, answers to an earlier program's questions, a key's release.
        ("\x1b[M !!a\x1b[<0;3;4Mb\x1b[Ic\x1b[?64;1cd\x1b[3;1Re", "a b c d e"),
        ("\x1b]11;rgb:0000/0000/0000\x07a\x1bP1$r0m\x1b\\b\x1b[1;1:3Bc", "a b c"),
        ("\x1b[999;999;999zq", "q"),
        ("\x1b[\x1b[Bq", "Down q"),
    ];

    #[test]
    fn keys_are_named() {
        for (bytes, expected) in KEYS {
            assert_eq!(words(&read(bytes.as_bytes())), *expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_sequence_can_be_cut_anywhere() {
        for (bytes, expected) in KEYS {
            for cut in 0..=bytes.len() {
                let (first, second) = bytes.as_bytes().split_at(cut);
                let mut parser = Parser::default();
                let mut out = parser.feed(first);
                out.extend(parser.feed(second));
                out.extend(parser.nothing_followed());
                assert_eq!(words(&out), *expected, "{bytes:?} cut after {cut}");
            }
        }
    }

    #[test]
    fn only_a_lone_escape_waits() {
        let mut parser = Parser::default();
        for (bytes, waits) in [(&b"\x1b"[..], true), (b"[", false), (b"B", false), (b"\xc3", false), (b"\xa9", false)] {
            parser.feed(bytes);
            assert_eq!(parser.waits(), waits, "{bytes:?}");
        }
        parser.feed(b"\x1b");
        assert_eq!(parser.nothing_followed(), Some(key(KeyCode::Esc)));
        assert_eq!(parser.nothing_followed(), None);
        assert_eq!(words(&parser.feed(b"[")), "[");
    }

    #[test]
    fn bytes_that_are_no_text_are_seen() {
        assert_eq!(words(&read(b"\xe9a\xff\xc3\x1b[A")), "\u{fffd} a \u{fffd} \u{fffd} Up");
    }

    #[test]
    fn a_paste_without_an_end_can_be_left() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b[200~1.32\r"), []);
        assert_eq!(parser.feed(b"y"), []);
        assert_eq!(words(&parser.feed(b"\x03")), "Ctrl-c");
        assert_eq!(words(&parser.feed(b"y")), "y");
    }

    #[test]
    fn a_paste_is_whole_or_not_there() {
        let longest = "x".repeat(LONGEST_PASTE);
        let paste = |text: &str| read(format!("\x1b[200~{text}\x1b[201~y").as_bytes());
        assert_eq!(paste(&longest).len(), 2);
        assert_eq!(words(&paste(&format!("{longest}x"))), "y");
        assert_eq!(words(&paste(&longest.repeat(2))), "y");
    }

    #[test]
    fn what_was_typed_ahead_is_dropped_to_its_end() {
        for (begun, rest) in [("\x1b", "[B"), ("\x1b[200~1.3", "2\ry\x1b[201~"), ("\x1b[", "B"), ("\u{c3}", "")] {
            let mut parser = Parser::default();
            parser.feed(begun.as_bytes());
            parser.drop_begun();
            assert_eq!(parser.feed(rest.as_bytes()), [], "{begun:?}");
            assert_eq!(words(&parser.feed(b"y")), "y", "{begun:?}");
        }
        let mut parser = Parser::default();
        parser.feed(b"\x1b");
        parser.drop_begun();
        assert_eq!(parser.nothing_followed(), None);
        assert_eq!(words(&parser.feed(b"y")), "y");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_it(chunks in proptest::collection::vec(proptest::collection::vec(0_u8..=255, 0..9), 0..20)) {
            let mut parser = Parser::default();
            for chunk in chunks {
                parser.feed(&chunk);
            }
        }
    }
}
