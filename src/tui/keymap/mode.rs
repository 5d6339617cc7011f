//! Where a key works.

/// Where a key works: the topmost thing that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The home screen.
    Home,
    /// A patient's view.
    Patient,
    /// Finding somebody.
    Find,
    /// What changed since a time.
    Since,
    /// The round, at a patient.
    Round,
    /// The round, at its end.
    RoundEnd,
    /// The question before the round sheet is written.
    Print,
    /// The list of keys.
    Help,
    /// A page to read.
    Page,
    /// The patient under another protocol.
    WhatIf,
    /// A notice that has to be answered.
    Notice,
    /// The same about a count, which may be falsely low.
    CountNotice,
    /// The list of checklists.
    Menu,
    /// A question before leaving.
    Leave,
    /// A form: a field that is typed into.
    Form,
    /// A form: a note, which has lines of its own.
    FormNote,
    /// A form: a number whose unit can be changed.
    FormNumber,
    /// A form: yes, no or not asked.
    FormYesNo,
    /// A form: one of several.
    FormChoice,
    /// A form: the question before what was typed is lost.
    FormLeave,
    /// A form: what was typed, read back before it is saved; its end is not in sight yet.
    ReadOn,
    /// The same at its end: it can be saved.
    ReadBack,
    /// The same where it changes something grave: No is chosen.
    ReadBackNo,
    /// A form: one line about anybody.
    Line,
    /// A form: somebody else has changed what it rests on.
    Conflict,
    /// The ward as a sheet.
    Sheet,
    /// The columns of the sheet.
    SheetColumns,
    /// Whose initials to record.
    Initials,
    /// A form that waits for what became of its save.
    Saving,
}

impl Mode {
    /// What it is called at the head of its list of keys.
    pub fn title(self) -> &'static str {
        match self {
            Self::Home => "The ward",
            Self::Patient => "A patient",
            Self::Find => "Find",
            Self::Since => "What changed",
            Self::Round => "The round",
            Self::RoundEnd => "The end of the round",
            Self::Print => "Before the round sheet is written",
            Self::Help => "Keys",
            Self::Page => "A page to read",
            Self::WhatIf => "What if",
            Self::Notice => "A notice",
            Self::CountNotice => "A notice about a count",
            Self::Menu => "A list to choose from",
            Self::Leave => "Before leaving",
            Self::Form => "A form",
            Self::FormNote => "A form, at a note",
            Self::FormNumber => "A form, at a number",
            Self::FormYesNo => "A form, at a yes or no",
            Self::FormChoice => "A form, at a choice",
            Self::FormLeave => "Before leaving a form",
            Self::ReadOn => "Reading back, with more to come",
            Self::ReadBack => "Reading back before saving",
            Self::ReadBackNo => "Reading back something grave before saving",
            Self::Line => "One line",
            Self::Initials => "Initials",
            Self::Sheet => "The entry sheet",
            Self::SheetColumns => "Columns of the entry sheet",
            Self::Conflict => "Changed by somebody else",
            Self::Saving => "While saving",
        }
    }
}
