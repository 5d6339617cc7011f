//! What keys do.

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Opens what is selected.
    Open,
    /// Back to what was there before.
    Back,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// The next pane or field.
    Next,
    /// The pane or field before.
    Previous,
    /// The pane with the number that was typed, from 1.
    Pane,
    /// The focused pane alone, or all five again.
    Zoom,
    /// Types a blood count.
    BloodCount,
    /// Blood was taken.
    SampleTaken,
    /// The prescribed dose.
    Dose,
    /// A break begins, or ends.
    Break,
    /// A course of clozapine starts or stops.
    Course,
    /// Vital signs.
    VitalSigns,
    /// Chooses a checklist.
    Checks,
    /// What was done about the selected flag.
    Acknowledge,
    /// Voids the selected entry.
    Void,
    /// Adds a patient.
    NewPatient,
    /// The patient under another protocol.
    WhatIf,
    /// The patient's protocol as a page.
    Card,
    /// Free text.
    Note,
    /// Finds somebody.
    Find,
    /// Shows only whom the words find.
    Only,
    /// Begins a round, or goes on with it.
    Round,
    /// What changed since the last round.
    Since,
    /// Writes the round sheet.
    Print,
    /// What others have entered was seen.
    Seen,
    /// Another order of the rows.
    Sort,
    /// Another filter of the rows.
    Filter,
    /// The keys that work here.
    Help,
    /// Leaves the program.
    Quit,
    /// Puts the program to sleep.
    Suspend,
    /// Saves what was read back.
    Save,
    /// Answers yes.
    Yes,
    /// Answers no.
    No,
    /// Takes the answer back: it was not asked.
    NotAsked,
    /// The next of several.
    NextChoice,
    /// The one before.
    PreviousChoice,
    /// The next unit that is accepted.
    Unit,
    /// A new line of a note.
    NewLine,
    /// The patient's own fields.
    Fields,
    /// What somebody else saved holds.
    KeepTheirs,
    /// What is typed here takes its place, after it was read back.
    Replace,
    /// Reads back what was typed so far.
    ReadBack,
    /// The ward as a sheet.
    Sheet,
    /// Which columns the sheet has.
    Columns,
    /// Types an entry again.
    Edit,
    /// Takes the last save back.
    Undo,
    /// Says that another sample was sent.
    Repeat,
    /// Types anything in one line.
    Line,
    /// Completes the word that was begun.
    Complete,
    /// Leaves the form and loses what was typed.
    Leave,
}
