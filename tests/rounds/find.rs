//! Finding somebody, typed right or nearly.
use wardround::ward::{Ward, read};

use crate::rowan;
use crate::screen::{USUAL, app, press, reloaded, selected, text, types};

/// Rowan Ward with Briggs under another name.
fn with(family: &str) -> Ward {
    let json = rowan::json().replace("Briggs", family);
    read::ward(json.as_bytes(), &read::Limits::default()).unwrap()
}

#[test]
fn a_slip_still_finds_and_says_so() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "/");
    types(&mut app, "okafro");
    insta::assert_snapshot!(text(&app, USUAL).lines().skip(10).collect::<Vec<_>>().join("\n"));
    press(&mut app, "Enter");
    assert!(text(&app, USUAL).starts_with(" OKAFOR, Adaeze"));
}

#[test]
fn who_matches_exactly_comes_before_who_nearly_does() {
    // Bed A1 comes before bed B3, and the one in it is only nearly what was typed.
    let mut app = app(with("Okofor"), USUAL);
    press(&mut app, "/");
    types(&mut app, "okafor");
    let shown = text(&app, USUAL);
    let at = |name: &str| shown.lines().position(|line| line.contains(name)).unwrap_or(usize::MAX);
    assert!(at("OKAFOR, Adaeze") < at("OKOFOR, Thomas"), "{shown}");
    assert!(selected(&app, USUAL).contains("OKAFOR, Adaeze"), "{shown}");
    assert!(shown.contains("-Found 2, 1 of them not exactly"), "{shown}");
    assert_eq!(shown.matches("NAME LIKE ANOTHER'S").count(), 2, "both keep their mark: {shown}");
}

#[test]
fn a_digit_is_never_guessed() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "/");
    types(&mut app, "b99");
    assert!(text(&app, USUAL).contains("Nobody matches."), "{}", text(&app, USUAL));
}

#[test]
fn typing_selects_the_first_until_somebody_chooses() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "/");
    types(&mut app, "a");
    press(&mut app, "Down Down");
    let chosen = selected(&app, USUAL);
    app.update(reloaded(with("Zzz")));
    assert_eq!(selected(&app, USUAL), chosen, "a reload moves nothing");
    let name = chosen.split_whitespace().nth(1).unwrap().trim_end_matches(',').to_lowercase();
    types(&mut app, &format!(" {}", &name[..2]));
    assert_eq!(selected(&app, USUAL), chosen, "and typing on keeps whom one chose");
    for _ in 0..4 {
        press(&mut app, "Backspace");
    }
    types(&mut app, "okaf");
    assert!(selected(&app, USUAL).contains("OKAFOR"), "{}", text(&app, USUAL));
}

#[test]
fn the_ward_stays_in_sight_and_one_person_is_selected() {
    for size in [USUAL, (120, 40), (200, 60), (40, 12)] {
        let mut app = app(rowan::ward(), size);
        let ward = text(&app, size);
        press(&mut app, "/");
        types(&mut app, "e");
        let shown = text(&app, size);
        let marked = |text: &str| text.lines().filter(|line| line.starts_with('>')).count();
        assert_eq!(marked(&shown), 1, "{shown}");
        let title = shown.lines().position(|line| line.starts_with("-Found")).unwrap();
        let row = shown.lines().position(|line| line.starts_with('>')).unwrap();
        assert!(title < row, "who is marked is among those found: {shown}");
        let above = |text: &str| text.lines().take(title).map(|line| line.replace('>', " ")).collect::<Vec<_>>();
        if size.1 >= 24 {
            let same = above(&ward).iter().zip(above(&shown)).filter(|(a, b)| a.trim() == b.trim()).count();
            assert!(title >= 10 && same + 1 >= title, "all but a title without its mark: {shown}");
        }
        press(&mut app, "Esc");
        assert_eq!(text(&app, size), ward);
    }
}

#[test]
fn over_a_patient_it_takes_the_screen() {
    let mut app = app(rowan::ward(), USUAL);
    press(&mut app, "Enter");
    let patient = text(&app, USUAL);
    assert!(patient.contains("OKAFOR, Adaeze"));
    press(&mut app, "/");
    types(&mut app, "nowak");
    let shown = text(&app, USUAL);
    assert!(!shown.contains("OKAFOR"), "there is one name, and Enter opens it: {shown}");
    press(&mut app, "Esc");
    assert_eq!(text(&app, USUAL), patient);
}
