//! Two programs save at the same time on the simulated disk, and every call of the one can come between any two of
//! the other: each schedule is one order of their calls, chosen by a number, the same at every run.
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use wardround::store::vfs::{How, Identity, Result as Called, Stat, Vfs};
use wardround::store::{Options, Outcome, Store};

use crate::support::broken::Breakage;
use crate::support::oracle::{Claims, Wrong, look};
use crate::support::sim::{Content, Sim};
use crate::support::{FILE, WARD, at, author, fact, open, path, save, saved};
use crate::tally::{Tally, count};

/// Whose turn it is. A program makes one call, and then the number says who is next.
struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    next: usize,
    over: [bool; 2],
    /// Who has asked in vain for the lock: it asks again, but seldom, for each asking takes milliseconds.
    waits: [bool; 2],
    random: u64,
}

impl Turns {
    fn of(schedule: u64) -> Arc<Self> {
        let random = schedule.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let state =
            State { next: usize::from(schedule.is_multiple_of(2)), over: [false; 2], waits: [false; 2], random };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Makes a call of a program when it is its turn; whoever is next is let go afterwards.
    fn take<T>(&self, me: usize, call: impl FnOnce() -> T) -> T {
        let mut state = self.state.lock().unwrap();
        while state.next != me && !state.over[1 - me] {
            state = self.changed.wait(state).unwrap();
        }
        let made = call();
        // xorshift: any numbers will do, as long as they are the same at every run.
        state.random ^= state.random << 13;
        state.random ^= state.random >> 7;
        state.random ^= state.random << 17;
        let one_in = if state.waits[1 - me] { 32 } else { 4 };
        state.next = usize::from((state.random >> 40).is_multiple_of(one_in)) ^ me;
        self.changed.notify_all();
        made
    }

    /// Notes whether a program has asked in vain for the lock; if so, it is the other's turn.
    fn waits(&self, me: usize, waits: bool) {
        let mut state = self.state.lock().unwrap();
        state.waits[me] = waits;
        if waits {
            state.next = 1 - me;
            self.changed.notify_all();
        }
    }
}

/// A program that is going to end, in a panic or not: the other has every turn from then on.
struct Ends<'a>(&'a Turns, usize);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).over[self.1] = true;
        self.0.changed.notify_all();
    }
}

/// A disk of which one program makes its calls in turn.
struct InTurn<V> {
    inner: V,
    turns: Arc<Turns>,
    me: usize,
}

macro_rules! in_turn {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> $answer {
            self.turns.take(self.me, || self.inner.$name($($argument),*))
        })*
    };
}

impl<V: Vfs> Vfs for InTurn<V> {
    type Handle = V::Handle;

    in_turn! {
        resolve(path: &Path) -> Called<PathBuf>;
        open_folder(path: &Path) -> Called<V::Handle>;
        open(folder: &V::Handle, name: &OsStr, how: How) -> Called<V::Handle>;
        make_folder(folder: &V::Handle, name: &OsStr, mode: u32) -> Called<()>;
        list(folder: &V::Handle) -> Called<Vec<OsString>>;
        read(file: &V::Handle, into: &mut [u8], offset: u64) -> Called<usize>;
        write(file: &V::Handle, bytes: &[u8]) -> Called<usize>;
        truncate(file: &V::Handle, length: u64) -> Called<()>;
        sync(handle: &V::Handle) -> Called<()>;
        sync_data(file: &V::Handle) -> Called<()>;
        stat(handle: &V::Handle) -> Called<Stat>;
        stat_at(folder: &V::Handle, name: &OsStr) -> Called<Stat>;
        may_write(folder: &V::Handle, name: &OsStr) -> Called<()>;
        set_mode(handle: &V::Handle, mode: u32) -> Called<()>;
        set_owner(handle: &V::Handle, uid: Option<u32>, gid: Option<u32>) -> Called<()>;
        rename(folder: &V::Handle, from: &OsStr, to: &OsStr) -> Called<()>;
        rename_new(folder: &V::Handle, from: &OsStr, to: &OsStr) -> Called<()>;
        unlink(folder: &V::Handle, name: &OsStr) -> Called<()>;
        link(from: &V::Handle, name: &OsStr, to: &V::Handle, new: &OsStr) -> Called<()>;
        allocate(file: &V::Handle, offset: u64, length: u64) -> Called<()>;
        attributes(file: &V::Handle) -> Called<Vec<OsString>>;
        attribute(file: &V::Handle, name: &OsStr) -> Called<Vec<u8>>;
        set_attribute(file: &V::Handle, name: &OsStr, value: &[u8]) -> Called<()>;
        remove_attribute(file: &V::Handle, name: &OsStr) -> Called<()>;
        is_remote(folder: &V::Handle) -> Called<bool>;
        is_memory(folder: &V::Handle) -> Called<bool>;
    }

