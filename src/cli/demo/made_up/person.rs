//! People who do not exist.
use std::fmt::Write as _;

use super::Chance;

const FAMILIES: [&str; 48] = [
    "Abara",
    "Ashworth",
    "Baptiste",
    "Blackwood",
    "Bălan",
    "Carrow",
    "Chukwu",
    "Cole",
    "Dacosta",
    "Dunmore",
    "Eriksen",
    "Fairley",
    "Ferreira",
    "Gallagher",
    "Ghosh",
    "Hallam",
    "Hâncu",
    "Ibekwe",
    "Ivers",
    "Jarvis",
    "Kaya",
    "Kowalski",
    "Larkin",
    "Lindqvist",
    "Mabey",
    "McKinnon",
    "Nair",
    "Novák",
    "O'Dell",
    "Okoye",
    "Østby",
    "Pereira",
    "Pryce",
    "Quigley",
    "Rahimi",
    "Rowe",
    "Saarinen",
    "Sharma",
    "Tanaka",
    "Thorne",
    "Udoh",
    "Varga",
    "Vaughan",
    "Weir",
    "Whitlock",
    "Yilmaz",
    "Zaman",
    "Zielińska",
];

const GIVEN: [&str; 40] = [
    "Ada", "Amara", "Anja", "Arun", "Beatrix", "Benedict", "Callum", "Carys", "Chidi", "Dafydd", "Daniel", "Elif",
    "Emeka", "Esther", "Farah", "Femi", "Gareth", "Grace", "Hana", "Hugo", "Ines", "Isaac", "Jonas", "Kemi", "Lars",
    "Leila", "Magnus", "Maya", "Nadia", "Niamh", "Oskar", "Priya", "Rafael", "Rosa", "Samir", "Tadeusz", "Uma",
    "Viktor", "Wen", "Zoë",
];

/// One invented person.
#[derive(Debug)]
pub(super) struct Person {
    /// Their place in the ward, which makes their ids.
    pub number: usize,
    /// The protocol that they are monitored by.
    pub protocol: &'static str,
    /// Whether that reads the WBC as well.
    pub reads_wbc: bool,
    /// On the ward, not in the community.
    pub inpatient: bool,
    family: String,
    given: &'static str,
    born: (u64, u64, u64),
    sex: &'static str,
    /// Smokes.
    pub smoker: bool,
}

impl Person {
    /// A person by their place in the ward.
    pub fn new(number: usize, inpatient: bool, chance: &mut Chance) -> Self {
        let first = chance.pick(&FAMILIES);
        // Thousands of people have more names than a list has.
        let family = if chance.once_in(3) { format!("{first}-{}", chance.pick(&FAMILIES)) } else { first.to_owned() };
        let reads_wbc = chance.once_in(16);
        Self {
            number,
            protocol: if reads_wbc { "uk-smpc" } else { chance.pick(&["us-label", "eu-2025", "consensus-2025"]) },
            reads_wbc,
            inpatient,
            family,
            given: chance.pick(&GIVEN),
            born: (1946 + chance.under(60), 1 + chance.under(12), 1 + chance.under(28)),
            sex: chance.pick(&["female", "male"]),
            smoker: chance.once_in(3),
        }
    }

    /// The patient's own fields, open for the entries.
    pub fn write(&self, out: &mut String) {
        let (year, month, day) = self.born;
        let _ = write!(
            out,
            "{{\n      \"id\": \"p{:06}\",\n      \"name\": {{ \"family\": \"{}\", \"given\": \"{}\" }},\n      \"born\": \"{year}-{month:02}-{day:02}\",\n      \"sex\": \"{}\",\n      \"identifiers\": [{{ \"system\": \"nhs-number\", \"value\": \"{}\" }}]",
            self.number,
            self.family,
            self.given,
            self.sex,
            nhs_number(self.number)
        );
        if self.inpatient {
            let _ = write!(out, ",\n      \"bed\": \"{}\"", self.bed());
        }
        let _ = write!(out, ",\n      \"protocol\": \"{}\"", self.protocol);
        if self.reads_wbc {
            out.push_str(",\n      \"service\": \"cpms\"");
        }
        let setting = if self.inpatient { "inpatient" } else { "outpatient" };
        let _ = write!(out, ",\n      \"smoker\": {},\n      \"setting\": \"{setting}\"", self.smoker);
    }

    /// Six to a bay: `A1` to `A6`, `B1`.
    pub fn bed(&self) -> String {
        let bay = char::from(b'A' + u8::try_from(self.number / 6 % 26).unwrap_or_default());
        format!("{bay}{}", self.number % 6 + 1)
    }
}

/// The so many-eth NHS number of those that begin with 999, which nobody has, and whose check digit holds.
fn nhs_number(number: usize) -> String {
    // About one in eleven has no check digit: an even spread leaves none out and gives none twice.
    let mut middle = number * 9;
    loop {
        let digits = format!("999{:06}", middle % 1_000_000);
        let sum: usize =
            digits.bytes().zip((2..=10).rev()).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
        match 11 - sum % 11 {
            10 => middle += 1,
            11 => return digits + "0",
            check => return format!("{digits}{check}"),
        }
    }
}
