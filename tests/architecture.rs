//! The promise of `ARCHITECTURE.md`: arrows go down only, and the pure rooms stay pure.
//!
//! Reads the source, without comments, strings and test code, and fails on an import or a path that goes up, on a
//! clock, disk, environment or terminal in a pure room, and on what the house style rules out. `controls` shows that
//! each of these is caught.
#![allow(clippy::disallowed_methods, clippy::expect_used)] // reads the source from the disk; a test fails by panicking

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up, and which other rooms each may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("ward", &[]),
    ("rules", &["ward"]),
    ("assess", &["ward", "rules"]),
    ("store", &["ward"]),
    ("safe", &[]),
    ("words", &["ward", "rules", "assess", "safe"]),
    ("tui", &["ward", "rules", "assess", "store", "safe", "words"]),
    ("cli", &["ward", "rules", "assess", "store", "safe", "words", "tui"]),
];

/// Rooms without a clock, a disk, an environment, a terminal or a host time zone.
const PURE: &[&str] = &["ward", "rules", "assess"];

/// Paths that no pure room may name, nor anything below them.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::os",
    "std::path",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::io::Stdin",
    "std::io::Stdout",
    "std::io::Stderr",
    "chrono::Local",
    "chrono::offset::Local",
    "clap",
    "crossterm",
    "directories",
    "iana_time_zone",
    "portable_pty",
    "ratatui",
    "rustix",
    "signal_hook",
    "tui_input",
];

/// Last words of a path that looks at a clock, whatever it was imported as.
const CLOCKS: &[&str] = &["now", "now_v1", "now_v6", "now_v7", "SystemTime", "Instant"];

/// `when.rs` writes `When::Instant`, which is no clock.
const NO_CLOCK: &[&str] = &["When", "Self"];

/// Longest file, without its tests.
const MOST_LINES: usize = 500;

