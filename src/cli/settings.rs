//! A site's settings, `settings.toml` of the configuration folder; every one may be absent.
//!
//! ```toml
//! site = "St Aldhelm's"
//! theme = "light"
//! shared-accounts = ["ward"]
//!
//! [[contacts]]
//! label = "Haematology on call"
//! number = "01632 960 111"
//!
//! [units]
//! anc = "/uL"
//!
//! [keys]
//! blood-count = "F6"
//!
//! [[confirm]]
//! rule = "uk-smpc#band.ben.amber"
//! by = "A. Pharmacist"
//! on = "2026-11-20"
//! ```
//! A wrong setting is said to be, with its place and what is allowed, and the others hold. Only a file that is no TOML is
//! not read at all: of what stands after the fault nobody knows to which table it belongs.
mod value;

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::value::{day, list, number, table, tables, text};
use crate::rules::{Confirmation, Rules, Tests};
use crate::tui::Patience;
use crate::tui::keymap::{Key, Keymap};
use crate::tui::settings::{Contact, Settings};
use crate::tui::theme::Palette;

/// The settings, in the order in which they are shown.
pub const NAMES: &[&str] = &[
    "site",
    "shared-accounts",
    "theme",
    "ascii",
    "blank-after",
    "leave-after",
    "leave-after-form",
    "contacts",
    "units",
    "keys",
    "confirm",
];

/// The themes by name.
pub const THEMES: &[(&str, Palette)] = &[("dark", Palette::Colour), ("light", Palette::Light), ("mono", Palette::Mono)];

/// What a settings file says.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The settings of the screen.
    pub settings: Settings,
    /// The line of each setting that was taken: `theme`, `units.anc`, `keys.zoom`, `contacts`.
    pub lines: BTreeMap<String, usize>,
    /// Rules that were confirmed, with the line.
    pub confirmed: Vec<(String, usize)>,
}

/// Reads settings. What cannot be taken is noted in the rules, and the value that holds without it stays.
pub fn read(rules: &mut Rules, file: &str, source: &str) -> Read {
    let parsed = match DeTable::parse(source) {
        Ok(parsed) => parsed.into_inner(),
        Err(error) => {
            let at = error.span().map(|span| place(source, span.start)).unwrap_or_default();
            rules.leave_out(format!("{file}: {}{at}; no setting is read", error.message().replace('\n', ", ")));
            return Read::default();
        }
    };
    let mut reader = Reader { rules, source, read: Read::default(), faults: Vec::new() };
    for (name, value) in &parsed {
        reader.setting(name, value);
    }
    let Reader { mut read, mut faults, .. } = reader;
    // A form is never given less time than a screen without one.
    let leave = read.settings.patience.end;
    let form = if read.lines.contains_key("leave-after-form") { read.settings.patience.end_typing } else { leave * 3 };
    read.settings.patience.end_typing = form.max(leave);
    faults.sort_by_key(|(at, _)| *at);
    for (at, what) in faults {
        rules.leave_out(format!("{file}: {what}{}; it is ignored", place(source, at)));
    }
    read
}

/// A value that was read, or why it cannot be taken and where.
type Taken<T> = Result<T, (usize, String)>;

