//! What the screens look at: the ward, what the rules say of it, and who is looking.
pub mod board;
pub mod listing;
pub mod news;
pub mod query;

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use self::board::Board;
use self::listing::{Listing, Sort};
use self::news::News;
use self::query::Card;
use crate::assess::{self, Assessment, BloodCount, Counts};
use crate::rules::Rules;
use crate::safe::{Charset, Safe};
use crate::tui::columns;
use crate::tui::keymap::{Action, Mode};
use crate::tui::names::Look;
use crate::tui::settings::Settings;
use crate::tui::text::width;
use crate::tui::theme::Theme;
use crate::ward::{BedOrder, Moment, Name, Patient, PatientId, Ward};
use crate::words::{self, Describe};

/// The account that is nobody's own.
const ROOT: &str = "root";

/// Everything that is shown, without what is open or selected.
#[derive(Debug, Clone)]
pub struct Data {
    /// The ward.
    pub ward: Ward,
    /// The rules.
    pub rules: Rules,
    /// Now, on the ward's clock.
    pub moment: Moment,
    /// The time of the last look, which the header shows: time that passes alone changes nothing on the screen.
    pub as_at: Moment,
    /// Who is at the keyboard.
    pub user: String,
    /// Whose initials are recorded, at an account that several people share.
    pub initials: Option<String>,
    /// How things look.
    pub theme: Theme,
    /// What the site has set.
    pub settings: Settings,
    /// Active patients, assessed.
    pub assessed: Vec<Assessment>,
    /// How many of them are in each state of need.
    pub counts: Counts,
    /// What stands in the five panes.
    pub board: Board,
    /// In which order rows stand in them, and which.
    pub listing: Listing,
    /// What others have entered and nobody here has seen.
    pub news: News,
    /// Protocols of active patients that nobody has held against their sources for long, in words.
    pub old_protocols: Vec<String>,
    people: People,
    /// By patient: their blood counts, once somebody has looked; of the ward and the moment as they are.
    looked_at: RefCell<HashMap<PatientId, Rc<[BloodCount]>>>,
    /// By place in the ward: where the patient is in `assessed`.
    places: Vec<Option<usize>>,
}

/// What is worked out once for everybody on the ward.
#[derive(Debug, Clone, Default)]
struct People {
    by_id: HashMap<PatientId, usize>,
    /// By place in the ward: the rank in order of bed, name and id.
    order: Vec<u32>,
    /// By place in the ward: the look of the family name of active patients.
    looks: Vec<Option<Look>>,
    /// By place in the ward: whether somebody has a name like theirs, once anybody asked.
    namesakes: Vec<OnceCell<bool>>,
    /// By place in the ward: what the patient is found by, once anybody searched.
    cards: OnceCell<Vec<Card>>,
    /// Cells of the longest bed and name of an active patient.
    longest: (usize, usize),
}

impl Data {
    /// Assesses a ward.
    pub fn new(ward: Ward, rules: Rules, moment: Moment, user: String, theme: Theme) -> Self {
        let mut data = Self {
            people: People::of(&ward, theme.charset()),
            ward,
            rules,
            moment,
            as_at: moment,
            user,
            initials: None,
            theme,
            settings: Settings::default(),
            assessed: Vec::new(),
            counts: Counts::default(),
            board: Board::default(),
            listing: Listing::default(),
            news: News::default(),
            old_protocols: Vec::new(),
            looked_at: RefCell::default(),
            places: Vec::new(),
        };
        data.assess_all();
        data
    }

    /// The same ward with assessments made elsewhere: what other rules would show.
    #[must_use]
    pub fn with_assessments(mut self, assessed: Vec<Assessment>) -> Self {
        self.assessed = assessed;
        self.arrange();
        self
    }

