//! A site's own files: which kind they are, and that their ids are free.
use serde::Deserialize;

use super::{RulesError, parse};

/// What a file of rules holds, by its `format`.
pub(super) enum FileKind {
    Protocol,
    Regimen,
}

/// Reads the `format` of a file.
pub(super) fn kind(file: &str, text: &str) -> Result<FileKind, RulesError> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    match parse::<Format>(file, text)?.format.as_str() {
        "wardround-protocol/1" => Ok(FileKind::Protocol),
        "wardround-regimen/1" => Ok(FileKind::Regimen),
        _ => Err(RulesError {
            file: file.to_owned(),
            what: "format: must be \"wardround-protocol/1\" or \"wardround-regimen/1\"".to_owned(),
        }),
    }
}

/// An id may be given once: a site's file stands beside the embedded ones and replaces none.
pub(super) fn is_free(file: &str, id: &str, taken: bool) -> Result<(), RulesError> {
    if !taken && !id.is_empty() {
        return Ok(());
    }
    let what = format!("id: \"{id}\" is taken or empty: choose another, such as \"{id}-our-site\"");
    Err(RulesError { file: file.to_owned(), what })
}
