//! The command line as people type it.
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, value_parser};

use super::demo::made_up::Size;
use super::settings::THEMES;
use crate::tui::settings::Settings;

/// Clozapine ward rounds: who needs something now, what, and why.
///
/// Opens a ward file on the screen. Without FILE it opens the one last opened.
#[derive(Debug, Parser)]
#[command(
    name = "wardround",
    version,
    long_version = VERSION,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = MAIN_EXAMPLES,
)]
pub struct Cli {
    /// What to do; without it, the screen
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The ward file to show
    pub file: Option<PathBuf>,
    /// Show it as at a day (its end), a local time, or a time with an offset; nothing can be entered then
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// How the screen looks and how long it stays
    #[command(flatten)]
    pub look: Look,
    /// Also read the protocols and regimens (*.json) in a folder, after those of the data folder
    #[arg(long, value_name = "DIR", global = true)]
    pub protocols: Option<PathBuf>,
    /// Save on a network file system too, where nobody can be certain that a save is safe
    #[arg(long, global = true)]
    pub network_fs_i_know: bool,
}

/// How the screen looks and how long it stays; what is absent is as the settings say.
#[derive(Debug, Clone, Default, Args)]
pub struct Look {
    /// Colours for a dark or a light background, or none: dark, light, mono
    #[arg(long, value_name = "THEME", value_parser = ["dark", "light", "mono"])]
    pub theme: Option<String>,
    /// Blank the screen after so many seconds without a key (120)
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86400))]
    pub blank_after: Option<u64>,
    /// Leave after so many seconds without a key (600); three times as many with something typed in a form
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=86400))]
    pub leave_after: Option<u64>,
}

impl Look {
    /// The settings, with what the command line says over them.
    pub fn over(&self, mut settings: Settings) -> Settings {
        let named = |name: &String| THEMES.iter().find(|(theme, _)| theme == name).map(|(_, palette)| *palette);
        settings.palette = self.theme.as_ref().and_then(named).unwrap_or(settings.palette);
        let patience = &mut settings.patience;
        patience.blank = self.blank_after.map_or(patience.blank, Duration::from_secs);
        if let Some(leave) = self.leave_after.map(Duration::from_secs) {
            (patience.end, patience.end_typing) = (leave, leave * 3);
        }
        settings
    }
}

/// What it says of itself at `--version`, and what it is not.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nA reminder, not a medical device, and no substitute for the licensed clozapine monitoring service\n",
    "or for local policy. It never decides: it shows what the rules say, with their source."
);

const MAIN_EXAMPLES: &str = "\
Examples:
  wardround demo                   a made-up ward to try
  wardround new rowan.json         an empty ward; N on its screen adds a patient
  wardround rowan.json             the ward on the screen
  wardround triage rowan.json      the same list as text
  wardround explain rowan.json okafor

Help on a command: wardround COMMAND --help";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Who needs something now, what, and why, as a list
    #[command(after_help = TRIAGE_EXAMPLES)]
    Triage(Triage),
    /// Record results or other entries, and say of each that it is safe
    #[command(after_help = RECORD_EXAMPLES)]
    Record(Record),
    /// Why: every date and flag of one patient, with the arithmetic and the source
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Everything that is wrong with a ward file
    #[command(after_help = CHECK_EXAMPLES)]
    Check {
        /// The ward file
        file: PathBuf,
    },
    /// Whether host and files are fit for a ward, and what to do
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor {
        /// The ward file
        file: PathBuf,
        /// Close the file, and what belongs to it, to everybody but its owner and group
        #[arg(long)]
        fix: bool,
    },
    /// Every entry: who, when, what; voided ones with the reason
    #[command(after_help = LOG_EXAMPLES)]
    Log {
        /// The ward file; without it, the one last opened
        file: Option<PathBuf>,
        /// Only this patient (the id in the file)
        #[arg(long, value_name = "ID")]
        patient: Option<String>,
    },
    /// The round sheet: the ward in bed order as plain text, with boxes to tick
    #[command(after_help = PRINT_EXAMPLES)]
    Print(Print),
    /// Earlier states of a ward file, and putting one back
    #[command(after_help = RESTORE_EXAMPLES)]
    Restore(Restore),
    /// Whether file, journal and earlier states are what they should be
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify {
        /// The ward file
        file: PathBuf,
    },
    /// Make an empty ward file
    #[command(after_help = NEW_EXAMPLES)]
    New(New),
    /// Open a made-up ward whose dates end today
    #[command(after_help = DEMO_EXAMPLES)]
    Demo {
        /// Begin again; the ward that was there is moved aside
        #[arg(long)]
        fresh: bool,
        /// A larger one of invented people, to feel how fast it is; kept beside the other
        #[arg(long, value_name = "SIZE")]
        size: Option<Size>,
        /// Only make it, and say where it is
        #[arg(long)]
        path: bool,
        /// How the screen looks and how long it stays
        #[command(flatten)]
        look: Look,
    },
    /// The settings in force, and where each comes from; its answer is a settings file itself
    #[command(after_help = CONFIG_EXAMPLES)]
    Config {
        /// Show them, which is all that the command does
        #[arg(long)]
        show: bool,
        /// With these options
        #[command(flatten)]
        look: Look,
    },
    /// The monitoring protocols and titration regimens, a site's own among them
    #[command(after_help = PROTOCOL_EXAMPLES)]
    Protocol {
        /// What of them
        #[command(subcommand)]
        command: Protocol,
    },
}