struct Reader<'a> {
    rules: &'a mut Rules,
    source: &'a str,
    read: Read,
    /// What cannot be taken, by its place in the file.
    faults: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn setting(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) {
        let name = key.get_ref().as_ref();
        let taken = match name {
            "site" => text(value, 80).map(|site| self.read.settings.site = Some(site)),
            "theme" => theme(value).map(|palette| self.read.settings.palette = palette),
            "ascii" => flag(value).map(|ascii| self.read.settings.ascii = Some(ascii)),
            "shared-accounts" => list(value).map(|accounts| self.read.settings.shared_accounts = accounts),
            "blank-after" => seconds(value).map(|idle| self.patience().blank = idle),
            "leave-after" => seconds(value).map(|idle| self.patience().end = idle),
            "leave-after-form" => seconds(value).map(|idle| self.patience().end_typing = idle),
            "contacts" => self.contacts(value),
            "units" => return self.units(value),
            "keys" => return self.keys(value),
            "confirm" => return self.confirmations(value),
            _ => Err((key.span().start, format!("is no setting; allowed: {}", NAMES.join(", ")))),
        };
        match taken {
            Ok(()) => self.took(name, key.span().start),
            Err((at, why)) => self.fault(name, at, &why),
        }
    }

    fn patience(&mut self) -> &mut Patience {
        &mut self.read.settings.patience
    }

    fn took(&mut self, name: &str, at: usize) {
        self.read.lines.insert(name.to_owned(), line(self.source, at));
    }

    fn fault(&mut self, name: &str, at: usize, why: &str) {
        self.faults.push((at, format!("{name}: {why}")));
    }

    fn contacts(&mut self, value: &Spanned<DeValue<'_>>) -> Taken<()> {
        for one in tables(value, "contacts")? {
            match contact(one) {
                Ok(contact) => self.read.settings.contacts.push(contact),
                Err((at, why)) => self.fault("contacts", at, &why),
            }
        }
        Ok(())
    }

    fn units(&mut self, value: &Spanned<DeValue<'_>>) {
        let units = match table(value) {
            Ok(units) => units,
            Err((at, why)) => return self.fault("units", at, &why),
        };
        for (test, unit) in units {
            let (name, unit_at) = (format!("units.{}", test.get_ref()), test.span().start);
            match unit_of(self.rules.tests(), test, unit) {
                Ok((test, unit)) => {
                    self.read.settings.units.insert(test, unit);
                    self.took(&name, unit_at);
                }
                Err((at, why)) => self.fault(&name, at, &why),
            }
        }
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>) {
        let table = match table(value) {
            Ok(table) => table,
            Err((at, why)) => return self.fault("keys", at, &why),
        };
        let mut wanted = Vec::new();
        for (action, keys) in table {
            match keys_of(keys) {
                Ok(keys) => wanted.push((action, keys)),
                Err((at, why)) => self.fault(&format!("keys.{}", action.get_ref()), at, &why),
            }
        }
        let named: Vec<_> = wanted.iter().map(|(action, keys)| (action.get_ref().as_ref(), keys.clone())).collect();
        let (keymap, refused) = Keymap::with(&named);
        self.read.settings.keys = keymap;
        for (i, (action, _)) in wanted.iter().enumerate() {
            let name = format!("keys.{}", action.get_ref());
            match refused.iter().find(|(at, _)| *at == i) {
                Some((_, why)) => self.fault(&name, action.span().start, &why.to_string()),
                None => self.took(&name, action.span().start),
            }
        }
    }

    fn confirmations(&mut self, value: &Spanned<DeValue<'_>>) {
        let all = match tables(value, "confirm") {
            Ok(all) => all,
            Err((at, why)) => return self.fault("confirm", at, &why),
        };
        for one in all {
            match confirmation(self.rules, one) {
                Ok(rule) => self.read.confirmed.push((rule, line(self.source, one.span().start))),
                Err((at, why)) => self.fault("confirm", at, &why),
            }
        }
    }
}

/// Takes one confirmation, and gives the rule that it is about.
fn confirmation(rules: &mut Rules, one: &Spanned<DeValue<'_>>) -> Taken<String> {
    let fields = known_fields(one, &["rule", "by", "on"])?;
    let start = one.span().start;
    let field = |name: &str, what: &str| fields.get(name).ok_or_else(|| (start, format!("{name} is missing: {what}")));
    let rule = text(field("rule", "the key of the rule that is confirmed")?, 200)?;
    let by = text(field("by", "who confirmed it")?, 80)
        .map_err(|_| (start, "by is missing: who confirmed it".to_owned()))?;
    let on = day(field("on", "the day on which it was confirmed")?)
        .ok_or_else(|| (start, "on is no day such as \"2026-11-20\"".to_owned()))?;
    rules.confirm(&rule, Confirmation { by, on }).map_err(|error| (start, error.to_string()))?;
    Ok(rule)
}

fn contact(one: &Spanned<DeValue<'_>>) -> Taken<Contact> {
    let fields = known_fields(one, &["label", "number"])?;
    let field = |name: &str, what: &str| {
        fields.get(name).ok_or_else(|| (one.span().start, format!("{name} is missing: {what}")))
    };
    Ok(Contact {
        label: text(field("label", "whom one calls")?, 60)?,
        number: text(field("number", "the number in quotes, as it is dialled")?, 40)?,
    })
}

/// The fields of a table that has no others than these.
fn known_fields<'a>(one: &'a Spanned<DeValue<'a>>, known: &[&str]) -> Taken<&'a DeTable<'a>> {
    let fields = table(one)?;
    match fields.keys().find(|name| !known.contains(&name.get_ref().as_ref())) {
        Some(name) => {
            Err((name.span().start, format!("{} is no field; allowed: {}", name.get_ref(), known.join(", "))))
        }
        None => Ok(fields),
    }
}

