//! Somebody who has never seen the program, with the demo ward and the one key that the screen names: `?`.
//!
//! Each thing that people come for is looked up first (the list of keys has to name it), then done, and its keys are
//! counted; those of looking it up are not.
use tempfile::TempDir;

use super::{KEYS, Running, demo, opens};

/// The demo ward, and how many keys were typed since the last count.
struct Trial {
    _home: TempDir,
    running: Running,
    keys: usize,
}

impl Trial {
    fn begins() -> Self {
        let (home, running) = demo("");
        Self { _home: home, running, keys: 0 }
    }

    /// Types keys, each a byte but for the arrows.
    fn types(&mut self, keys: &str) {
        self.keys += keys.chars().count();
        self.running.types(keys);
    }

    /// How many keys it took since the last time, but for what is entered.
    fn took_beyond(&mut self, entered: &str) -> usize {
        std::mem::take(&mut self.keys) - entered.chars().count()
    }

    /// The list of keys says which key does it: a line of it begins with the key and holds the words.
    fn looks_up(&mut self, wanted: &[(&str, &str)]) {
        self.running.types("?");
        self.running.sees(KEYS);
        let mut all = self.running.screen();
        // A page at a time until the last line of the list is in sight.
        while let Some((until, of)) = lines_in_sight(&self.running.screen()).filter(|(until, of)| until < of) {
            self.running.types("\x1b[6~");
            let on = |line: &str| lines_in_sight(line).is_some_and(|(now, _)| now > until);
            self.running.sees_line("the next page of the list", on);
            all += &self.running.screen();
            assert!(of < 200, "{all}");
        }
        for (key, words) in wanted {
            let named = |line: &str| line.trim_start().starts_with(key) && line.contains(words);
            assert!(all.lines().any(named), "? does not say that {key} is {words}:\n{all}");
        }
        self.running.types("\x1b");
        self.running.sees_no(KEYS);
    }

    fn sees(&self, text: &str) {
        self.running.sees(text);
    }

    fn sees_no_form(&self) {
        self.running.sees_no("NOT SAVED YET");
    }
}

/// `lines 1-21 of 42`: the last that is in sight, and how many there are.
pub fn lines_in_sight(screen: &str) -> Option<(usize, usize)> {
    let (_, after) = screen.split_once("lines ")?;
    let mut words = after.split_whitespace();
    let (_, until) = words.next()?.split_once('-')?;
    let of = words.nth(1)?;
    Some((until.parse().ok()?, of.parse().ok()?))
}

#[test]
fn a_new_user_does_everything_with_a_question_mark() {
    let mut trial = Trial::begins();
    trial.looks_up(&[("/", "find somebody"), ("Enter", "open"), ("a ", "blood count"), ("c ", "checklist")]);
    finds(&mut trial);
    enters_a_blood_count(&mut trial);
    records_a_bowel_check(&mut trial);
    acknowledges_a_red_count(&mut trial);
    sees_why_somebody_is_overdue(&mut trial);
    sees_the_chart(&mut trial);
    prints_the_round_sheet(&mut trial);
    trial.types("q");
    assert_eq!(trial.running.ends(), 0);
}

/// By half a name, from the ward to the patient.
fn finds(trial: &mut Trial) {
    trial.took_beyond("");
    trial.types("/oka");
    trial.running.sees_line("Okafor is found", |line| line.starts_with('>') && line.contains("OKAFOR, Adaeze"));
    trial.types("\r");
    trial.running.sees_line("Okafor is open", |line| line.starts_with(" OKAFOR, Adaeze") && line.contains("Bed B3"));
    assert_eq!(trial.took_beyond("oka"), 2);
}

fn enters_a_blood_count(trial: &mut Trial) {
    // Whoever types under an account of several people says so once, before the first entry.
    opens(&mut trial.running, "a", "Blood count: type it");
    // A number has no question mark in it: even here it asks for the keys.
    trial.looks_up(&[("Enter", "the next field"), ("u ", "unit"), ("F3", "read it back now")]);
    trial.types("1.90\r4.1\t250\r");
    trial.sees("Save this?");
    trial.looks_up(&[("y", "save what is read back"), ("Esc, n", "back to the form")]);
    trial.types("y");
    trial.sees("Saved ");
    let with_its_own_key = trial.took_beyond("1.904.1250") + "a".len();
    assert!(with_its_own_key < 15, "{with_its_own_key}");
}

fn records_a_bowel_check(trial: &mut Trial) {
    trial.looks_up(&[("c ", "a checklist")]);
    trial.types("c");
    trial.running.sees_line("what is due comes first", |line| line.starts_with("> Bowels"));
    trial.types("\r");
    trial.sees("Bowels: type it");
    trial.types("t");
    trial.running.sees_line("the keys are at its foot", |line| line.contains("F3 read back"));
    trial.types("\x1bOR");
    trial.sees("Save this?");
    trial.types("y");
    trial.sees_no_form();
    // F3 is three bytes and one key.
    assert!(trial.took_beyond("\x1bO") < 8);
}

/// Somebody else's, whose count was RED and whom nobody has dealt with.
fn acknowledges_a_red_count(trial: &mut Trial) {
    trial.types("\x1b");
    trial.sees("-2 Overdue bloods");
    trial.types("/briggs\r");
    trial.running.sees_line("the red count is selected", |line| {
        line.starts_with(">!! CRITICAL") && line.contains("RED") && line.contains("NOTHING")
    });
    trial.looks_up(&[("d ", "what was done")]);
    trial.took_beyond("");
    trial.types("d");
    trial.sees("> What was done");
    trial.types("called haematology\r");
    trial.sees("Save this?");
    trial.types("y");
    trial.sees_no_form();
    trial.running.sees_line("it is seen, with what was done", |line| line.contains("called haematology"));
    assert_eq!(trial.took_beyond("called haematology"), 3);
}

fn sees_why_somebody_is_overdue(trial: &mut Trial) {
    trial.types("\x1b");
    trial.sees("-2 Overdue bloods");
    trial.looks_up(&[("1-5", "the pane"), ("Enter", "open the selected patient")]);
    trial.types("2");
    trial.running.sees_line("the first that is late", |line| line.starts_with(">2 Overdue"));
    trial.types("j");
    trial.running.sees_line("somebody late is selected", |line| line.starts_with('>') && line.contains(" d late"));
    trial.types("\r");
    trial.sees(">3 Now and due");
    trial.looks_up(&[("Enter", "all of the selected row: why")]);
    trial.types("\r");
    trial.sees("Why it is due");
    trial.sees("Source ");
    trial.types("\x1b");
    trial.sees(">3 Now and due");
}

fn sees_the_chart(trial: &mut Trial) {
    trial.looks_up(&[("1-6", "2 is the chart")]);
    trial.types("2");
    trial.sees("X lowest");
}

fn prints_the_round_sheet(trial: &mut Trial) {
    trial.types("\x1b");
    trial.sees("-1 ANC flags");
    trial.looks_up(&[("P ", "the round sheet")]);
    trial.took_beyond("");
    trial.types("P");
    trial.sees("Write the round sheet?");
    trial.looks_up(&[("Enter, y", "write the file"), ("Esc, n", "write nothing")]);
    trial.types("\r");
    trial.sees("Written: ward-round-");
    assert_eq!(trial.took_beyond(""), 2);
}
