//! What no shape can hold: bands that fall, phases that make sense, sources that exist.
use rust_decimal::Decimal;

use super::{Band, Protocol};
use crate::rules::Severity;
use crate::rules::place::Step;

/// What is wrong, and where.
pub(super) type Misfit = (Vec<Step>, String);

impl Protocol {
    /// What no shape can hold: bands that fall, phases that leave no gap, sources that exist.
    pub(super) fn check(&self) -> Result<(), Misfit> {
        if self.format != "wardround-protocol/1" {
            return Err((fields(&["format"]), "must be \"wardround-protocol/1\"".to_owned()));
        }
        for (name, bands) in [
            ("general", Some(&self.bands.general)),
            ("ben", self.bands.ben.as_ref()),
            ("duffy_null", self.bands.duffy_null.as_ref()),
        ] {
            bands.map_or(Ok(()), |bands| self.check_bands(bands)).map_err(|what| (fields(&["bands", name]), what))?;
        }
        if let Some(i) = self.phases.iter().position(|p| p.every_days.is_some_and(|d| d < 1) || p.from_day < 0) {
            let path = [fields(&["phases"]), vec![Step::Item(i)]].concat();
            return Err((path, "every_days must be 1 or more, from_day 0 or more".to_owned()));
        }
        let cited = self.rules();
        match cited.iter().find(|rule| !self.sources.values().any(|s| s.cite() == rule.source)) {
            Some(rule) => {
                let what = format!("{}: source {} is not among the sources", rule.key, rule.source);
                Err((fields(&["sources"]), what))
            }
            None => Ok(()),
        }
    }

    fn check_bands(&self, bands: &[Band]) -> Result<(), String> {
        let falls = |figures: &[Option<Decimal>]| figures.windows(2).all(|pair| pair[1] < pair[0]);
        let anc: Vec<_> = bands.iter().map(|b| Some(b.anc.0)).collect();
        let wbc: Vec<_> = bands.iter().map(|b| b.wbc.map(|w| w.0)).collect();
        if anc.last() != Some(&Some(Decimal::ZERO)) {
            return Err("the last band must begin at an ANC of 0".to_owned());
        }
        if !falls(&anc) {
            return Err("each band must begin lower than the one before it".to_owned());
        }
        if self.reads_wbc && (wbc.iter().any(Option::is_none) || !falls(&wbc)) {
            return Err("reads_wbc: each band needs a wbc, lower than that of the one before".to_owned());
        }
        if bands.first().is_some_and(|b| b.severity != Severity::Ok) {
            return Err("the first band must have severity ok".to_owned());
        }
        if bands.iter().skip(1).any(|b| b.severity == Severity::Ok) {
            return Err("only the first band may have severity ok".to_owned());
        }
        Ok(())
    }
}

fn fields(names: &[&str]) -> Vec<Step> {
    names.iter().map(|name| Step::Field((*name).to_owned())).collect()
}