#[test]
fn every_file_keeps_to_its_room() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(files.len() > 20, "found only {} files under {}", files.len(), root.display());
    let test_only: BTreeSet<PathBuf> = files.iter().flat_map(|path| test_files(path, &read(path))).collect();
    let faults: Vec<String> = files
        .iter()
        .filter(|path| !test_only.contains(*path))
        .flat_map(|path| {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
            faults(&name, &read(path)).into_iter().map(move |fault| format!("src/{name}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The files and folders directly in a room stand on each other, and no two need each other, not even by way of a third.
/// Names that a room's door hands on are not followed.
#[test]
fn the_files_of_a_room_stand_on_each_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (room, _) in ROOMS {
        let mut arrows = Arrows::new();
        for path in sources(&root.join(room)) {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
            add_arrows(&mut arrows, room, &name, &read(&path));
        }
        assert!(!arrows.is_empty(), "found nothing in {room}");
        assert_eq!(in_circles(arrows), Arrows::new(), "{room}: these need each other");
    }
}

#[test]
fn a_circle_is_seen() {
    let mut arrows = Arrows::new();
    add_arrows(&mut arrows, "tui", "tui/text.rs", "use super::Options;");
    add_arrows(&mut arrows, "tui", "tui/home/rows.rs", "use super::Home;\nuse crate::tui::text::Line;");
    add_arrows(&mut arrows, "tui", "tui/app/mod.rs", "fn f() { crate::tui::home::g() }");
    assert_eq!(in_circles(arrows.clone()), Arrows::new());
    add_arrows(&mut arrows, "tui", "tui/page.rs", "use super::{app::{self, App}, text};");
    assert_eq!(in_circles(arrows.clone()), Arrows::new());
    add_arrows(&mut arrows, "tui", "tui/home/mod.rs", "use super::page::Page;");
    let left: Vec<String> = in_circles(arrows).into_keys().collect();
    assert_eq!(left, ["app", "home", "page"]);
}

/// What each fault looks like, so that the check is known to see it.
#[test]
fn controls() {
    let bad = [
        ("ward/read.rs", "use std::fs;", "std::fs"),
        ("ward/read.rs", "use std::{fmt, fs::File};", "std::fs::File"),
        ("ward/read.rs", "fn f() { std::env::var(\"X\"); }", "std::env::var"),
        ("ward/read.rs", "use std::io::{self, stdout};", "std::io::stdout"),
        ("ward/read.rs", "use std::io;\nfn f() { io::stdout(); }", "std::io::stdout"),
        ("ward/read.rs", "use std::*;", "std::*"),
        ("ward/read.rs", "use std as s;", "use std"),
        ("ward/read.rs", "use std::fs as disk;", "std::fs"),
        ("ward/read.rs", "use crate as house;", "use crate"),
        ("rules/mod.rs", "fn f() { let p = std::process::id(); }", "std::process"),
        ("rules/mod.rs", "use std::net::TcpStream;", "std::net"),
        ("rules/mod.rs", "use std::time::Duration;", "std::time"),
        ("assess/mod.rs", "use chrono::Utc;\nfn f() { Utc::now(); }", "now"),
        ("assess/mod.rs", "use chrono::{Local, Utc};", "chrono::Local"),
        ("assess/mod.rs", "use std::time::Instant;", "Instant"),
        ("ward/id.rs", "fn f() { uuid::Uuid::now_v7(); }", "now_v7"),
        ("assess/mod.rs", "use ratatui::text::Span;", "ratatui"),
        ("assess/mod.rs", "fn f(k: crossterm::event::KeyEvent) {}", "crossterm"),
        ("rules/mod.rs", "use rustix::fs;", "rustix"),
        ("rules/mod.rs", "use directories::ProjectDirs;", "directories"),
        ("ward/mod.rs", "use crate::rules::Rules;", "rules"),
        ("ward/mod.rs", "use crate::{assess, ward};", "assess"),
        ("ward/mod.rs", "use super::store::Store;", "store"),
        ("ward/read/number.rs", "use super::super::super::tui;", "tui"),
        ("ward/mod.rs", "fn f() { crate::cli::run(); }", "cli"),
        ("ward/mod.rs", "use wardround::tui;", "tui"),
        ("ward/mod.rs", "use crate::*;", "crate::*"),
        ("rules/mod.rs", "use crate::assess::Assessment;", "assess"),
        ("assess/mod.rs", "pub use crate::store::Store;", "store"),
        ("store/mod.rs", "use crate::rules;", "rules"),
        ("store/mod.rs", "use crate::assess;", "assess"),
        ("store/mod.rs", "use crate::tui;", "tui"),
        ("store/mod.rs", "use crate::cli;", "cli"),
        ("tui/mod.rs", "use crate::cli;", "cli"),
        ("tui/mod.rs", "fn f() { g().unwrap(); }", "unwrap"),
        ("tui/mod.rs", "fn f() { g()\n    .expect(\"a reason\"); }", "expect"),
        ("tui/mod.rs", "#[allow(clippy::unwrap_used)]\nfn f() {}", "clippy::unwrap_used"),
        ("tui/mod.rs", "fn f() { unsafe { g() } }", "unsafe"),
    ];
    for (name, code, named) in bad {
        let found = faults(name, &format!("//! Room.\n{code}\n"));
        assert!(found.iter().any(|fault| fault.contains(named)), "{name}: {code:?} must be caught, got {found:?}");
    }
    assert!(faults("tui/mod.rs", "use std::fmt;\n").iter().any(|f| f.contains("//!")));
    let long = format!("//! Room.\n{}", "fn f() {}\n".repeat(MOST_LINES));
    assert!(faults("tui/mod.rs", &long).iter().any(|f| f.contains("lines")));
    let unknown = faults("attic/mod.rs", "//! Room.\n");
    assert!(unknown.iter().any(|f| f.contains("attic")), "{unknown:?}");
}

/// What looks like a fault and is none.
#[test]
fn no_false_alarm() {
    let good = [
        ("ward/read.rs", "// use std::fs;\n/* crate::tui */ fn f() {}"),
        ("ward/read.rs", "const A: &str = \"std::fs::read\"; const B: char = '\"'; fn f<'a>(x: &'a str) {}"),
        ("ward/read.rs", "const A: &str = r#\"use \"crate::tui\"\"#;"),
        ("ward/read.rs", "#[cfg(test)]\nmod tests {\n use std::fs;\n fn f() { g().unwrap(); }\n}\n"),
        ("ward/read.rs", "use std::io::{Error, Read, Write};"),
        ("ward/read.rs", "use super::entry::Entry;\nuse crate::ward::Number;"),
        ("ward/time.rs", "fn f(w: When) { if let When::Instant(at) = w {} }"),
        ("assess/mod.rs", "use crate::rules::Rules;\nuse crate::ward::{Moment, Ward};\nuse chrono::{DateTime, Utc};"),
        ("store/mod.rs", "use std::fs;\nuse crate::ward;"),
        (
            "tui/mod.rs",
            "use crate::{assess, rules, safe, store, ward};\nfn f() { x.unwrap_or_default(); y.expecting(); }",
        ),
        ("lib.rs", "pub mod cli;"),
        ("main.rs", "use wardround::cli;"),
    ];
    for (name, code) in good {
        let found = faults(name, &format!("//! Room.\n{code}\n"));
        assert!(found.is_empty(), "{name}: {code:?} is allowed, got {found:?}");
    }
}

/// Everything wrong with one file; `name` is its path below `src`.
fn faults(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found.push("does not open with //! saying what it is for".to_owned());
    }
    let code = without_tests(&without_text(text));
    let lines = code.lines().filter(|line| *line != DROPPED).count();
    if lines > MOST_LINES {
        found.push(format!("{lines} lines without tests, more than {MOST_LINES}"));
    }
    for (word, why) in [
        (".unwrap()", "unwrap outside tests"),
        (".expect(\"", "expect outside tests"),
        ("clippy::unwrap_used", "clippy::unwrap_used allowed"),
        ("clippy::expect_used", "clippy::expect_used allowed"),
        ("clippy::panic", "clippy::panic allowed"),
        ("unsafe {", "unsafe"),
        ("unsafe fn", "unsafe"),
    ] {
        if code.contains(word) {
            found.push(why.to_owned());
        }
    }
    found.extend(path_faults(name, &paths(&code)));
    found
}

/// Paths that this file may not name.
fn path_faults(name: &str, paths: &[Vec<String>]) -> Vec<String> {
    let module = module_of(name);
    let Some(room) = module.first().filter(|room| room.as_str() != "main") else { return Vec::new() };
    let Some((_, may)) = ROOMS.iter().find(|(known, _)| known == room) else {
        return vec![format!("{room} is no room of ARCHITECTURE.md")];
    };
    let pure = PURE.contains(&room.as_str());
    let mut found = Vec::new();
    for path in paths.iter().map(|path| absolute(&module, path)) {
        let whole = path.join("::");
        let own = path.first().is_some_and(|root| root == "crate" || root == "wardround");
        if own && path.len() == 1 {
            found.push(format!("{room} may not use {whole} itself: it hides which rooms are used"));
        }
        if let (true, [_, second, ..]) = (own, path.as_slice()) {
            if second == "*" {
                found.push(format!("{whole} hides which rooms are used"));
            } else if second != room && !may.contains(&second.as_str()) && is_room(second) {
                found.push(format!("{room} may not use {whole}: arrows go down only"));
            }
        }
        if pure && let Some(why) = impure(&path) {
            found.push(format!("{room} is pure and may not use {whole}: {why}"));
        }
    }
    found
}

/// Why a path has no place in a pure room.
fn impure(path: &[String]) -> Option<&'static str> {
    let whole = path.join("::");
    let below = |banned: &&&str| whole == **banned || whole.starts_with(&format!("{banned}::"));
    if IMPURE.iter().any(|banned| below(&banned)) {
        return Some("it reaches out of the program");
    }
    let root = path.first().is_some_and(|root| root == "std" || root == "chrono");
    if root && (path.len() == 1 || whole.contains('*')) {
        return Some("it hides what is used");
    }
    let (last, before) = path.split_last()?;
    let clock = CLOCKS.contains(&last.as_str()) || path.iter().any(|part| part == "SystemTime");
    let named_so = before.last().is_some_and(|owner| NO_CLOCK.contains(&owner.as_str()));
    (clock && !named_so && !before.is_empty()).then_some("the moment is an argument")
}

/// By file or folder of a room: which others of it it names.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Adds what a file of a room names; `name` is its path below `src`. `mod.rs`, the door of the room, is none of them.
fn add_arrows(arrows: &mut Arrows, room: &str, name: &str, text: &str) {
    let module = module_of(name);
    let Some(from) = module.get(1) else { return };
    let named = arrows.entry(from.clone()).or_default();
    for path in paths(&without_tests(&without_text(text))).iter().map(|path| absolute(&module, path)) {
        if let [root, within, to, ..] = path.as_slice()
            && root == "crate"
            && within == room
            && to != from
        {
            named.insert(to.clone());
        }
    }
}

/// Takes away again and again what names nobody who is left: what stays is in a circle, or above one.
fn in_circles(mut arrows: Arrows) -> Arrows {
    loop {
        let left: BTreeSet<String> = arrows.keys().cloned().collect();
        let before = arrows.len();
        arrows.retain(|_, named| named.iter().any(|to| left.contains(to)));
        if arrows.len() == before {
            return arrows;
        }
    }
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|(room, _)| *room == name)
}

