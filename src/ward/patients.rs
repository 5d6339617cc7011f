//! Everybody in a ward file, as a list whose copies share whoever did not change.
use std::iter::Map;
use std::ops::{Index, IndexMut};
use std::slice;
use std::sync::Arc;

use super::Patient;

/// The patients of a ward, in file order.
///
/// A copy shares every patient with the original until one of the two changes them. So a new state of a ward of
/// thousands costs what changed in it, and whoever is still in one place of memory (see [`Patient::same_letters`]) need not
/// be compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patients(Vec<Arc<Patient>>);

/// Goes through patients in file order.
pub type Iter<'a> = Map<slice::Iter<'a, Arc<Patient>>, fn(&'a Arc<Patient>) -> &'a Patient>;

/// Goes through patients to change them: each that is shared becomes a copy of its own.
pub type IterMut<'a> = Map<slice::IterMut<'a, Arc<Patient>>, fn(&'a mut Arc<Patient>) -> &'a mut Patient>;

impl Patients {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in file order.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(Arc::as_ref)
    }

    /// All of them, to be changed.
    pub fn iter_mut(&mut self) -> IterMut<'_> {
        self.0.iter_mut().map(Arc::make_mut)
    }

    /// The patient at a place.
    pub fn get(&self, at: usize) -> Option<&Patient> {
        self.0.get(at).map(Arc::as_ref)
    }

    /// The patient at a place, to be changed.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut Patient> {
        self.0.get_mut(at).map(Arc::make_mut)
    }

    /// Adds a patient at the end.
    pub fn push(&mut self, patient: Patient) {
        self.0.push(Arc::new(patient));
    }

    /// Adds a patient before the one at a place, which is at most the length.
    pub fn insert(&mut self, at: usize, patient: Patient) {
        self.0.insert(at, Arc::new(patient));
    }

    /// Takes the one at a place out, of which there must be one.
    pub fn remove(&mut self, at: usize) -> Patient {
        Arc::unwrap_or_clone(self.0.remove(at))
    }

    /// Takes the last one out.
    pub fn pop(&mut self) -> Option<Patient> {
        self.0.pop().map(Arc::unwrap_or_clone)
    }

    /// Keeps those of whom this is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&Patient) -> bool) {
        self.0.retain(|patient| keep(patient));
    }

    /// Removes everybody.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Lets two change places.
    pub fn swap(&mut self, a: usize, b: usize) {
        self.0.swap(a, b);
    }

    /// Turns the order round.
    pub fn reverse(&mut self) {
        self.0.reverse();
    }
}

impl Index<usize> for Patients {
    type Output = Patient;
    fn index(&self, at: usize) -> &Patient {
        &self.0[at]
    }
}

impl IndexMut<usize> for Patients {
    fn index_mut(&mut self, at: usize) -> &mut Patient {
        Arc::make_mut(&mut self.0[at])
    }
}

impl<'a> IntoIterator for &'a Patients {
    type Item = &'a Patient;
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Patients {
    type Item = &'a mut Patient;
    type IntoIter = IterMut<'a>;
    fn into_iter(self) -> IterMut<'a> {
        self.iter_mut()
    }
}

impl Extend<Patient> for Patients {
    fn extend<I: IntoIterator<Item = Patient>>(&mut self, more: I) {
        self.0.extend(more.into_iter().map(Arc::new));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PatientFields, PatientId};
    use super::*;

    fn three() -> Patients {
        let mut patients = Patients::default();
        patients.extend(["a", "b", "c"].map(|id| Patient::compose(PatientId::new(id), PatientFields::default())));
        patients
    }

    #[test]
    fn a_copy_shares_who_did_not_change_and_nobody_else() {
        let before = three();
        let mut after = before.clone();
        let shared =
            |after: &Patients| -> Vec<bool> { before.iter().zip(after).map(|(a, b)| std::ptr::eq(a, b)).collect() };
        assert_eq!(shared(&after), [true, true, true]);
        after[1].fields.bed = Some("B4".into());
        assert_eq!(shared(&after), [true, false, true]);
        assert_eq!((before[1].fields.bed.as_deref(), after[1].fields.bed.as_deref()), (None, Some("B4")));
        assert_ne!(before, after);
        after[1].fields.bed = None;
        assert_eq!(before, after, "two copies of the same letters are equal");
    }
}