    /// Assesses the ward at another moment. If nothing has changed but the time, the screen stays as it is.
    pub fn look_again(&mut self, moment: Moment) {
        let day_before = std::mem::replace(&mut self.moment, moment).today();
        self.looked_at.take();
        if day_before != moment.today() {
            // Nearly everybody is assessed otherwise on another day: who was before makes room.
            self.as_at = moment;
            self.assessed = Vec::new();
            self.assess_all();
            return;
        }
        // One after the other: all of them beside those of before would be a quarter of the memory for a list of thousands.
        let is_new = |one: &Assessment| self.assessment(&one.patient) != Some(one);
        let anew: Vec<Assessment> = assess::each(&self.ward, &self.rules, &self.moment).filter(is_new).collect();
        if !anew.is_empty() {
            self.as_at = moment;
            self.put_in_place(anew);
        }
    }

    /// Takes a newer state of the ward. Only patients of whom something changed are assessed again.
    pub fn replace(&mut self, ward: Ward) {
        let old = std::mem::replace(&mut self.ward, ward);
        self.as_at = self.moment;
        let same_id = |(old, new): (&Patient, &Patient)| std::ptr::eq(old, new) || old.id == new.id;
        // As after nearly every save: then a patient is where they were.
        let same_order =
            old.patients.len() == self.ward.patients.len() && old.patients.iter().zip(&self.ward.patients).all(same_id);
        let before = |id: &PatientId| self.people.by_id.get(id).and_then(|at| old.patients.get(*at));
        let is_new = |(at, one): &(usize, &Patient)| {
            let before = if same_order { old.patients.get(*at) } else { before(&one.id) };
            before.is_none_or(|before| !before.same_letters(one))
        };
        let changed: Vec<&Patient> = self.ward.patients.iter().enumerate().filter(is_new).map(|(_, one)| one).collect();
        self.news.compare(before, &changed);
        for one in &changed {
            self.looked_at.get_mut().remove(&one.id);
        }
        let anew: Vec<Assessment> = changed
            .iter()
            .filter(|one| one.fields.active)
            .map(|one| assess::patient(one, &self.rules, &self.moment))
            .collect();
        let same_fields = |one: &&Patient| before(&one.id).is_some_and(|before| before.fields == one.fields);
        if same_order && changed.iter().all(same_fields) {
            self.put_in_place(anew);
            return;
        }
        let changed: HashSet<&PatientId> = changed.iter().map(|one| &one.id).collect();
        let here: HashSet<&PatientId> = self.ward.patients.iter().map(|one| &one.id).collect();
        self.assessed.retain(|one| here.contains(&one.patient) && !changed.contains(&one.patient));
        self.assessed.extend(anew);
        self.people = People::of(&self.ward, self.charset());
        self.arrange();
    }

    /// Takes other assessments of some patients. Nobody came, went or moved: all that is known of where people are still
    /// holds, and only the rows of these patients can stand elsewhere.
    fn put_in_place(&mut self, anew: Vec<Assessment>) {
        let mut changed = Vec::new();
        for one in anew {
            let place = self.people.by_id.get(&one.patient).and_then(|at| self.places.get(*at)).copied().flatten();
            if let Some((at, known)) = place.and_then(|at| Some((at, self.assessed.get_mut(at)?))) {
                *known = one;
                changed.push(at);
            }
        }
        changed.sort_unstable();
        self.counts = Counts::of(&self.assessed);
        if self.listing.is_plain() {
            let (people, assessed) = (&self.people, &self.assessed);
            self.board.put_again(assessed, &changed, |i| assessed.get(i).map_or(u32::MAX, |one| people.rank(one)));
        } else {
            self.sort();
        }
    }

    fn assess_all(&mut self) {
        self.assessed = assess::ward(&self.ward, &self.rules, &self.moment).patients;
        self.arrange();
    }

    /// Works out anew all that follows from who is here and how they are assessed.
    fn arrange(&mut self) {
        self.counts = Counts::of(&self.assessed);
        self.places = vec![None; self.ward.patients.len()];
        for (i, one) in self.assessed.iter().enumerate() {
            if let Some(place) = self.people.by_id.get(&one.patient).and_then(|at| self.places.get_mut(*at)) {
                *place = Some(i);
            }
        }
        self.sort();
        let active = self.ward.patients.iter().filter(|patient| patient.fields.active);
        let ids = active.filter_map(|patient| patient.fields.protocol.as_deref());
        self.old_protocols = words::all_not_checked(&self.rules, ids, self.moment.today(), self.theme.charset());
    }

