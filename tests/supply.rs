//! What the program is made of: no network, no unsafe code, known sources, permissive licences, fictional people.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used)] // reads the sources

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use wardround::ward::NhsNumber;

/// Packages that talk to a network, or are made for those that do.
const NETWORK: &[&str] = &[
    "async-std",
    "curl",
    "h2",
    "hyper",
    "isahc",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "tungstenite",
    "ureq",
    "zbus",
];

/// Licences under which a hospital may use and pass on the program, with their notices.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Others, of one package each: the MPL binds whoever changes that package's own files, which nobody does.
const EXCEPTIONS: &[(&str, &str)] = &[("option-ext", "MPL-2.0")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lock() -> Vec<toml::Table> {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    lock["package"].as_array().unwrap().iter().map(|package| package.as_table().unwrap().clone()).collect()
}

#[test]
fn no_package_talks_to_a_network() {
    let packages = lock();
    assert!(packages.len() > 100, "the control: {} packages", packages.len());
    for package in packages {
        let name = package["name"].as_str().unwrap();
        assert!(!NETWORK.contains(&name), "{name} talks to a network");
    }
}

#[test]
fn every_package_is_from_the_one_registry_with_its_checksum() {
    for package in lock() {
        if package["name"].as_str() == Some("wardround") {
            continue;
        }
        let source = package.get("source").and_then(toml::Value::as_str);
        assert_eq!(source, Some("registry+https://github.com/rust-lang/crates.io-index"), "{package:?}");
        assert!(package.contains_key("checksum"), "{package:?}");
    }
}

/// Whether an SPDX expression leaves a permissive choice.
fn is_permissive(expression: &str) -> bool {
    let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
    let part = |all: &str| {
        all.split(" OR ").any(|one| PERMISSIVE.contains(&one.split(" WITH ").next().unwrap_or_default().trim()))
    };
    expression.split(" AND ").all(part)
}

#[test]
fn every_licence_is_permissive() {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform"])
        .arg(format!("{}-unknown-linux-gnu", std::env::consts::ARCH))
        .current_dir(root())
        .output()
        .expect("cargo");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "the control: {} packages", packages.len());
    for package in packages {
        let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or("none"));
        assert!(is_permissive(licence) || EXCEPTIONS.contains(&(name, licence)), "{name}: {licence}");
    }
    for bad in ["GPL-3.0", "none", "MIT AND GPL-2.0-only", "AGPL-3.0 OR LGPL-2.1", ""] {
        assert!(!is_permissive(bad), "the control: {bad}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let skipped = ["target", "corpus", "artifacts"].iter().any(|name| path.ends_with(name));
        if path.is_dir() && !skipped {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

#[test]
fn unsafe_code_is_denied_everywhere() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("deny"));
    for path in [files(&root().join("src")), files(&root().join("benches"))].concat() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("allow(unsafe_code"), "{}", path.display());
    }
}

/// Numbers of ten digits that pass for NHS numbers, and do not begin with 999, which are never given to anybody.
fn real_numbers(text: &str) -> Vec<String> {
    let runs = text.split(|c: char| !c.is_ascii_digit() && c != ' ').map(str::trim);
    let grouped = |run: &&str| {
        let parts: Vec<usize> = run.split(' ').map(str::len).collect();
        parts == [3, 3, 4]
    };
    let quoted = text.split('"').filter(|part| part.len() == 10 && part.bytes().all(|b| b.is_ascii_digit()));
    let numbers = runs.filter(grouped).chain(quoted);
    numbers.filter(|text| NhsNumber::parse(text).is_some() && !text.starts_with("999")).map(str::to_owned).collect()
}

#[test]
fn everybody_in_the_fixtures_is_fictional() {
    let folders = ["tests", "data", "fuzz/seeds", "benches", "src"].map(|folder| root().join(folder));
    let mut seen = 0;
    for path in folders.iter().flat_map(|folder| files(folder)).chain([root().join("README.md")]) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        if path.ends_with("tests/supply.rs") {
            continue;
        }
        assert_eq!(real_numbers(&text), Vec::<String>::new(), "{}", path.display());
        seen += usize::from(text.contains("9990000018") || text.contains("999 000 0018"));
    }
    assert!(seen > 5, "the control: fixtures hold numbers");
    // 943 476 5919 is the example of the number's own description, with a good check digit.
    for real in ["\"9434765919\"", "NHS 943 476 5919, born"] {
        assert_eq!(real_numbers(real).len(), 1, "the control: {real}");
    }
}
