//! Ids that stand twice. A whole ward has hundreds of thousands of entries, so their ids are not copied: hashes are
//! collected in one list, and only those that look as if they stood twice are compared.
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::ward::{Entry, Patient, PatientId, Patients};

/// Where each id stands, by its hash.
#[derive(Default)]
pub(super) struct Seen {
    hasher: RandomState,
    patients: HashMap<u64, usize>,
    /// Hash of an entry's id, index of its patient, its own index.
    entries: Vec<(u64, u32, u32)>,
}

/// An entry with an id that an earlier one has, with other content.
pub(super) struct Twice {
    pub patient: u32,
    pub entry: u32,
    /// Place in the text, in bytes.
    pub at: u32,
    /// Line of the earlier one.
    pub earlier: u32,
}

impl Seen {
    /// Remembers the id of the patient that will be the next of `patients`; the earlier one that has it, if any.
    pub fn patient<'p>(&mut self, id: &PatientId, patients: &'p Patients) -> Option<&'p Patient> {
        let earlier = self.patients.insert(self.hasher.hash_one(id), patients.len())?;
        patients.get(earlier).filter(|earlier| &earlier.id == id)
    }

    /// Remembers the id of an entry.
    pub fn entry(&mut self, entry: &Entry, patient: u32, index: u32) {
        self.entries.push((self.hasher.hash_one(&entry.id), patient, index));
    }

    /// Of entries with the same id and content at one patient, all but the first are removed; two patients may both
    /// have one. Those with other content are given back.
    pub fn settle(mut self, patients: &mut Patients) -> Vec<Twice> {
        self.entries = suspects(&self.entries);
        self.entries.sort_unstable();
        let (mut spare, mut twice) = (Vec::new(), Vec::new());
        for same_hash in self.entries.chunk_by(|a, b| a.0 == b.0).filter(|places| places.len() > 1) {
            for (i, place) in same_hash.iter().enumerate().skip(1) {
                let Some(entry) = entry(patients, *place) else { continue };
                let found = |one: &&Place| entry_has_id(patients, **one, entry);
                let Some(first) = same_hash.iter().take(i).find(found) else { continue };
                match self::entry(patients, *first) {
                    Some(other) if !other.same_content(entry) => twice.push(Twice {
                        patient: place.1,
                        entry: place.2,
                        at: entry.json.span.start,
                        earlier: other.position.line,
                    }),
                    _ if first.1 == place.1 => spare.push((place.1, place.2)),
                    _ => {}
                }
            }
        }
        remove(patients, spare);
        twice
    }
}

type Place = (u64, u32, u32);

/// Bits for each id, so that few share one by chance.
const BITS_EACH: usize = 16;

/// The places whose hashes may stand twice: those that share a bit of a table with another, in two passes over the list.
fn suspects(all: &[Place]) -> Vec<Place> {
    let words = (all.len() * BITS_EACH / 64).next_power_of_two();
    let bit = |hash: u64| (usize::try_from(hash >> 6).unwrap_or_default() & (words - 1), 1_u64 << (hash & 63));
    let (mut once, mut twice) = (vec![0_u64; words], vec![0_u64; words]);
    for (hash, ..) in all {
        let (word, mask) = bit(*hash);
        if let (Some(once), Some(twice)) = (once.get_mut(word), twice.get_mut(word)) {
            *twice |= *once & mask;
            *once |= mask;
        }
    }
    let is_suspect = |(hash, ..): &&Place| {
        let (word, mask) = bit(*hash);
        twice.get(word).is_some_and(|twice| twice & mask != 0)
    };
    all.iter().filter(is_suspect).copied().collect()
}

fn entry(patients: &Patients, place: Place) -> Option<&Entry> {
    patients.get(place.1 as usize)?.entries.get(place.2 as usize)
}

fn entry_has_id(patients: &Patients, place: Place, other: &Entry) -> bool {
    entry(patients, place).is_some_and(|entry| entry.id == other.id)
}

/// Removes entries by the index of their patient and their own.
fn remove(patients: &mut Patients, mut spare: Vec<(u32, u32)>) {
    spare.sort_unstable();
    for of_one in spare.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(patient, _)) = of_one.first() else { continue };
        let Some(patient) = patients.get_mut(patient as usize) else { continue };
        let mut index = 0;
        let mut of_one = of_one.iter().peekable();
        patient.entries.retain(|_| {
            let spare = of_one.next_if(|spare| spare.1 == index).is_some();
            index += 1;
            !spare
        });
    }
}
