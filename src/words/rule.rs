//! What is said of the rule behind a date or a flag, and of a protocol that nobody has held against its sources for long.
use chrono::NaiveDate;

use crate::rules::{Evidence, Protocol, RuleInfo, Rules};
use crate::safe::{Charset, Safe};

/// The mark beside what rests on a figure that nobody could verify.
pub const UNVERIFIED: &str = "unverified";

/// The mark beside what rests on this rule, where it needs one: a site's word for the figure takes it away.
pub fn mark(rules: &Rules, rule: &str) -> Option<&'static str> {
    rules.rule(rule).is_some_and(RuleInfo::is_unverified).then_some(UNVERIFIED)
}

/// How sure we are of a rule, in a few words; who has confirmed it, if somebody has.
pub fn evidence(rule: &RuleInfo, charset: Charset) -> String {
    let known = match rule.evidence {
        Evidence::Official => "official, read in the document itself",
        Evidence::Secondary => "secondary, read in a text that reports it",
        Evidence::Unverified if rule.confirmed.is_some() => "no official text that could be opened says it",
        Evidence::Unverified => "UNVERIFIED: no official text that could be opened says it",
        Evidence::Convention => "a convention of this program; no source says it",
    };
    match &rule.confirmed {
        Some(word) => {
            let by = Safe::within(&word.by, charset);
            format!("{known}; confirmed for this site by {by} on {}", super::date(word.on))
        }
        None => known.to_owned(),
    }
}

/// How sure we are of a rule, in a word or two: `official`, `confirmed by A. Pharmacist, 20-Nov-2026`.
pub fn evidence_in_short(rule: &RuleInfo, charset: Charset) -> String {
    match &rule.confirmed {
        Some(word) => format!("confirmed by {}, {}", Safe::within(&word.by, charset), super::date(word.on)),
        None => rule.evidence.as_str().to_owned(),
    }
}

/// `not checked for 400 days`, of a protocol that needs a check.
pub fn not_checked(rules: &Rules, protocol: &Protocol, today: NaiveDate) -> Option<String> {
    rules.unchecked_for(protocol, today).map(|days| format!("not checked for {days} days"))
}

/// The same of several protocols by their ids, those of the same age together: `uk-smpc, us-label not checked for 400
/// days`.
pub fn all_not_checked<'a>(
    rules: &Rules,
    ids: impl Iterator<Item = &'a str>,
    today: NaiveDate,
    charset: Charset,
) -> Vec<String> {
    let mut old: Vec<(i64, &str)> = ids
        .filter_map(|id| Some((rules.unchecked_for(rules.protocol(id)?, today)?, id)))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    old.reverse();
    old.chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let names: Vec<String> = same.iter().rev().map(|(_, id)| Safe::within(id, charset).to_string()).collect();
            let days = same.first().map_or(0, |(days, _)| *days);
            format!("{} not checked for {days} days", names.join(", "))
        })
        .collect()
}
