//! Settings: which are in force and where each comes from; a wrong one is said and the ward opens.
use std::fs;

use crate::program::{Ran, World};
use crate::{AS_OF, WARD};

fn settings(world: &World, text: &str) {
    let folder = world.home().join("config/wardround");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("settings.toml"), text).expect("writable");
}

const OURS: &str = r#"site = "St Aldhelm's"
theme = "light"
leave-after = 900

[[contacts]]
label = "Haematology on call"
number = "01632 960 111"

[units]
anc = "/uL"

[keys]
blood-count = "R"
"#;

/// The line of an answer that begins like this.
fn line<'a>(out: &'a str, start: &str) -> &'a str {
    out.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start} in {out}"))
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let world = World::new();
    let bare = world.run(["config", "--show"]);
    assert_eq!((bare.code, bare.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(bare.out.replace(&world.home().display().to_string(), "HOME"));
    settings(&world, OURS);
    let ours = world.run(["config", "--show", "--blank-after", "30"]).out;
    for (start, from) in [
        ("site = \"St Aldhelm's\"", "settings.toml:1"),
        ("theme = \"light\"", "settings.toml:2"),
        ("leave-after = 900", "settings.toml:3"),
        ("leave-after-form = 2700", "default"),
        ("blank-after = 30", "option --blank-after"),
        ("[[contacts]]", "settings.toml:5"),
        ("anc = \"/uL\"", "settings.toml:10"),
        ("blood-count = \"R\"", "settings.toml:13"),
        ("zoom = \"z\"", "default"),
    ] {
        let line = line(&ours, start);
        assert!(line.ends_with(&format!("# {from}")), "{start}: {line}");
    }
}

#[test]
fn the_environment_and_the_options_win_over_the_file() {
    let world = World::new();
    settings(&world, OURS);
    let theme = |args: &[&str], env: &[(&str, &str)]| {
        let ran = world.command(args).envs(env.iter().copied()).output().expect("the program starts");
        line(&Ran::from(ran).out, "theme").to_owned()
    };
    let option = theme(&["config", "--theme", "dark"], &[("TERM", "xterm")]);
    assert!(option.starts_with("theme = \"dark\"") && option.ends_with("# option --theme"), "{option}");
    let mono = theme(&["config", "--theme", "dark"], &[("TERM", "xterm"), ("NO_COLOR", "1")]);
    assert!(mono.starts_with("theme = \"mono\"") && mono.ends_with("# environment: NO_COLOR or TERM"), "{mono}");
}

/// What is printed is a settings file that says the same.
#[test]
fn the_answer_is_a_settings_file() {
    let world = World::new();
    settings(&world, OURS);
    let first = world.run(["config"]).out;
    settings(&world, &first);
    let again = world.run(["config"]);
    assert_eq!(again.err, "");
    let values = |text: &str| {
        let bare = text.lines().map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned());
        bare.collect::<Vec<_>>()
    };
    assert_eq!(values(&first), values(&again.out));
}

#[test]
fn a_wrong_setting_is_said_and_the_ward_is_read_all_the_same() {
    let world = World::new();
    settings(&world, "theme = \"green\"\nsite = \"St Aldhelm's\"\n");
    let file = world.ward(WARD);
    let ran = world.run(["triage", file.to_str().expect("UTF-8"), "--as-of", AS_OF]);
    assert_eq!(ran.code, Some(1), "somebody needs something");
    assert!(
        ran.err.contains("theme: allowed: \"dark\", \"light\", \"mono\" at line 1 column 9; it is ignored"),
        "{}",
        ran.err
    );
    assert!(line(&world.run(["config"]).out, "site").starts_with("site = \"St Aldhelm's\""));
}