/// `protocol` commands.
#[derive(Debug, Subcommand)]
pub enum Protocol {
    /// All protocols: id, what stands behind it, version, since when in force, when it was checked, name
    List,
    /// A page: every number with the key of its rule, its source, and how sure we are of it
    Show {
        /// The id of a protocol or of a titration regimen
        id: String,
    },
    /// Whether a file of a site's own is right: one line a fault, with field, line and column
    Check {
        /// A protocol or a regimen as JSON
        file: PathBuf,
    },
}

/// `triage`.
#[derive(Debug, Args)]
pub struct Triage {
    /// The ward file
    pub file: PathBuf,
    /// The moment to look from: a day (its end), a local time, or a time with an offset
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// As JSON (wardround-triage/1)
    #[arg(long)]
    pub json: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The ward file
    pub file: PathBuf,
    /// The patient: the id in the file, or a name that only one patient has
    pub patient: String,
    /// The same patient as if this protocol had been theirs all along, and what would differ; nothing is written
    #[arg(long, value_name = "PROTOCOL")]
    pub under: Option<String>,
    /// The moment to look from: a day (its end), a local time, or a time with an offset
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
}

/// `record`.
#[derive(Debug, Args)]
pub struct Record {
    /// The ward file
    pub file: PathBuf,
    /// Read entries from standard input, a JSON object a line: {"patient": ID, "entry": {...}}
    #[arg(long, conflicts_with_all = ["patient", "test", "value", "unit", "at"])]
    pub stdin: bool,
    /// The patient (the id in the file)
    #[arg(long, value_name = "ID", required_unless_present = "stdin")]
    pub patient: Option<String>,
    /// The test, such as anc, wbc, weight
    #[arg(long, required_unless_present = "stdin")]
    pub test: Option<String>,
    /// The number as reported; < or > before it if the laboratory could only bound it
    #[arg(long, required_unless_present = "stdin", allow_hyphen_values = true)]
    pub value: Option<String>,
    /// The unit as reported, such as 10*9/L
    #[arg(long, required_unless_present = "stdin")]
    pub unit: Option<String>,
    /// When the sample was taken: a day, a local time, or a time with an offset
    #[arg(long, value_name = "T", required_unless_present = "stdin")]
    pub at: Option<String>,
    /// Whose initials to record, at an account that several people share
    #[arg(long, value_name = "INITIALS", value_parser = initials)]
    pub by: Option<String>,
    /// Answer as JSON objects
    #[arg(long)]
    pub json: bool,
}

/// Initials as the screen takes them: they begin with a letter, and fit beside an entry.
fn initials(text: &str) -> Result<String, String> {
    let text = text.trim();
    if !text.starts_with(char::is_alphabetic) || text.chars().count() > 32 {
        return Err("initials, beginning with a letter, at most 32 characters".to_owned());
    }
    Ok(text.to_owned())
}

/// `print`.
#[derive(Debug, Args)]
pub struct Print {
    /// The ward file
    pub file: PathBuf,
    /// The ward as at a day (its end), a local time, or a time with an offset
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// Write it to a new file that only you can read, and say its name; a file that is there is left alone
    #[arg(long, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

/// `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The ward file
    pub file: PathBuf,
    /// Put the state of this revision back, with everything that was saved since
    #[arg(long, value_name = "N", conflicts_with_all = ["newest", "accept_edit"])]
    pub revision: Option<u64>,
    /// Put the newest good state of a damaged or missing file back; the damaged one is kept beside it
    #[arg(long, conflicts_with = "accept_edit")]
    pub newest: bool,
    /// Confirm in your name what somebody has edited in the file outside this program
    #[arg(long)]
    pub accept_edit: bool,
    /// Whose initials to record, at an account that several people share
    #[arg(long, value_name = "INITIALS", value_parser = initials)]
    pub by: Option<String>,
}

/// `new`.
#[derive(Debug, Args)]
pub struct New {
    /// The file to make; one that is there is left alone
    pub file: PathBuf,
    /// The ward's name; without it, the file's
    #[arg(long)]
    pub name: Option<String>,
    /// The hospital or site
    #[arg(long)]
    pub site: Option<String>,
    /// The zone of all dates in the file, such as Europe/London; without it, this host's
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
}

