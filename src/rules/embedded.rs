//! The protocols and regimens embedded in the program.

/// The embedded protocols, in the order in which they are offered.
pub(super) const PROTOCOLS: &[(&str, &str)] = &[
    ("us-label.json", include_str!("../../data/protocols/us-label.json")),
    ("uk-smpc.json", include_str!("../../data/protocols/uk-smpc.json")),
    ("eu-2025.json", include_str!("../../data/protocols/eu-2025.json")),
    ("ca-registry.json", include_str!("../../data/protocols/ca-registry.json")),
    ("consensus-2025.json", include_str!("../../data/protocols/consensus-2025.json")),
    ("trs-article.json", include_str!("../../data/protocols/trs-article.json")),
    ("rechallenge.json", include_str!("../../data/protocols/rechallenge.json")),
];

/// The embedded regimens, in the order in which they are offered.
pub(super) const REGIMENS: &[(&str, &str)] = &[
    ("trs-article.json", include_str!("../../data/regimens/trs-article.json")),
    ("us-label.json", include_str!("../../data/regimens/us-label.json")),
    ("eu-smpc.json", include_str!("../../data/regimens/eu-smpc.json")),
    ("rechallenge-slow.json", include_str!("../../data/regimens/rechallenge-slow.json")),
    ("de-leon-asia-pm.json", include_str!("../../data/regimens/de-leon-asia-pm.json")),
    ("de-leon-asia-av.json", include_str!("../../data/regimens/de-leon-asia-av.json")),
    ("de-leon-eur-pm.json", include_str!("../../data/regimens/de-leon-eur-pm.json")),
    ("de-leon-eur-av.json", include_str!("../../data/regimens/de-leon-eur-av.json")),
    ("de-leon-us-pm.json", include_str!("../../data/regimens/de-leon-us-pm.json")),
    ("de-leon-us-av.json", include_str!("../../data/regimens/de-leon-us-av.json")),
];
