//! `wardround doctor`: whether this host and this file are fit for a ward, a line each, with what to do about it.
//!
//! ```text
//! ok       permissions  ward.json -rw-rw---- nsmith ward7, ward.json.d drwxrws---
//! warning  swap         /dev/sda3 is not encrypted: what was in memory can be read from the disk. Have IT encrypt it
//! FAULT    room         no room is left on the disk: nothing can be saved. Have IT make room now
//! ```
use std::path::Path;

use chrono::{DateTime, Utc};

use super::host::Host;
use super::pipes::Pipes;
use super::site;
use super::status::{Failure, Status};
use super::table::Table;
use crate::safe::Safe;
use crate::store::survey::{self, FileSystem, Item, Survey};
use crate::store::{ClockDoubt, Loaded, Options, Store};
use crate::tui::size::FULL;
use crate::tui::terminal::{self, Capabilities, Device, NoScreen};
use crate::ward::read;

/// Under so many bytes there is no room for a ward's saves; under so many, soon none.
const NO_ROOM: u64 = 4 << 20;
const LITTLE_ROOM: u64 = 256 << 20;
/// Under so many files more a disk is about to take none.
const FEW_FILES: u64 = 1000;
/// Permission bits: the group may write, everybody may write, new files keep the group.
const GROUP_WRITES: u32 = 0o020;
const ALL_WRITE: u32 = 0o002;
const KEEPS_GROUP: u32 = 0o2000;

/// How bad something is. Of several, the greater is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Ok,
    Warning,
    Fault,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "FAULT",
        }
    }
}