/// `ward/read/number.rs` is the module `ward::read::number`.
fn module_of(name: &str) -> Vec<String> {
    let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

/// A path as written in a module, from the crate's root.
fn absolute(module: &[String], path: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    if ups == 0 {
        return path.to_vec();
    }
    let above = module.len().saturating_sub(ups);
    std::iter::once("crate".to_owned()).chain(module[..above].to_vec()).chain(path[ups..].to_vec()).collect()
}

/// Every path that the code names: `use` trees taken apart, a name that was imported put back under its path.
fn paths(code: &str) -> Vec<Vec<String>> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at] == "use" {
            let end = tokens[at..].iter().position(|t| t == ";").map_or(tokens.len(), |n| at + n);
            use_tree(&tokens[at + 1..end], &[], &mut found);
            at = end;
        } else if is_word(&tokens[at]) {
            let mut path = vec![tokens[at].clone()];
            while at + 2 < tokens.len() && tokens[at + 1] == "::" && is_word(&tokens[at + 2]) {
                path.push(tokens[at + 2].clone());
                at += 2;
            }
            if path.len() > 1 {
                found.push(path);
            }
        }
        at += 1;
    }
    let imported: Vec<Vec<String>> = found.clone();
    for path in found.iter_mut().filter(|path| path.len() > 1) {
        if let Some(import) = imported.iter().find(|i| i.len() > 1 && i.last() == path.first() && *i != path) {
            path.splice(..1, import.iter().cloned());
        }
    }
    found
}

