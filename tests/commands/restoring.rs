//! `restore` and `verify`: a ward is made good again from the command line; and who did it is never what the
//! environment says.
use std::fs;

use crate::WARD;
use crate::program::{Ran, World};

fn note(id: &str) -> String {
    format!(
        r#"{{"patient": "p-okafor", "entry": {{"id": "{id}", "kind": "note", "at": "2024-01-17", "text": "seen"}}}}"#
    )
}

fn recorded(world: &World, id: &str) -> Ran {
    let ward = world.path("ward.json");
    world.run_with(["record".as_ref(), ward.as_os_str(), "--stdin".as_ref()], &note(id))
}

#[test]
fn a_damaged_file_is_made_good_again() {
    let world = World::new();
    let ward = world.ward(WARD);
    for id in ["n1", "n2"] {
        assert_eq!(recorded(&world, id).code, Some(0));
    }
    let run = |args: &[&str]| world.run(args.iter().map(ToString::to_string).chain([ward.display().to_string()]));
    assert_eq!((run(&["verify"]).code, run(&["restore"]).code), (Some(0), Some(0)));
    fs::write(&ward, "half a fi").expect("a disk that failed");
    let before = world.everything();
    let triage = run(&["triage"]);
    assert_eq!(triage.code, Some(3));
    assert!(triage.err.contains("restore ward.json --newest"), "{}", triage.err);
    let listed = run(&["restore"]);
    assert!(listed.out.contains("revision 1") && listed.err.contains("nothing was written"), "{listed:?}");
    let verified = run(&["verify"]);
    assert_eq!(verified.code, Some(1));
    assert!(verified.out.contains("NOT SOUND") && !verified.out.to_lowercase().contains("okafor"), "{}", verified.out);
    assert_eq!(world.everything(), before, "nothing was written");
    assert_eq!(run(&["restore", "--newest", "--by", "AO"]).code, Some(0));
    assert_eq!(run(&["verify"]).code, Some(0));
    let log = run(&["log"]).out;
    assert_eq!(log.matches("seen").count(), 2, "{log}");
    assert!(log.contains("an earlier state of the file was put back") && log.contains("AO ("), "{log}");
    assert_eq!(run(&["restore", "--newest"]).code, Some(5), "there is nothing to make good");
    assert_eq!(run(&["restore", "--accept-edit"]).code, Some(5), "there is nothing to confirm");
}

#[test]
fn an_edit_by_hand_is_confirmed_by_name() {
    let world = World::new();
    let ward = world.ward(WARD);
    assert_eq!(recorded(&world, "n1").code, Some(0));
    let text = fs::read_to_string(&ward).expect("the ward");
    fs::write(&ward, text.replace("\"seen\"", "\"not seen\"")).expect("an editor");
    let run = |args: &[&str]| world.run(args.iter().map(ToString::to_string).chain([ward.display().to_string()]));
    assert!(run(&["triage"]).err.contains("`restore --accept-edit` confirms it"));
    let done = run(&["restore", "--accept-edit", "--by", "AO"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!run(&["triage"]).err.contains("accept-edit"));
    assert!(run(&["log"]).out.contains("an edit of the file outside this program was confirmed"));
}

#[test]
fn the_environment_is_a_claim_and_no_identity() {
    let world = World::new();
    let ward = world.ward(WARD);
    let who = |forged: &[(&str, &str)]| {
        let mut command = world.command(["restore".as_ref(), ward.as_os_str(), "--revision".as_ref(), "0".as_ref()]);
        let ran = command.envs(forged.iter().copied()).output().expect("it runs");
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        let journal = fs::read_to_string(world.path("ward.json.d/journal-000001.jsonl")).expect("a journal");
        let last: serde_json::Value = serde_json::from_str(journal.lines().last().expect("a line")).expect("JSON");
        last["who"].clone()
    };
    assert_eq!(recorded(&world, "n1").code, Some(0));
    let plain = who(&[]);
    let names = ["USER", "LOGNAME", "SUDO_USER", "SUDO_UID", "USERNAME"];
    let mut forged = who(&names.map(|name| (name, "consultant")));
    let claimed = forged.as_object_mut().expect("an object").remove("claimed").expect("claims");
    assert_eq!(forged, plain, "whoever it says they are, the account is the same");
    assert_eq!((claimed["sudo_user"].as_str(), claimed["logname"].as_str()), (Some("consultant"), Some("consultant")));
}