/// What was found, in the order in which it is said.
#[derive(Default)]
struct Findings(Vec<(State, &'static str, String)>);

impl Findings {
    fn say(&mut self, state: State, what: &'static str, text: impl Into<String>) {
        self.0.push((state, what, text.into()));
    }

    fn worst(&self) -> State {
        self.0.iter().map(|(state, ..)| *state).max().unwrap_or(State::Ok)
    }
}

/// Runs the command.
///
/// # Errors
/// There is no such file, or `--fix` may not change it.
pub fn run(file: &Path, fix: bool, host: &Host, pipes: &mut Pipes<'_>) -> Result<Status, Failure> {
    let cannot = |what: &str, error: rustix::io::Errno| {
        let reason = super::pipes::reason(&error.into());
        Failure::file(format!("{} cannot be {what}: {reason}", file.display()))
    };
    if fix {
        for name in survey::narrow(file).map_err(|error| cannot("narrowed, which only its owner may do", error))? {
            pipes.message(&format!("{name}: everybody else's permissions were taken away"));
        }
    }
    let survey = survey::survey(file).map_err(|error| cannot("looked at", error))?;
    let mut findings = Findings::default();
    findings.say(State::Ok, "version", concat!("wardround ", env!("CARGO_PKG_VERSION")));
    let loaded = ward(file, &mut findings);
    permissions(&survey, &mut findings);
    disk(&survey, &mut findings);
    clock(loaded.as_ref().and_then(|loaded| loaded.saved_at), (host.clock)(), &mut findings);
    swap(&survey, &mut findings);
    screen(&mut findings);
    sites_own(host, &mut findings)?;
    let mut table = Table::default();
    for (state, what, text) in &findings.0 {
        let text = Safe::within(text, pipes.charset).to_string();
        table.row([state.word().to_owned(), (*what).to_owned()], text);
    }
    pipes.answer(&table.text(pipes.columns))?;
    Ok(match (loaded, findings.worst()) {
        (None, _) => Status::File,
        (Some(_), State::Ok) => Status::Done,
        (Some(_), _) => Status::Found,
    })
}

/// Whether the file opens and can be saved to, and what its reader must know.
fn ward(file: &Path, findings: &mut Findings) -> Option<Loaded> {
    let loaded = match Store::open(file, &Options::default()) {
        Ok((_, loaded)) => loaded,
        Err(error) => {
            findings.say(State::Fault, "file", format!("{error}. `wardround check` lists every fault"));
            return None;
        }
    };
    let faults = read::content_faults(&loaded.ward).len();
    match faults {
        0 => findings.say(State::Ok, "file", format!("opens, saved {} times", loaded.revision)),
        1 => findings.say(State::Warning, "file", "one thing in it is read by no rule: `wardround check` says where"),
        _ => findings.say(
            State::Warning,
            "file",
            format!("{faults} things in it are read by no rule: `wardround check` says where"),
        ),
    }
    match &loaded.read_only {
        Some(why) => findings.say(State::Fault, "saving", format!("nothing can be saved: {why}")),
        None => findings.say(State::Ok, "saving", "nothing stands in its way"),
    }
    for note in &loaded.notes {
        findings.say(State::Warning, "file", note.clone());
    }
    Some(loaded)
}

fn permissions(survey: &Survey, findings: &mut Findings) {
    let open: Vec<&str> =
        survey.items.iter().filter(|item| item.is_open_to_others()).map(|item| item.name.as_str()).collect();
    if open.is_empty() {
        let shown: Vec<String> = survey.items.iter().take(2).map(shown).collect();
        findings.say(State::Ok, "permissions", shown.join("; "));
    } else {
        let names = open.join(", ");
        let text = format!("open to everybody on this host: {names}. `wardround doctor FILE --fix` closes them");
        findings.say(State::Warning, "permissions", text);
    }
    if survey.folder.mode & ALL_WRITE != 0 {
        let text = "everybody on this host can write to it. Move the ward to a folder of its own: chmod 2770";
        findings.say(State::Fault, "folder", text);
        return;
    }
    let shared = survey.items.first().is_some_and(|file| file.mode & GROUP_WRITES != 0);
    if shared && survey.folder.mode & KEEPS_GROUP == 0 {
        let text = "new files in it do not keep its group, so a colleague's save could lock others out: chmod g+s";
        findings.say(State::Warning, "folder", text);
    } else {
        findings.say(State::Ok, "folder", shown(&survey.folder));
    }
}

/// `ward.json -rw-rw---- nsmith ward7`.
fn shown(item: &Item) -> String {
    let bit = |mask: u32, letter: char| if item.mode & mask == 0 { '-' } else { letter };
    let kind = if item.is_folder { 'd' } else { '-' };
    let group_enters = match (item.mode & 0o010 != 0, item.mode & KEEPS_GROUP != 0) {
        (true, true) => 's',
        (false, true) => 'S',
        (true, false) => 'x',
        (false, false) => '-',
    };
    let owner = [bit(0o400, 'r'), bit(0o200, 'w'), bit(0o100, 'x')];
    let group = [bit(0o040, 'r'), bit(0o020, 'w'), group_enters];
    let others = [bit(0o004, 'r'), bit(0o002, 'w'), bit(0o001, 'x')];
    let mode: String = std::iter::once(kind).chain(owner).chain(group).chain(others).collect();
    format!("{} {mode} {} {}", item.name, item.owner, item.group)
}

fn disk(survey: &Survey, findings: &mut Findings) {
    let (state, text) = match &survey.file_system {
        FileSystem::Known(name) => (State::Ok, (*name).to_owned()),
        FileSystem::Memory => {
            (State::Warning, "memory only: all is lost when the host restarts. Use a disk".to_owned())
        }
        FileSystem::Remote => {
            (State::Fault, "a network file system, where no save is certain. Use a disk of this host".to_owned())
        }
        FileSystem::Other(number) => {
            (State::Warning, format!("of a kind that saves were not tested on ({number:#x}). Prefer ext4 or xfs"))
        }
    };
    findings.say(state, "file system", text);
    let mib = survey.free_bytes >> 20;
    let (state, text) = match survey.free_bytes {
        ..NO_ROOM => (State::Fault, format!("{mib} MiB left: saving will stop. Have IT make room now")),
        NO_ROOM..LITTLE_ROOM => (State::Warning, format!("{mib} MiB left. Have IT make room")),
        _ => (State::Ok, format!("{mib} MiB left")),
    };
    findings.say(state, "room", text);
    if let Some(files) = survey.free_files.filter(|files| *files < FEW_FILES) {
        findings.say(State::Warning, "room", format!("only {files} more files can be made (inodes). Tell IT"));
    }
    let journal = match survey.segments {
        0 => "none yet: the first save makes it".to_owned(),
        segments => format!("{segments} part(s), {} kB", survey.journal_bytes.div_ceil(1000)),
    };
    findings.say(State::Ok, "journal", journal);
    match &survey.saving {
        None => findings.say(State::Ok, "lock", "nobody is saving"),
        Some(who) => findings.say(
            State::Warning,
            "lock",
            format!("being saved at this moment by {who}. If that lasts, that program hangs: have IT end it"),
        ),
    }
}

/// The clock against the last save, which somebody made by a clock.
fn clock(last: Option<DateTime<Utc>>, now: DateTime<Utc>, findings: &mut Findings) {
    let shown = now.format("%d-%b-%Y %H:%M UTC");
    let doubt = last.and_then(|last| Some((ClockDoubt::of(last, now)?, now - last)));
    let (state, text) = match doubt {
        Some((ClockDoubt::Behind, _)) => {
            (State::Fault, format!("{shown}, which is before the last save: every due date is wrong. Have IT set it"))
        }
        Some((ClockDoubt::Ahead, since)) => {
            let days = since.num_days();
            (State::Warning, format!("{shown}, {days} days after the last save. Is that so? If not, have IT set it"))
        }
        None => (State::Ok, shown.to_string()),
    };
    findings.say(state, "clock", text);
}

fn swap(survey: &Survey, findings: &mut Findings) {
    if survey.open_swap.is_empty() {
        findings.say(State::Ok, "swap", "none, or encrypted");
        return;
    }
    let text = format!(
        "{} is not encrypted: what was in memory can be read from the disk. Have IT encrypt it or switch it off",
        survey.open_swap.join(", ")
    );
    findings.say(State::Warning, "swap", text);
}

fn screen(findings: &mut Findings) {
    let Capabilities { colour, charset, .. } = match terminal::capabilities() {
        Ok(capabilities) => capabilities,
        Err(NoScreen::NoTerminal) => return findings.say(State::Ok, "terminal", "none here: not looked at"),
        Err(error @ NoScreen::Dumb) => return findings.say(State::Warning, "terminal", error.to_string()),
    };
    let (columns, rows) = terminal::Tty.size().map_or(FULL, |(columns, rows)| (columns.into(), rows.into()));
    let colour = if colour { "colours" } else { "no colours" };
    let letters = match charset {
        crate::safe::Charset::Unicode => "UTF-8",
        crate::safe::Charset::Ascii => "ASCII only: letters such as é are shown as marks; set LANG to a UTF-8 locale",
    };
    let text = format!("{columns}x{rows}, {colour}, {letters}");
    if columns < FULL.0 || rows < FULL.1 {
        let text = format!("{text}; all panes need {}x{}: make it larger", FULL.0, FULL.1);
        findings.say(State::Warning, "terminal", text);
    } else {
        let state = if charset == crate::safe::Charset::Ascii { State::Warning } else { State::Ok };
        findings.say(state, "terminal", text);
    }
}

/// The site's settings and protocols, and what of them could not be taken.
fn sites_own(host: &Host, findings: &mut Findings) -> Result<(), Failure> {
    let rules = site::rules(host)?;
    for what in rules.left_out() {
        findings.say(State::Warning, "site", what.clone());
    }
    let found = |folder: &Option<std::path::PathBuf>, name: &str| match folder.as_ref().map(|folder| folder.join(name))
    {
        Some(path) if path.exists() => path.display().to_string(),
        _ => format!("no {name}"),
    };
    let text = format!("{}; {}", found(&host.config, "settings.toml"), found(&host.data, "protocols"));
    findings.say(State::Ok, "site", text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn states(survey: &Survey) -> Vec<(State, &'static str)> {
        let mut findings = Findings::default();
        permissions(survey, &mut findings);
        disk(survey, &mut findings);
        swap(survey, &mut findings);
        findings.0.into_iter().filter(|(state, ..)| *state != State::Ok).map(|(state, what, _)| (state, what)).collect()
    }

    fn item(name: &str, mode: u32) -> Item {
        Item { name: name.to_owned(), is_folder: false, mode, owner: "nsmith".to_owned(), group: "ward7".to_owned() }
    }

    fn good() -> Survey {
        Survey {
            folder: item(".", 0o2770),
            items: vec![item("ward.json", 0o660), item("ward.json.d", 0o2770)],
            segments: 1,
            journal_bytes: 1 << 20,
            saving: None,
            file_system: FileSystem::Known("ext4"),
            free_bytes: 1 << 40,
            free_files: Some(1 << 20),
            open_swap: Vec::new(),
        }
    }

    #[test]
    fn what_is_not_as_it_should_be_is_said() {
        type Case = (fn(&mut Survey), State, &'static str);
        assert_eq!(states(&good()), [], "the control");
        let cases: [Case; 11] = [
            (|s| s.items[0].mode = 0o664, State::Warning, "permissions"),
            (|s| s.items[1].mode = 0o2771, State::Warning, "permissions"),
            (|s| s.folder.mode = 0o2777, State::Fault, "folder"),
            (|s| s.folder.mode = 0o770, State::Warning, "folder"),
            (|s| s.file_system = FileSystem::Memory, State::Warning, "file system"),
            (|s| s.file_system = FileSystem::Remote, State::Fault, "file system"),
            (|s| s.file_system = FileSystem::Other(7), State::Warning, "file system"),
            (|s| s.free_bytes = LITTLE_ROOM - 1, State::Warning, "room"),
            (|s| s.free_bytes = NO_ROOM - 1, State::Fault, "room"),
            (|s| s.free_files = Some(3), State::Warning, "room"),
            (|s| s.open_swap = vec!["/dev/sda3".to_owned()], State::Warning, "swap"),
        ];
        for (change, state, what) in cases {
            let mut survey = good();
            change(&mut survey);
            assert_eq!(states(&survey), [(state, what)]);
        }
    }

    #[test]
    fn a_clock_is_held_against_the_last_save() {
        let last: DateTime<Utc> = "2026-11-21T03:12:00Z".parse().expect("a time");
        let state = |now: DateTime<Utc>| {
            let mut findings = Findings::default();
            clock(Some(last), now, &mut findings);
            findings.worst()
        };
        assert_eq!(state(last), State::Ok);
        assert_eq!(state(last - TimeDelta::minutes(3)), State::Fault);
        assert_eq!(state(last + TimeDelta::days(59)), State::Ok);
        assert_eq!(state(last + TimeDelta::days(61)), State::Warning);
    }

    #[test]
    fn modes_are_written_as_ls_writes_them() {
        assert_eq!(shown(&item("f", 0o664)), "f -rw-rw-r-- nsmith ward7");
        let folder = Item { is_folder: true, ..item("d", 0o2770) };
        assert_eq!(shown(&folder), "d drwxrws--- nsmith ward7");
    }
}
