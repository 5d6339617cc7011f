//! A checklist in a line: `bowels yesterday 4 no pain`, `infection fever no sore-throat`, `infection none`.
use super::super::context::FormKind;
use super::super::when;
use super::grammar::Reader;
use super::said::With;
use super::words::Word;
use super::words::Wrong;
use crate::rules::{AnswerKind, ChecklistDef, Item};

/// Fewest letters that stand for the item which alone begins with them.
const SHORT: usize = 3;

/// Reads what was answered.
pub(super) fn read<'w>(reader: &mut Reader<'w>, list: &'w ChecklistDef) -> Result<FormKind, Wrong> {
    while let Some(word) = reader.peek() {
        if !(plain(reader, list)? || said_no(reader, list)? || item(reader, list, true)?) {
            return Err(Wrong::new(word.range(), format!("not asked under {}: Tab shows what is", list.title)));
        }
    }
    Ok(FormKind::Checklist(list.id.clone()))
}

/// A day or number without a name; `asked` and a time; `none`.
fn plain<'w>(reader: &mut Reader<'w>, list: &'w ChecklistDef) -> Result<bool, Wrong> {
    let Some(word) = reader.peek() else { return Ok(false) };
    let unnamed = |day: bool| {
        list.items.iter().find(|item| item.unnamed && matches!(item.answer, AnswerKind::Date) == day).map(field)
    };
    let is_number = word.text.bytes().all(|b| b.is_ascii_digit()) && !when::is_a_clock(word.text);
    match word.lower().as_str() {
        "asked" => {
            reader.skip(1);
            if !reader.time("at")? {
                return Err(Wrong::new(word.range(), "when it was asked, such as asked today 0810"));
            }
        }
        "none" => {
            reader.skip(1);
            none(reader, list, word)?;
        }
        _ if is_number => {
            let Some(field) = unnamed(false) else { return Ok(false) };
            reader.skip(1);
            reader.fill(&field, With::Text(word.text.to_owned()), word)?;
        }
        _ if when::is_of_a_time(word.text) => match unnamed(true).filter(|field| !reader.has(field)) {
            Some(field) => {
                reader.skip(1);
                reader.fill(&field, With::Text(word.text.to_owned()), word)?;
            }
            None => return reader.time("at"),
        },
        _ => return Ok(false),
    }
    Ok(true)
}

/// Every item that can be answered yes or no and was not: no.
fn none(reader: &mut Reader, list: &ChecklistDef, word: &Word) -> Result<(), Wrong> {
    for item in list.items.iter().filter(|item| item.answer == AnswerKind::YesNo) {
        if !reader.has(&field(item)) {
            reader.fill(&field(item), With::YesNo(false), word)?;
        }
    }
    Ok(())
}

/// `no pain`.
fn said_no<'w>(reader: &mut Reader<'w>, list: &'w ChecklistDef) -> Result<bool, Wrong> {
    let is_no = reader.peek().is_some_and(|word| word.lower() == "no");
    // "no wind" is an item of its own, which is then a yes.
    if !is_no || named(reader, list).is_some() {
        return Ok(false);
    }
    let no = reader.needed("no")?;
    if item(reader, list, false)? { Ok(true) } else { Err(Wrong::new(no.range(), "no and the name of what is asked")) }
}

/// An item by its name, with its answer.
fn item<'w>(reader: &mut Reader<'w>, list: &'w ChecklistDef, yes: bool) -> Result<bool, Wrong> {
    let Some((item, words)) = named(reader, list) else { return Ok(false) };
    let name = reader.needed("an item")?;
    reader.skip(words - 1);
    match &item.answer {
        AnswerKind::YesNo => reader.fill(&field(item), With::YesNo(yes), name)?,
        _ if !yes => return Err(Wrong::new(name.range(), "cannot be answered with no")),
        _ => {
            let answer = reader.needed(&format!("{}: the answer", item.label))?;
            reader.fill(&field(item), With::Text(answer.text.to_owned()), answer)?;
        }
    }
    Ok(true)
}

/// The item that the next words name, and how many words: two, or one, or the beginning of one.
fn named<'w>(reader: &Reader<'w>, list: &'w ChecklistDef) -> Option<(&'w Item, usize)> {
    let first = reader.peek()?.lower();
    let exact = |name: &str| list.items.iter().find(|item| names(item).any(|one| one == name));
    let both = reader.after_next().and_then(|second| exact(&format!("{first}-{}", second.lower())));
    let alone = || exact(&first.replace('_', "-"));
    both.map(|item| (item, 2)).or_else(|| alone().map(|item| (item, 1))).or_else(|| {
        let mut begin = list.items.iter().filter(|item| names(item).any(|name| name.starts_with(&first)));
        let item = begin.next().filter(|_| first.chars().count() >= SHORT)?;
        begin.next().is_none().then_some((item, 1))
    })
}

/// What an item is called in a line: its id and its words.
pub(super) fn names(item: &Item) -> impl Iterator<Item = String> + '_ {
    std::iter::once(item.id.replace('_', "-")).chain(item.words.iter().cloned())
}

fn field(item: &Item) -> String {
    super::super::sheets::checklist::name(item)
}
