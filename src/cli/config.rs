//! `wardround config --show`: the settings in force and where each comes from, as a settings file.
//!
//! ```toml
//! # /home/aosei/.config/wardround/settings.toml
//! site = "St Aldhelm's"        # settings.toml:1
//! theme = "mono"               # environment: NO_COLOR or TERM
//! blank-after = 120            # default
//! ```
use std::fmt::Write;

use super::args::Look;
use super::host::Host;
use super::pipes::Pipes;
use super::settings::{self, THEMES};
use super::site::{self, Site};
use super::status::{Failure, Status};
use crate::rules::Rules;
use crate::safe::{Charset, Safe};
use crate::tui::keymap::Key;
use crate::tui::settings::Settings;
use crate::tui::terminal;
use crate::tui::theme::Palette;

/// Cells before a remark, where a setting leaves them.
const REMARK: usize = 40;

/// Prints the settings.
///
/// # Errors
/// The folder of `--protocols` cannot be read, or the answer cannot be written.
pub fn run(look: &Look, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let Site { rules, settings, file } = site::own(host)?;
    site::say(&rules, pipes);
    let whole = file.as_ref().map_or_else(|| "settings.toml".to_owned(), |file| file.display().to_string());
    let there = file.as_ref().is_some_and(|file| file.exists());
    let mut page = Page { out: String::new(), read: &settings, charset: pipes.charset };
    page.comment(&format!("{whole}{}", if there { "" } else { " (there is none yet)" }));
    if let Some(folder) = &host.protocols {
        page.comment(&format!("also read: the protocols in {} (option --protocols)", folder.display()));
    }
    page.all(look, &rules);
    let out = page.out;
    pipes.answer(&out)?;
    Ok(Status::Done)
}

struct Page<'a> {
    out: String,
    read: &'a settings::Read,
    charset: Charset,
}

impl Page<'_> {
    fn all(&mut self, look: &Look, rules: &Rules) {
        let settings = look.over(self.read.settings.clone());
        self.optional("site", settings.site.as_deref().map(quoted));
        let accounts = &settings.shared_accounts;
        self.optional("shared-accounts", (!accounts.is_empty()).then(|| texts(accounts)));
        self.appearance(look, &settings);
        let patience = settings.patience;
        let option = |given: bool, name: &str| given.then(|| format!("option {name}"));
        self.setting(
            "blank-after",
            &patience.blank.as_secs().to_string(),
            option(look.blank_after.is_some(), "--blank-after"),
        );
        let leave = || option(look.leave_after.is_some(), "--leave-after");
        self.setting("leave-after", &patience.end.as_secs().to_string(), leave());
        self.setting("leave-after-form", &patience.end_typing.as_secs().to_string(), leave());
        for contact in &settings.contacts {
            self.table("[[contacts]]", self.read.lines.get("contacts").copied());
            self.line("label", &quoted(&contact.label), None);
            self.line("number", &quoted(&contact.number), None);
        }
        self.table("[units]", None);
        for (test, unit) in &settings.units {
            self.setting(&format!("units.{test}"), &quoted(unit), None);
        }
        self.table("[keys]", None);
        for (action, keys) in settings.keys.changeable() {
            self.setting(&format!("keys.{action}"), &names(&keys), None);
        }
        for (rule, line) in &self.read.confirmed {
            self.table("[[confirm]]", Some(*line));
            self.line("rule", &quoted(rule), None);
            if let Some(word) = rules.rule(rule).and_then(|rule| rule.confirmed.as_ref()) {
                self.line("by", &quoted(&word.by), None);
                self.line("on", &quoted(&word.on.to_string()), None);
            }
        }
    }

    /// The theme and the characters, over which the terminal may have the last word.
    fn appearance(&mut self, look: &Look, settings: &Settings) {
        let terminal = terminal::environment().ok();
        let mono = terminal.is_some_and(|terminal| !terminal.colour);
        let palette = if mono { Palette::Mono } else { settings.palette };
        let theme = THEMES.iter().find(|(_, one)| *one == palette).map_or("dark", |(name, _)| name);
        let option = look.theme.as_ref().map(|_| "option --theme".to_owned());
        self.setting("theme", &quoted(theme), mono.then(|| "environment: NO_COLOR or TERM".to_owned()).or(option));
        let locale = terminal.is_some_and(|terminal| terminal.charset == Charset::Ascii);
        let environment = settings.ascii.is_none().then(|| "environment: LC_ALL, LC_CTYPE or LANG".to_owned());
        self.setting("ascii", &settings.ascii.unwrap_or(locale).to_string(), environment);
    }

    /// A setting, where it comes from if not from the file, else from which line of it, or that it is the default.
    fn setting(&mut self, name: &str, value: &str, from: Option<String>) {
        let line = self.read.lines.get(name).map(|line| format!("settings.toml:{line}"));
        let from = from.or(line).unwrap_or_else(|| "default".to_owned());
        self.line(name.rsplit('.').next().unwrap_or(name), value, Some(&from));
    }

    /// A setting that may be absent.
    fn optional(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) => self.setting(name, &value, None),
            None => self.comment(&format!("{name} is not set (default)")),
        }
    }

    fn table(&mut self, name: &str, line: Option<usize>) {
        let from = line.map(|line| format!("settings.toml:{line}"));
        self.out.push('\n');
        self.remarked(name, from.as_deref());
    }

    fn line(&mut self, name: &str, value: &str, from: Option<&str>) {
        let value = Safe::within(value, self.charset).to_string();
        self.remarked(&format!("{name} = {value}"), from);
    }

    fn remarked(&mut self, text: &str, remark: Option<&str>) {
        let _ = match remark {
            Some(remark) => writeln!(self.out, "{text:<REMARK$}  # {remark}"),
            None => writeln!(self.out, "{text}"),
        };
    }

    fn comment(&mut self, text: &str) {
        let _ = writeln!(self.out, "# {}", Safe::within(text, self.charset));
    }
}

/// Text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn texts(all: &[String]) -> String {
    format!("[{}]", all.iter().map(|one| quoted(one)).collect::<Vec<_>>().join(", "))
}

/// One key by its name, or several.
fn names(keys: &[Key]) -> String {
    match keys {
        [key] => quoted(&key.label()),
        keys => texts(&keys.iter().map(|key| key.label()).collect::<Vec<_>>()),
    }
}