/// Takes `a::{b, c::d}` apart.
fn use_tree(tokens: &[String], prefix: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        match token.as_str() {
            "::" => {}
            "{" => {
                let inner = &after[..after.len().saturating_sub(1)];
                for branch in branches(inner) {
                    use_tree(branch, &path, found);
                }
                return;
            }
            "self" if !path.is_empty() => {}
            "as" => break,
            word => path.push(word.to_owned()),
        }
        rest = after;
    }
    found.push(path);
}

/// The parts of a `use` group, split at its own commas.
fn branches(tokens: &[String]) -> Vec<&[String]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && token == ","
        })
        .filter(|branch| !branch.is_empty())
        .collect()
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Words, `::` and single signs.
fn tokens(code: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
        if c == ':' && chars.peek() == Some(&':') {
            chars.next();
            found.push("::".to_owned());
        } else if !c.is_whitespace() {
            found.push(c.to_string());
        }
    }
    found.extend((!word.is_empty()).then_some(word));
    found
}

/// The code with comments and the contents of strings taken out; the lines stay.
fn without_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, keep) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), "")
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), "")
        } else if let Some(length) = raw_string(rest) {
            (length, "\"\"")
        } else if c == '"' {
            (string_length(rest), "\"\"")
        } else if let Some(length) = char_literal(rest) {
            (length, "' '")
        } else {
            (c.len_utf8(), &rest[..c.len_utf8()])
        };
        out.push_str(keep);
        if keep.is_empty() || length > keep.len() {
            out.extend(rest[..length].chars().filter(|c| *c == '\n'));
        }
        // A name that ends in r must not be taken for the start of a raw string.
        let word = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>();
        if length == c.len_utf8() && word > length && raw_string(rest).is_none() {
            out.push_str(&rest[length..word]);
            rest = &rest[word..];
        } else {
            rest = &rest[length..];
        }
    }
    out
}

/// Length of `r"..."` or `r#"..."#` at the start, also with a `b` before it.
fn raw_string(text: &str) -> Option<usize> {
    let start = if text.starts_with("br") { 2 } else { usize::from(text.starts_with('r')) };
    let hashes = text.get(start..)?.chars().take_while(|c| *c == '#').count();
    let open = start + hashes;
    if start == 0 || text.as_bytes().get(open) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[open + 1..].find(&close).map(|end| open + 1 + end + close.len())
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of a character literal at the start; a lifetime is none.
fn char_literal(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let end = match inner.chars().next()? {
        '\\' => inner.char_indices().skip(2).find(|(_, c)| *c == '\'').map(|(at, _)| at)?,
        c => c.len_utf8(),
    };
    inner[end..].starts_with('\'').then_some(end + 2)
}

/// Marks a line of test code that was taken out.
const DROPPED: &str = "//dropped";

/// The code without the items under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        let item = &rest[start..];
        let end = item_end(item);
        out.push_str(&rest[..start]);
        out.push_str(&format!("\n{DROPPED}").repeat(item[..end].matches('\n').count()));
        rest = &item[end..];
    }
    out + rest
}

/// Where the item that starts with an attribute ends: at its closing brace, or at a semicolon before any brace.
fn item_end(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

/// Files that a `#[cfg(test)] mod name;` in this file brings in.
fn test_files(path: &Path, text: &str) -> Vec<PathBuf> {
    let code = without_text(text);
    let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let folder = path.parent().expect("a folder");
    let below = if matches!(stem.as_str(), "mod" | "lib" | "main") { folder.to_owned() } else { folder.join(stem) };
    code.split("#[cfg(test)]")
        .skip(1)
        .filter_map(|after| {
            after.trim_start().strip_prefix("mod ")?.split_once(';').map(|(name, _)| name.trim().to_owned())
        })
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .flat_map(|name| [below.join(format!("{name}.rs")), below.join(name).join("mod.rs")])
        .collect()
}

/// Every source file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("src is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a source file is UTF-8")
}
