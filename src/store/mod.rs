//! The ward file on disk: open, lock, journal, merge, save. It knows entries and nothing of their meaning.