    /// Puts all rows into the panes, in the order and as far as somebody chose to see them.
    fn sort(&mut self) {
        let people = &self.people;
        let ranks: Vec<u32> = self.assessed.iter().map(|one| people.rank(one)).collect();
        let place = |i: usize| ranks.get(i).copied().unwrap_or(u32::MAX);
        let mut board = Board::new(&self.assessed, place);
        if !self.listing.is_plain() {
            let names = self.by_name();
            let name = |one: &Assessment| names.get(&one.patient).copied().unwrap_or(u32::MAX);
            let finds = |one: &Assessment| {
                let patient = self.patient(&one.patient).zip(self.listing.only.as_ref());
                patient.is_none_or(|(patient, only)| only.finds(patient))
            };
            self.listing.apply(&mut board, &self.assessed, place, name, finds);
        }
        self.board = board;
    }

    /// Shows rows in another order, or other rows.
    pub fn list(&mut self, listing: Listing) {
        self.listing = listing;
        self.sort();
    }

    /// The ranks of active patients by family name, given name, then bed; empty unless rows are sorted so.
    fn by_name(&self) -> HashMap<PatientId, u32> {
        if self.listing.sort != Sort::Name {
            return HashMap::new();
        }
        let key = |patient: &Patient| {
            let name = &patient.fields.name;
            (name.family.to_lowercase(), name.given.to_lowercase())
        };
        let mut all: Vec<_> = self.ward.patients.iter().enumerate().filter(|(_, one)| one.fields.active).collect();
        all.sort_by_cached_key(|(at, one)| (key(one), self.bed_rank(*at)));
        (0..).zip(all).map(|(rank, (_, one))| (one.id.clone(), rank)).collect()
    }

    /// Who is recorded: the initials that were given, else the account.
    pub fn by(&self) -> &str {
        self.initials.as_deref().unwrap_or(&self.user)
    }

    /// Who is at the keyboard, for the header: `AB (ward7)`.
    pub fn who(&self) -> String {
        self.initials.as_ref().map_or_else(|| self.user.clone(), |initials| format!("{initials} ({})", self.user))
    }

    /// Whether several people type under this account.
    pub fn is_shared(&self) -> bool {
        self.user == ROOT || self.settings.is_shared(&self.user)
    }

    /// The patient with this id.
    pub fn patient(&self, id: &PatientId) -> Option<&Patient> {
        self.people.by_id.get(id).and_then(|at| self.ward.patients.get(*at))
    }

    /// The rank of the patient at this place of the ward in order of bed, name and id.
    pub fn bed_rank(&self, at: usize) -> u32 {
        self.people.order.get(at).copied().unwrap_or(u32::MAX)
    }

    /// What the rules say of an active patient.
    pub fn assessment(&self, id: &PatientId) -> Option<&Assessment> {
        let at = self.people.by_id.get(id).and_then(|at| self.places.get(*at)).copied().flatten()?;
        self.assessed.get(at)
    }

    /// The blood counts of a patient, oldest first, each with its band. Worked out for the few that are looked at.
    pub fn counts(&self, patient: &Patient) -> Rc<[BloodCount]> {
        let known = self.looked_at.borrow().get(&patient.id).cloned();
        known.unwrap_or_else(|| {
            let counts: Rc<[BloodCount]> = assess::counts(patient, &self.rules, &self.moment).into();
            self.looked_at.borrow_mut().insert(patient.id.clone(), Rc::clone(&counts));
            counts
        })
    }

