//! Every rule of a protocol as it is cited: its key, its words, its source.
use super::figures::every;
use super::{Band, Fall, Protocol, Source};
use crate::rules::{Evidence, RuleInfo};

impl Protocol {
    /// Every rule of the protocol, as it is cited.
    pub fn rules(&self) -> Vec<RuleInfo> {
        let mut rules = Vec::new();
        for table in self.tables() {
            for band in self.bands(table) {
                let key = format!("{}{}", table.prefix(), band.id.to_lowercase());
                rules.push(self.info(&key, &band_words(band), &band.source, band.evidence));
                for fall in &band.falls {
                    rules.push(self.info(
                        &format!("fall.{}", fall.test),
                        &fall_words(fall),
                        &band.source,
                        band.evidence,
                    ));
                }
                rules.extend(self.follow_up_rules(&key, band));
            }
        }
        for phase in &self.phases {
            let key = format!("phase.{}", phase.id);
            rules.push(self.info(&key, &phase.words, &phase.source, phase.evidence));
            if let (Some(words), Some(evidence)) = (phase.validity_words(), phase.validity_evidence) {
                rules.push(self.info(&format!("{key}.validity"), &words, &phase.source, evidence));
            }
        }
        let baseline = format!("a count from the {} days before the first dose serves", self.baseline.within_days);
        rules.push(self.info("baseline", &baseline, &self.baseline.source, self.baseline.evidence));
        for gap in &self.gaps {
            rules.push(self.info(&format!("gap.{}", gap.id), &gap.words, &gap.source, gap.evidence));
        }
        rules.push(self.info("after-stop", &self.after_stop.words, &self.after_stop.source, self.after_stop.evidence));
        for addition in &self.retitrate_over_hours_adds {
            rules.push(self.info("retitrate-adds", &addition.adds, &addition.source, addition.evidence));
        }
        if let Some(words) = &self.undefined_words {
            rules.push(self.info("undefined", words, "wardround", Evidence::Convention));
        }
        rules
    }

    /// The parts of a band's follow-up that have a source of their own.
    fn follow_up_rules(&self, key: &str, band: &Band) -> Vec<RuleInfo> {
        let Some(follow_up) = &band.follow_up else { return Vec::new() };
        let mut rules = Vec::new();
        for (i, step) in follow_up.steps.iter().enumerate() {
            let source = step.source.as_deref().unwrap_or(&band.source);
            let words = format!("{}: {} {}", band.id, every(step.every_days), step.until.words());
            rules.push(self.info(
                &format!("{key}.step-{}", i + 1),
                &words,
                source,
                step.evidence.unwrap_or(band.evidence),
            ));
        }
        if follow_up.confirm_within_days.is_some() {
            let words = format!("the first count in {} is repeated to confirm it", band.id);
            rules.push(self.info(&format!("{key}.confirm"), &words, &band.source, band.evidence));
        }
        if let Some(then) = &follow_up.then {
            let source = then.source.as_deref().unwrap_or(&band.source);
            let words = format!("after {}: {}, {} times", band.id, every(then.every_days), then.times);
            rules.push(self.info(&format!("{key}.then"), &words, source, then.evidence.unwrap_or(band.evidence)));
        }
        if let Some(days) = follow_up.whole_treatment_every_days {
            let words = format!("after {}: at least every {days} days for the whole treatment", band.id);
            rules.push(self.info(&format!("{key}.whole-treatment"), &words, &band.source, band.evidence));
        }
        rules
    }

    fn info(&self, key: &str, text: &str, source: &str, evidence: Evidence) -> RuleInfo {
        RuleInfo {
            key: self.key(key),
            text: text.to_owned(),
            source: self.sources.get(source).map_or_else(|| source.to_owned(), Source::cite),
            evidence,
            version: self.version.clone(),
            confirmed: None,
        }
    }
}

fn band_words(band: &Band) -> String {
    match band.wbc {
        Some(wbc) => format!("{}: ANC from {}, WBC from {} (the worse decides)", band.id, band.anc.0, wbc.0),
        None => format!("{}: ANC from {}", band.id, band.anc.0),
    }
}

fn fall_words(fall: &Fall) -> String {
    format!(
        "{} fell by {} or more within {} days to under {}",
        fall.test.to_uppercase(),
        fall.by.0,
        fall.within_days,
        fall.to_under.0
    )
}