const TRIAGE_EXAMPLES: &str = "\
Examples:
  wardround triage rowan.json
  wardround triage rowan.json --as-of 2026-11-21T08:00
  wardround triage rowan.json --json | jq '.patients[] | select(.severity == \"critical\") | .bed'

Exit status: 0 nothing to do; 1 something is critical, warning, due, overdue, awaited, without
a next test or cannot be assessed; 2 usage; 3 the file cannot be read or is not valid.";

const PRINT_EXAMPLES: &str = "\
Examples:
  wardround print rowan.json | lp
  wardround print rowan.json --output round.txt
  wardround print rowan.json --as-of 2026-11-21T08:00 | less

80 columns, pages of 60 lines with a form feed between them where it goes to a printer or a file.";

const RECORD_EXAMPLES: &str = "\
Examples:
  wardround record rowan.json --stdin < results.jsonl
  laboratory-feed | wardround record rowan.json --stdin --json
where each line is a JSON object such as
  {\"patient\": \"0193c2f0\", \"entry\": {\"kind\": \"result\", \"test\": \"anc\",
   \"at\": \"2026-11-21T08:10\", \"value\": 1.32, \"unit\": \"10*9/L\"}}

What stands on a command line can be seen by every user of this host: hand in people's results
on standard input, not as arguments.

Each entry is answered with one line, once it is safe: saved ID, journal-only ID,
not-saved ID REASON, not-confirmed ID REASON, refused LINE REASON.
Exit status, the worst of: 0 saved; 2 usage; 3 the file cannot be read or is not valid;
4 in the journal only; 5 not saved; 6 not confirmed; 7 refused.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  wardround explain rowan.json 0193c2f0
  wardround explain rowan.json okafor
  wardround explain rowan.json okafor --as-of 2026-11-20
  wardround explain rowan.json okafor --under eu-2025";

const PROTOCOL_EXAMPLES: &str = "\
Examples:
  wardround protocol list
  wardround protocol show uk-smpc
  wardround protocol check our-site.json
  wardround triage rowan.json --protocols /srv/wardround/protocols

A site's own files stand in the folder protocols of the data folder (~/.local/share/wardround),
or in one that --protocols names; what is confirmed, in settings.toml of ~/.config/wardround.
Exit status of check: 0 no fault; 2 usage; 3 it cannot be read or is wrong.";

const CONFIG_EXAMPLES: &str = "\
Examples:
  wardround config --show
  wardround config --show --theme light
  wardround config > ~/.config/wardround/settings.toml     a first one, to be changed

A setting comes from settings.toml in ~/.config/wardround ($XDG_CONFIG_HOME); an option of the
command line wins over it, and NO_COLOR over its theme. A wrong one is said to be, with its line
and what is allowed, and all others hold.";

const CHECK_EXAMPLES: &str = "\
Example:
  wardround check rowan.json

Each fault has its place (line, column, JSON path), a code, and what to do; no value is repeated.
Exit status: 0 clean; 1 the file opens, but holds what no rule can read; 2 usage; 3 it is refused.";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  wardround doctor rowan.json
  wardround doctor rowan.json --fix

A line for each thing looked at: ok, warning or FAULT, and what to do. No value of a patient is in it.
Exit status: 0 all is well; 1 a warning or a fault; 2 usage; 3 the file cannot be read.";

const LOG_EXAMPLES: &str = "\
Examples:
  wardround log rowan.json
  wardround log rowan.json --patient 0193c2f0 | less";

const RESTORE_EXAMPLES: &str = "\
Examples:
  wardround restore rowan.json                   what there is, newest first; nothing is written
  wardround restore rowan.json --newest          a damaged or missing file is made good again
  wardround restore rowan.json --revision 412 --by AO
  wardround restore rowan.json --accept-edit --by AO

A restore takes nothing away: the file becomes what it was then, and every entry that was saved
since is added. It undoes damage and edits by hand; an entry that is wrong is voided on the screen.
An edit outside this program stays marked until somebody confirms it with --accept-edit: what was
removed from the file then counts no longer (log still shows it), what was changed counts as it is.
Exit status: 0 done; 2 usage; 3 nothing can be read; 4 in the journal only; 5 not done; 6 not confirmed.";

const VERIFY_EXAMPLES: &str = "\
Example:
  wardround verify rowan.json

Reads every record of the journal, works out its hash and its place in the chain, and holds the file
and its earlier states against it. Nothing is written, and no value of a patient is shown.
Exit status: 0 sound; 1 something was found; 2 usage; 3 there is nothing that can be read.";

const NEW_EXAMPLES: &str = "\
Example:
  wardround new rowan.json --name 'Rowan Ward' --site \"St Aldhelm's\" --time-zone Europe/London";

const DEMO_EXAMPLES: &str = "\
Examples:
  wardround demo
  wardround demo --fresh           begin again
  wardround demo --size clinic     2,000 patients, two years of counts
  wardround triage \"$(wardround demo --path)\"";
