//! Which entries a void in force has taken out: one answer for the rules, the screen, the log and the fields.
use std::collections::HashMap;

use super::{Entry, EntryId, Kind};

/// The entries that are voided, each with the void that did it. Voiding a void restores what it voided; voids that lead
/// back to themselves void nothing. `entries` are those of one patient that were known.
pub fn voided<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> HashMap<&'a EntryId, &'a Entry> {
    let mut voids: HashMap<&EntryId, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        if let Kind::Void(void) = &entry.kind {
            voids.entry(&void.entry).or_default().push(entry);
        }
    }
    let by = |id| voids.get(id)?.iter().find(|void| void.id != *id && !is_voided(&void.id, &voids, &mut vec![id]));
    voids.keys().filter_map(|id| by(*id).map(|void| (*id, *void))).collect()
}

/// Follows the voids of an entry; one that comes back to itself voids nothing.
fn is_voided<'a>(id: &'a EntryId, voids: &HashMap<&'a EntryId, Vec<&'a Entry>>, path: &mut Vec<&'a EntryId>) -> bool {
    if path.contains(&id) {
        return false;
    }
    path.push(id);
    let voided =
        voids.get(id).is_some_and(|by| by.iter().any(|void| void.id != *id && !is_voided(&void.id, voids, path)));
    path.pop();
    voided
}
