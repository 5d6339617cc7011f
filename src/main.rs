//! The `wardround` program: arguments and the machine into one call, what comes back into an exit status.
#![allow(clippy::disallowed_methods)] // the one place that looks at the clock, the environment and the folders
use std::io::{self, BufReader, IsTerminal};
use std::process::ExitCode;

use chrono::Utc;
use directories::ProjectDirs;
use wardround::cli::{self, Host, Pipes, Status};
use wardround::safe::Charset;
use wardround::store::CLAIMS;
use wardround::tui::terminal;

/// Why the program does not run with the rights of its file: whoever starts it could read and write another's ward.
const ELEVATED: &str = "wardround: refused: this program has rights of its own (setuid, setgid or file capabilities), \
and runs only with those of its user. Have IT take them away (chmod ug-s, setcap -r) and share the ward by its group.\n";

fn main() -> ExitCode {
    if terminal::is_elevated() {
        // A terminal that is gone is told nothing.
        let _ = rustix::io::write(io::stderr(), ELEVATED.as_bytes());
        return Status::Usage.into();
    }
    terminal::protect_process();
    terminal::guard_against_panics();
    let folders = ProjectDirs::from("", "", "wardround");
    let host = Host {
        clock: Utc::now,
        // The host's own zone, not that of whoever logged in: one ward has one clock.
        zone: iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()),
        data: folders.as_ref().map(|folders| folders.data_dir().to_owned()),
        config: folders.as_ref().map(|folders| folders.config_dir().to_owned()),
        protocols: None,
        network_fs: false,
        claims: CLAIMS.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?))).collect(),
        state: folders.as_ref().and_then(|folders| folders.state_dir().map(ToOwned::to_owned)),
    };
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let mut pipes = Pipes {
        input: Some(Box::new(BufReader::new(io::stdin()))),
        charset: charset(out.is_terminal()),
        columns: rustix::termios::tcgetwinsize(&out).ok().map(|size| usize::from(size.ws_col)).filter(|wide| *wide > 0),
        message_charset: charset(err.is_terminal()),
        out: &mut out,
        err: &mut err,
    };
    cli::run(std::env::args_os(), &host, &mut pipes)
}

/// A terminal gets what its locale can show; a file or another program gets UTF-8.
fn charset(terminal: bool) -> Charset {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    if !terminal || locale.contains("utf-8") || locale.contains("utf8") { Charset::Unicode } else { Charset::Ascii }
}