    /// Whether another active patient has the same family name, or one that looks like it.
    pub fn has_a_namesake(&self, id: &PatientId) -> bool {
        let looks = &self.people.looks;
        let Some(at) = self.people.by_id.get(id) else { return false };
        let Some(look) = looks.get(*at).and_then(Option::as_ref) else { return false };
        let like =
            |(i, other): (usize, &Option<Look>)| i != *at && other.as_ref().is_some_and(|other| look.is_like(other));
        let known = self.people.namesakes.get(*at);
        known.is_some_and(|known| *known.get_or_init(|| looks.iter().enumerate().any(like)))
    }

    /// What each patient of the ward is found by, in the ward's order. Made when somebody searches for the first time, and
    /// again once somebody came, went or is called otherwise.
    pub fn cards(&self) -> &[Card] {
        self.people.cards.get_or_init(|| self.ward.patients.iter().map(Card::new).collect())
    }

    /// What the key of an action is called in a mode, as the site has set it.
    pub fn key(&self, mode: Mode, action: Action) -> String {
        self.settings.keys.label(mode, action)
    }

    /// Cells of the longest bed and the longest name on the ward; no cells for beds if nobody has one.
    pub fn longest(&self) -> (usize, usize) {
        self.people.longest
    }

    /// A patient's bed, or that there is none; nothing on a ward on which nobody has one, such as a clinic.
    pub fn bed(&self, patient: &Patient) -> String {
        let none = if self.people.longest.0 > 0 { words::NO_BED } else { "" };
        patient
            .fields
            .bed
            .as_deref()
            .map_or_else(|| none.to_owned(), |bed| Safe::within(bed, self.charset()).to_string())
    }

    /// Puts entries into words, as the terminal can show them.
    pub fn describe(&self) -> Describe<'_> {
        Describe { rules: &self.rules, zone: self.moment.zone, charset: self.charset() }
    }

    /// Who has entered what about a patient that nobody here has seen, and when.
    pub fn news_words(&self, patient: &PatientId) -> Option<String> {
        self.news.words(self.patient(patient)?, &self.describe(), self.moment.today())
    }

    /// What the terminal can show.
    pub fn charset(&self) -> Charset {
        self.theme.charset()
    }
}

impl People {
    /// The rank of an assessment's patient in order of bed, name and id.
    fn rank(&self, one: &Assessment) -> u32 {
        self.by_id.get(&one.patient).and_then(|at| self.order.get(*at)).copied().unwrap_or(u32::MAX)
    }

    fn of(ward: &Ward, charset: Charset) -> Self {
        let patients = &ward.patients;
        // Keys are sorted, not people.
        let mut sorted: Vec<_> = patients.iter().enumerate().map(|(at, one)| (BedOrder::of(one), at)).collect();
        sorted.sort_unstable();
        let mut order = vec![u32::MAX; patients.len()];
        for (rank, (_, at)) in (0..).zip(&sorted) {
            if let Some(place) = order.get_mut(*at) {
                *place = rank;
            }
        }
        let active = || patients.iter().filter(|patient| patient.fields.active);
        let bed = |patient: &Patient| patient.fields.bed.as_deref().map_or(0, |bed| columns::bed(bed, charset));
        Self {
            by_id: patients.iter().enumerate().map(|(at, patient)| (patient.id.clone(), at)).collect(),
            order,
            looks: patients.iter().map(|one| one.fields.active.then(|| Look::new(&one.fields.name.family))).collect(),
            namesakes: vec![OnceCell::new(); patients.len()],
            cards: OnceCell::new(),
            longest: (
                active().map(bed).max().unwrap_or_default(),
                active().map(|one| cells_of_name(&one.fields.name, charset)).max().unwrap_or_default(),
            ),
        }
    }
}

/// Cells of a name as it is shown. Thousands are asked for at a start, and nearly all are plain letters.
fn cells_of_name(name: &Name, charset: Charset) -> usize {
    let plain = |text: &str| !text.trim().is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b));
    if plain(&name.family) && plain(&name.given) {
        return name.family.len() + ", ".len() + name.given.len();
    }
    width(&words::name(name, charset))
}
