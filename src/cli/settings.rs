//! A site's settings: which figures that nobody could verify its pharmacist has confirmed, who and when.
//!
//! ```toml
//! [[confirm]]
//! rule = "uk-smpc#band.ben.amber"
//! by = "A. Pharmacist"
//! on = "2026-11-20"
//! ```
use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::rules::{Confirmation, Rules};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    confirm: Vec<Spanned<Confirm>>,
}

/// One confirmation as it is written; what is missing or wrong is said of it alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    rule: Option<String>,
    by: Option<String>,
    on: Option<On>,
}

/// A date in quotes or, as TOML also has it, without.
#[derive(Deserialize)]
#[serde(untagged)]
enum On {
    Quoted(String),
    Bare(toml::value::Datetime),
}

/// Takes a site's confirmations. What cannot be taken is noted in the rules, and ignored.
pub fn confirm(rules: &mut Rules, file: &str, text: &str) {
    let settings: Settings = match toml::from_str(text) {
        Ok(settings) => settings,
        Err(error) => {
            let at = error.span().map(|span| place(text, span.start)).unwrap_or_default();
            rules.leave_out(format!("{file}: {}{at}; no setting is read", error.message().replace('\n', ", ")));
            return;
        }
    };
    for one in settings.confirm {
        let at = place(text, one.span().start);
        if let Err(why) = taken(rules, one.into_inner()) {
            rules.leave_out(format!("{file}: confirm: {why}{at}; it is ignored"));
        }
    }
}

fn taken(rules: &mut Rules, one: Confirm) -> Result<(), String> {
    let rule = one.rule.ok_or("rule is missing: the key of the rule that is confirmed")?;
    let by = one.by.filter(|by| !by.trim().is_empty()).ok_or("by is missing: who confirmed it")?;
    let on = match one.on {
        None => return Err("on is missing: the day on which it was confirmed".to_owned()),
        Some(On::Quoted(text)) => text,
        Some(On::Bare(day)) => day.to_string(),
    };
    let is_day = on.len() == "2026-11-20".len();
    let on = on.parse::<NaiveDate>().ok().filter(|_| is_day).ok_or("on is no day such as \"2026-11-20\"")?;
    rules.confirm(&rule, Confirmation { by, on }).map_err(|error| error.to_string())
}

/// ` at line 4 column 1`, of a byte of the text.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(" at line {line} column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "uk-smpc#band.ben.amber";

    fn rules(settings: &str) -> Rules {
        let mut rules = Rules::builtin().expect("the embedded rules");
        confirm(&mut rules, "settings.toml", settings);
        rules
    }

    #[test]
    fn a_confirmation_takes_the_mark_away() {
        for on in ["\"2026-11-20\"", "2026-11-20"] {
            let rules = rules(&format!("[[confirm]]\nrule = \"{KEY}\"\nby = \"A. Pharmacist\"\non = {on}\n"));
            let rule = rules.rule(KEY).expect("a rule");
            assert!(!rule.is_unverified() && rules.left_out().is_empty(), "{:?}", rules.left_out());
            assert_eq!(rule.confirmed.as_ref().map(|word| word.by.as_str()), Some("A. Pharmacist"));
        }
        assert!(rules("").left_out().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_the_rest_holds() {
        let good = format!("[[confirm]]\nrule = \"{KEY}\"\nby = \"A\"\non = \"2026-11-20\"\n");
        for (bad, said) in [
            (
                "[[confirm]]\nrule = \"uk-smpc#band.purple\"\nby = \"A\"\non = \"2026-11-20\"\n",
                "no rule has the key uk-smpc#band.purple",
            ),
            ("[[confirm]]\nrule = \"uk-smpc#baseline\"\nby = \"A\"\non = \"20/11/2026\"\n", "on is no day"),
            ("[[confirm]]\nrule = \"uk-smpc#baseline\"\nby = \"A\"\non = \"2026-02-30\"\n", "on is no day"),
            ("[[confirm]]\nrule = \"uk-smpc#baseline\"\nby = \"A\"\non = 2026-11-20T10:00:00Z\n", "on is no day"),
            ("[[confirm]]\nrule = \"uk-smpc#baseline\"\nby = \" \"\non = \"2026-11-20\"\n", "by is missing"),
            ("[[confirm]]\nby = \"A\"\non = \"2026-11-20\"\n", "rule is missing"),
        ] {
            let rules = rules(&format!("{good}{bad}"));
            let left_out = rules.left_out();
            assert!(left_out.len() == 1 && left_out[0].contains(said), "{left_out:?}");
            assert!(left_out[0].contains("at line 5 column 1"), "{left_out:?}");
            assert!(!rules.rule(KEY).expect("a rule").is_unverified(), "the good one holds");
        }
    }

    #[test]
    fn a_file_that_is_no_toml_is_not_read() {
        for text in ["[[confirm]\n", "confirm = 1\n", "[[confirm]]\nrool = \"x\"\n", "colour = true\n"] {
            let rules = rules(text);
            let left_out = rules.left_out();
            assert!(left_out.len() == 1 && left_out[0].contains("no setting is read"), "{left_out:?}");
            assert!(left_out[0].contains(" at line "), "{left_out:?}");
        }
    }
}
