//! Text that terminals obey, hide, turn round or let vanish; and a ward that holds it wherever people can write.
use serde_json::{Value, json};
use unicode_properties::{GeneralCategory as G, UnicodeGeneralCategory};

/// What terminals obey, hide, turn round or let vanish; and the mark that is seen instead.
pub const HOSTILE: &[(&str, &str)] = &[
    ("\u{1b}[2J\u{1b}[H", "‹U+001B›[2J"),
    ("\u{1b}]52;c;QUJD\u{7}", "‹U+001B›]52;"),
    ("\u{1b}]0;title\u{1b}\\", "‹U+001B›]0;"),
    ("\u{1b}P1$r\u{1b}\\", "‹U+001B›P1"),
    ("\u{9b}31m", "‹U+009B›31m"),
    ("\u{9d}0;x\u{9c}", "‹U+009D›"),
    ("\u{85}", "‹U+0085›"),
    ("\r\n", "‹U+000D›"),
    ("\t", "‹U+0009›"),
    ("\u{8}\u{8}\u{8}", "‹U+0008›"),
    ("\u{7f}", "‹U+007F›"),
    ("\u{0}", "‹U+0000›"),
    ("\u{e}", "‹U+000E›"),
    ("\u{202e}", "‹U+202E›"),
    ("\u{2066}\u{2069}", "‹U+2066›"),
    ("\u{200e}\u{61c}", "‹U+200E›"),
    ("\u{200b}\u{2060}\u{feff}", "‹U+200B›"),
    ("\u{200d}", "‹U+200D›"),
    ("\u{ad}\u{34f}", "‹U+00AD›"),
    ("\u{fe0f}\u{e0041}", "‹U+FE0F›"),
    ("\u{2028}\u{2029}", "‹U+2028›"),
    ("\u{3164}\u{115f}\u{2800}", "‹U+3164›"),
    ("\u{a0}\u{3000}", "‹U+00A0›"),
    ("\u{e000}\u{10ffff}", "‹U+E000›"),
    ("\u{1f469}\u{200d}\u{2695}", "‹U+1F469›"),
    ("e\u{301}\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}‹U+0301›"),
    ("ｶ\u{ff9e}", "ｶ‹U+FF9E›"),
];

/// A ward whose every text holds `hostile`, and whose patients need something of every kind.
pub fn ward(hostile: &str) -> Value {
    let text = |word: &str| format!("{word}{hostile}{word}");
    let id = text("id");
    json!({
        "format": "wardround/1",
        "ward": { "name": text("Rowan"), "site": text("Site"), "time_zone": "Europe/London" },
        "patients": [
            {
                "id": id, "name": { "family": text("Oka"), "given": text("Ada") }, "born": "1988-04-12", "sex": "female",
                "identifiers": [
                    { "system": "nhs-number", "value": text("999") }, { "system": text("urn"), "value": text("7") },
                ],
                "bed": text("B"), "protocol": "uk-smpc", "service": "cpms", "ben": "no",
                "entries": [
                    { "id": text("c"), "kind": "course", "event": "start", "at": "2026-10-19T21:00",
                      "reason": text("initiation"), "regimen": text("slow") },
                    { "id": text("d"), "kind": "dose", "at": "2026-11-10", "evening_mg": 150 },
                    { "id": text("r"), "kind": "result", "test": "anc", "at": "2026-11-20T19:40", "value": 0.40,
                      "unit": "10*9/L", "source": text("telephone"),
                      "recorded": { "at": "2026-11-20T20:02:00+00:00", "by": text("aosei") } },
                    { "id": text("w"), "kind": "result", "test": "wbc", "at": "2026-11-20T19:40", "value": 2.1,
                      "unit": "10*9/L" },
                    { "id": text("u"), "kind": "result", "test": text("anc"), "at": "2026-11-20T19:50", "value": 1,
                      "unit": text("g") },
                    { "id": text("l"), "kind": "checklist", "list": "constipation", "at": "2026-11-18",
                      "answers": { "last_bm": "2026-11-14", "distension": true, "remark": text("none") } },
                    { "id": text("m"), "kind": "medicine", "event": "start", "at": "2026-11-18", "name": text("drug") },
                    { "id": text("a"), "kind": "acknowledge", "flag": text("anc-band:r"), "at": "2026-11-20T20:10",
                      "action": text("called") },
                    { "id": text("n"), "kind": "note", "at": "2026-11-20", "text": text("sleeps") },
                    { "id": text("v"), "kind": "void", "entry": text("n"), "reason": text("other") },
                ],
            },
            { "id": text("p2"), "name": { "family": text("Bri"), "given": text("Tom") }, "protocol": text("none"),
              "bed": text("A"), "entries": [] },
        ],
    })
}

/// Every character there is, and of those that are private or mean nothing yet, which are all treated alike, the first
/// and last of each block of 256.
pub fn characters() -> impl Iterator<Item = char> {
    ('\0'..=char::MAX).filter(|c| {
        let edge = matches!(u32::from(*c) % 256, 0 | 255);
        edge || !matches!(c.general_category(), G::PrivateUse | G::Unassigned)
    })
}

/// How many characters stand in one text of [`groups`].
const IN_A_GROUP: usize = 256;

/// Texts that together hold every control, format and space character, and from each block of 2048 others the first of
/// each category: whatever the rule treats alike is there.
pub fn groups() -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let special = |c: &char| {
        let category = c.general_category();
        let space = matches!(category, G::SpaceSeparator | G::LineSeparator | G::ParagraphSeparator);
        space || matches!(category, G::Control | G::Format) && !('\u{e0020}'..='\u{e007e}').contains(c)
    };
    let mut first = |c: &char| seen.insert((u32::from(*c) / 2048, format!("{:?}", c.general_category())));
    let is_plain = |c: &char| matches!(c.general_category(), G::OtherLetter | G::PrivateUse | G::Unassigned);
    let all: Vec<char> =
        characters().filter(|c| special(c) || (!is_plain(c) || u32::from(*c) % 4096 == 0) && first(c)).collect();
    all.chunks(IN_A_GROUP).map(|part| part.iter().collect()).collect()
}