    fn try_lock(&self, file: &V::Handle) -> Called<bool> {
        let taken = self.turns.take(self.me, || self.inner.try_lock(file));
        self.turns.waits(self.me, taken == Ok(false));
        taken
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }
}

/// Two programs that each save twice, in one order of their calls; with a power cut after so many changes. The disk,
/// and what they were answered.
fn run(schedule: u64, cut: Option<usize>, breakage: Breakage) -> (Sim, Claims) {
    let disk = Sim::with(&[(FILE, WARD)]);
    assert!(saved(&save(&mut open(disk.clone()).0, "n0")));
    if let Some(changes) = cut {
        disk.cut_power_after(changes);
    }
    let turns = Turns::of(schedule);
    let claims = Mutex::new(Claims::promised(["n0"]));
    std::thread::scope(|scope| {
        for me in 0..2 {
            let (disk, turns, claims) = (disk.clone(), Arc::clone(&turns), &claims);
            scope.spawn(move || {
                let _ends = Ends(&turns, me);
                let disk = InTurn { inner: breakage.before(disk), turns: Arc::clone(&turns), me };
                let options = Options { lock_wait: Duration::from_secs(120), ..Options::default() };
                if let Ok((mut store, _)) = Store::open_on(disk, &path(), &options) {
                    for n in 0..2 {
                        let id = format!("w{me}-{n}");
                        let outcome = store.save(vec![fact(&id)], &author(), at(n)).outcome;
                        // Who is refused for want of power has told nobody.
                        let told = cut.is_none() || !matches!(outcome, Outcome::NotSaved { .. });
                        let mut claims = claims.lock().unwrap();
                        if told { claims.answered(&id, &outcome) } else { claims.uncertain.push(id) }
                    }
                }
            });
        }
    });
    (disk, claims.into_inner().unwrap())
}

#[test]
fn two_programs_in_any_order_of_their_calls_lose_nothing() {
    let mut tally = Tally::of("F1", "two programs in any order");
    for schedule in 0..count(250, 20) as u64 {
        let (disk, claims) = run(schedule, None, Breakage::None);
        assert_eq!(claims.promised.len(), 5, "schedule {schedule}: {claims:?}");
        tally.passes(&format!("schedule {schedule}"), 5, &look(&disk, &claims));
    }
    for schedule in 0..count(250, 20) as u64 {
        let cut = usize::try_from(schedule * 7 % 90).unwrap();
        let (disk, claims) = run(schedule, Some(cut), Breakage::None);
        let contents = [Content::Old, Content::Half];
        let left =
            disk.after_power_cut(contents[usize::from(schedule.is_multiple_of(2))], |_| schedule.is_multiple_of(3));
        let what = format!("schedule {schedule}, cut after {cut}");
        tally.passes(&what, claims.promised.len(), &look(&left, &claims));
    }
    let caught = |fault: Breakage| {
        (0..60).any(|schedule| {
            let (disk, claims) = run(schedule, None, fault);
            look(&disk, &claims) != Ok(())
        })
    };
    tally.control("no lock", caught(Breakage::NoLock));
    tally.control("lock on the ward file itself", caught(Breakage::DataFileLock));
    let (disk, claims) = run(1, None, Breakage::NoSync);
    let left = disk.after_power_cut(Content::Old, |_| false);
    tally.control("no fsync", matches!(look(&left, &claims), Err(Wrong::Lost(_))));
}
