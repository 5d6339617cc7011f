//! Who saves: the account as the operating system knows it, never as the environment claims it.
use std::collections::BTreeMap;

use serde::Serialize;

/// Who made a change, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Author {
    uid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<u32>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asserted_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    claimed: BTreeMap<String, String>,
    #[serde(skip)]
    boot: Option<String>,
}

/// What in the environment says something of who is there. Whoever starts the program can set it.
pub const CLAIMS: [&str; 3] = ["SUDO_USER", "SSH_CONNECTION", "LOGNAME"];

/// A claim is kept up to so many letters.
const LONGEST_CLAIM: usize = 200;

/// What `/proc/self/loginuid` says of a process that no login started.
const NO_LOGIN: u32 = u32::MAX;

impl Author {
    /// The real user of this process, and the one who logged in, where the host keeps that.
    pub fn current() -> Self {
        let uid = rustix::process::getuid().as_raw();
        let login = proc("/proc/self/loginuid").and_then(|text| text.parse().ok()).filter(|login| *login != NO_LOGIN);
        Self {
            uid,
            login,
            name: user_name(uid),
            login_name: login.filter(|login| *login != uid).map(user_name),
            asserted_by: None,
            via: None,
            claimed: BTreeMap::new(),
            boot: proc("/proc/sys/kernel/random/boot_id"),
        }
    }

    /// The account with this number and name, wherever the program runs.
    pub fn new(uid: u32, name: &str) -> Self {
        Self {
            uid,
            login: None,
            name: name.to_owned(),
            login_name: None,
            asserted_by: None,
            via: None,
            claimed: BTreeMap::new(),
            boot: None,
        }
    }

    /// Notes what the environment says of who this is and where they come from: claims that whoever starts the program
    /// can make, and never an identity.
    #[must_use]
    pub fn claiming(mut self, claims: &BTreeMap<String, String>) -> Self {
        let short = |value: &String| value.chars().take(LONGEST_CLAIM).collect();
        self.claimed = claims.iter().map(|(name, value)| (name.to_lowercase(), short(value))).collect();
        self.via = self.claimed.contains_key("ssh_connection").then_some("ssh");
        self
    }

    /// Whether the account does not say which person this is: root, or one of those that a site shares. Initials are then
    /// asked for; without them an entry is still taken, as the account's.
    pub fn needs_initials(&self, shared: &[String]) -> bool {
        let who = self.login_name.as_ref().unwrap_or(&self.name);
        let is_root = self.login.unwrap_or(self.uid) == 0;
        self.asserted_by.is_none() && (is_root || shared.contains(who))
    }

    /// Notes the initials that somebody gave at a shared account.
    #[must_use]
    pub fn asserted_by(mut self, initials: &str) -> Self {
        self.asserted_by = Some(initials.to_owned());
        self
    }

    /// The name to show and to record: `nsmith`, or `nsmith (as ward7)` after a change of user.
    pub fn name(&self) -> String {
        match &self.login_name {
            Some(login) => format!("{login} (as {})", self.name),
            None => self.name.clone(),
        }
    }

    /// Which start of the host this is.
    pub(super) fn boot(&self) -> Option<&str> {
        self.boot.as_deref()
    }
}

/// The name of an account in the host's user database, local or not; its number if it has none.
fn user_name(uid: u32) -> String {
    let known = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok().flatten();
    known.map_or_else(|| format!("uid {uid}"), |user| user.name)
}

#[allow(clippy::disallowed_methods)] // the kernel's own account of this process is no file of the ward
fn proc(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_user_shows_both() {
        let mut author = Author::new(1007, "ward7");
        assert_eq!(author.name(), "ward7");
        author.login_name = Some("nsmith".to_owned());
        assert_eq!(author.name(), "nsmith (as ward7)");
    }

    #[test]
    fn root_and_shared_accounts_need_initials() {
        let shared = ["ward7".to_owned()];
        let nurse = Author::new(1003, "nsmith");
        assert!(!nurse.needs_initials(&shared));
        assert!(Author::new(1007, "ward7").needs_initials(&shared) && !Author::new(1007, "ward7").needs_initials(&[]));
        assert!(Author::new(0, "root").needs_initials(&[]));
        assert!(!Author::new(0, "root").asserted_by("AO").needs_initials(&shared));
        // Who logged in under their own name and changed to the ward's account is known.
        let mut changed = Author::new(1007, "ward7");
        (changed.login, changed.login_name) = (Some(1003), Some("nsmith".to_owned()));
        assert!(!changed.needs_initials(&shared));
    }

    #[test]
    fn a_claim_is_kept_as_a_claim() {
        let claims = [("SUDO_USER", "chief"), ("SSH_CONNECTION", "10.0.0.1 2 10.0.0.2 22")];
        let claims = claims.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let author = Author::new(1003, "nsmith").claiming(&claims);
        assert_eq!(author.name(), "nsmith");
        let json = serde_json::to_value(&author).expect("it is JSON");
        assert_eq!((json["name"].as_str(), json["via"].as_str()), (Some("nsmith"), Some("ssh")));
        assert_eq!(json["claimed"]["sudo_user"], "chief");
    }

    #[test]
    fn an_account_without_a_name_is_its_number() {
        assert_eq!(user_name(4_294_000_123), "uid 4294000123");
        assert_eq!(user_name(0), "root");
    }
}