fn theme(value: &Spanned<DeValue<'_>>) -> Taken<Palette> {
    let named = value.get_ref().as_str().and_then(|name| THEMES.iter().find(|(theme, _)| *theme == name));
    let allowed = || THEMES.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    named.map(|(_, palette)| *palette).ok_or_else(|| (value.span().start, format!("allowed: {}", allowed())))
}

fn flag(value: &Spanned<DeValue<'_>>) -> Taken<bool> {
    value.get_ref().as_bool().ok_or_else(|| (value.span().start, "allowed: true, false".to_owned()))
}

fn seconds(value: &Spanned<DeValue<'_>>) -> Taken<Duration> {
    let seconds = number(value).filter(|seconds| (1..=86_400).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| (value.span().start, "allowed: seconds, 1 to 86400".to_owned()))
}

/// A test that is known and a unit that it is read in, in the spelling of the program.
fn unit_of(
    tests: &Tests,
    test: &Spanned<std::borrow::Cow<'_, str>>,
    unit: &Spanned<DeValue<'_>>,
) -> Taken<(String, String)> {
    let known = tests.get(test.get_ref()).ok_or_else(|| {
        let all: Vec<&str> = tests.all().iter().map(|test| test.id.as_str()).collect();
        (test.span().start, format!("is no test; allowed: {}", all.join(", ")))
    })?;
    let named = unit.get_ref().as_str().and_then(|unit| tests.accepted(known, unit));
    let allowed = || known.units().map(|unit| format!("{unit:?}")).collect::<Vec<_>>().join(", ");
    let unit = named.ok_or_else(|| (unit.span().start, format!("allowed: {}", allowed())))?;
    Ok((known.id.clone(), unit.to_owned()))
}

/// One key or several, by their names.
fn keys_of(value: &Spanned<DeValue<'_>>) -> Taken<Vec<Key>> {
    let names = match value.get_ref().as_str() {
        Some(name) => vec![name.to_owned()],
        None => list(value)?,
    };
    let wrong = || {
        let why = "allowed: a letter, digit or sign, \"Enter\", \"Esc\", \"Tab\", \"Shift-Tab\", \"Space\", \"Up\", \
                   \"Down\", \"Left\", \"Right\", \"PgUp\", \"PgDn\", \"Home\", \"End\", \"F1\" to \"F12\", \"Ctrl-A\" and so on \
                   (but Ctrl-H, I, J and M), or several of them as [\"x\", \"F5\"]";
        (value.span().start, why.to_owned())
    };
    if names.is_empty() {
        return Err(wrong());
    }
    names.iter().map(|name| Key::parse(name).ok_or_else(wrong)).collect()
}

/// The line of a byte of the text, from 1.
fn line(source: &str, at: usize) -> usize {
    source.get(..at).unwrap_or(source).matches('\n').count() + 1
}

