//! The names of the format's fields.
use crate::ward::json::Str;

macro_rules! fields {
    ($($item:ident = $name:literal),+ $(,)?) => {
        /// A field that the format knows, of whichever object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Field { $($item),+ }

        impl Field {
            /// How many there are.
            pub const COUNT: usize = [$(Self::$item),+].len();

            /// The name in the file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$item => $name),+ }
            }

            fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$item),)+ _ => None }
            }
        }
    };
}

impl Field {
    /// The field that a name means.
    pub fn of(name: Str) -> Option<Self> {
        Self::named(name.raw()).or_else(|| Self::named(&name.decode()))
    }
}

fields! {
    Id = "id",
    Kind = "kind",
    At = "at",
    Recorded = "recorded",
    Event = "event",
    Reason = "reason",
    Regimen = "regimen",
    HighRisk = "high_risk",
    MorningMg = "morning_mg",
    MiddayMg = "midday_mg",
    EveningMg = "evening_mg",
    LastDose = "last_dose",
    Test = "test",
    Value = "value",
    Unit = "unit",
    Comparator = "comparator",
    Status = "status",
    Assay = "assay",
    UpperLimit = "upper_limit",
    HoursPostDose = "hours_post_dose",
    Source = "source",
    List = "list",
    Answers = "answers",
    Name = "name",
    Tests = "tests",
    Outcome = "outcome",
    Days = "days",
    Flag = "flag",
    Action = "action",
    Close = "close",
    Text = "text",
    Changed = "field",
    From = "from",
    To = "to",
    Entry = "entry",
    Born = "born",
    Sex = "sex",
    Identifiers = "identifiers",
    Bed = "bed",
    Protocol = "protocol",
    Service = "service",
    Ben = "ben",
    BaselineAnc = "baseline_anc",
    DuffyNull = "duffy_null",
    Smoker = "smoker",
    Setting = "setting",
    Active = "active",
    StepDownAuthorised = "step_down_authorised",
    Site = "site",
    TimeZone = "time_zone",
    Patient = "patient",
}
