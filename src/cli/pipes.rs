//! Standard input, output and error: answers on the one, messages on the other, all text through [`Safe`].
use std::io::{self, BufRead, Write};

use super::status::Failure;
use crate::safe::{Charset, Safe};

/// Where a command reads and writes.
pub struct Pipes<'a> {
    /// Standard input; handed to the thread that reads it.
    pub input: Option<Box<dyn BufRead + Send>>,
    /// Answers.
    pub out: &'a mut dyn Write,
    /// Messages.
    pub err: &'a mut dyn Write,
    /// What the reader of the answers can show.
    pub charset: Charset,
    /// The width of the terminal that shows the answers, if one does.
    pub columns: Option<usize>,
    /// What the reader of the messages can show.
    pub message_charset: Charset,
}

impl Pipes<'_> {
    /// Writes an answer. That nobody reads it (`| head`) is no failure.
    ///
    /// # Errors
    /// It could not be written, as to a full disk.
    pub fn answer(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::file(format!("the answer could not be written: {}", reason(&error))))
            }
            _ => Ok(()),
        }
    }

    /// Writes a message, each line of it made safe. That it cannot be written changes nothing.
    pub fn message(&mut self, text: &str) {
        for (n, line) in text.lines().enumerate() {
            let name = if n == 0 { "wardround: " } else { "" };
            let _ = writeln!(self.err, "{name}{}", Safe::within(line, self.message_charset));
        }
        let _ = self.err.flush();
    }
}

/// An error of the operating system in words.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