/// ` at line 4 column 1`, of a byte of the text.
fn place(source: &str, at: usize) -> String {
    let before = source.get(..at).unwrap_or(source);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(" at line {} column {column}", line(source, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "uk-smpc#band.ben.amber";

    fn rules(settings: &str) -> Rules {
        let mut rules = Rules::builtin().expect("the embedded rules");
        read(&mut rules, "settings.toml", settings);
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
        for text in ["[[confirm]\n", "theme = dark\n", "ascii = true ascii = false\n", "site = \"a\"\nsite = \"b\"\n"] {
            let rules = rules(text);
            let left_out = rules.left_out();
            assert!(left_out.len() == 1 && left_out[0].contains("no setting is read"), "{left_out:?}");
            assert!(left_out[0].contains(" at line "), "{left_out:?}");
        }
    }

    fn of(text: &str) -> (Settings, Vec<String>) {
        let mut rules = Rules::builtin().expect("the embedded rules");
        let read = read(&mut rules, "settings.toml", text);
        (read.settings, rules.left_out().to_vec())
    }

    const ALL: &str = r#"
site = "St Aldhelm's"
theme = "light"
ascii = true
shared-accounts = ["ward", "nurses"]
blank-after = 60
leave-after = 1_200

[[contacts]]
label = "Haematology on call"
number = "01632 960 111"

[[contacts]]
label = "Clozapine service"
number = "01632 960 222"

[units]
anc = "cells/uL"
clozapine = "nmol/L"

[keys]
blood-count = "F6"
zoom = ["X", "F5"]
"#;

    #[test]
    fn every_setting_is_taken() {
        let (settings, faults) = of(ALL);
        assert_eq!(faults, Vec::<String>::new());
        let seconds = Duration::from_secs;
        assert_eq!(settings.site.as_deref(), Some("St Aldhelm's"));
        assert_eq!((settings.palette, settings.ascii), (Palette::Light, Some(true)));
        assert!(settings.is_shared("ward") && settings.is_shared("nurses") && !settings.is_shared("aosei"));
        let patience = Patience { blank: seconds(60), end: seconds(1200), end_typing: seconds(3600) };
        assert_eq!(settings.patience, patience, "a form has three times as long if nothing else is said");
        let contact = |label: &str, number: &str| Contact { label: label.to_owned(), number: number.to_owned() };
        let wanted = [contact("Haematology on call", "01632 960 111"), contact("Clozapine service", "01632 960 222")];
        assert_eq!(settings.contacts, wanted);
        assert_eq!(settings.units["anc"], "/uL", "in the spelling of the program");
        assert_eq!(settings.units["clozapine"], "nmol/L");
        let named = |action: &str| settings.keys.changeable().into_iter().find(|(name, _)| name == action);
        assert_eq!(named("zoom").map(|(_, keys)| keys.len()), Some(2));
        assert_eq!(of(""), (Settings::default(), Vec::new()));
    }

    #[test]
    fn a_wrong_setting_is_said_with_its_place_and_all_others_hold() {
        for (bad, at, said) in [
            ("colour = true", "line 1 column 1", "colour: is no setting; allowed: site, shared-accounts, theme"),
            ("site = 1", "line 1 column 8", "site: allowed: text in quotes"),
            ("site = \"\"", "line 1 column 8", "site: allowed"),
            ("theme = \"green\"", "line 1 column 9", "theme: allowed: \"dark\", \"light\", \"mono\""),
            ("ascii = \"yes\"", "line 1 column 9", "ascii: allowed: true, false"),
            ("blank-after = 0", "line 1 column 15", "blank-after: allowed: seconds, 1 to 86400"),
            ("leave-after = 1.5", "line 1 column 15", "leave-after: allowed: seconds"),
            ("shared-accounts = \"ward\"", "line 1 column 19", "shared-accounts: allowed: several texts"),
            ("units.anc = \"%\"", "line 1 column 13", "units.anc: allowed: \"10*9/L\""),
            ("units.blood = \"L\"", "line 1 column 7", "units.blood: is no test; allowed: anc, wbc"),
            ("units = 3", "line 1 column 9", "units: allowed: a table"),
            ("keys.blood-count = \"m\"", "line 1 column 6", "keys.blood-count: m is already dose in \"The ward\""),
            ("keys.blood-count = \"Strg-A\"", "line 1 column 20", "keys.blood-count: allowed: a letter"),
            ("keys.blood-count = []", "line 1 column 20", "keys.blood-count: allowed: a letter"),
            ("keys.fly = \"x\"", "line 1 column 6", "keys.fly: is no action; allowed: open, "),
            ("keys.save = \"Enter\"", "line 1 column 6", "keys.save: has keys that cannot be changed"),
            ("contacts = \"me\"", "line 1 column 12", "contacts: allowed: tables"),
            ("contacts = [{ label = \"A\" }]", "line 1 column 13", "contacts: number is missing"),
            ("contacts = [{ label = \"A\", number = 12 }]", "line 1 column 37", "contacts: allowed: text in quotes"),
            ("confirm = [{ rool = \"x\" }]", "line 1 column 14", "confirm: rool is no field; allowed: rule, by, on"),
        ] {
            let (settings, faults) = of(&format!("{bad}\nleave-after-form = 4000\n"));
            assert_eq!(faults.len(), 1, "{bad}: {faults:?}");
            assert!(faults[0].starts_with(&format!("settings.toml: {said}")), "{bad}: {faults:?}");
            assert!(faults[0].ends_with(&format!(" at {at}; it is ignored")), "{bad}: {faults:?}");
            let patience = Patience { end_typing: Duration::from_secs(4000), ..Patience::default() };
            assert_eq!(settings, Settings { patience, ..Settings::default() }, "{bad}");
        }
    }

    #[test]
    fn a_form_never_has_less_time_than_a_screen_without_one() {
        let (settings, _) = of("leave-after = 900\nleave-after-form = 60\n");
        assert_eq!(settings.patience.end_typing, Duration::from_secs(900));
    }
}
