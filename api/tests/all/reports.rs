//! The reports that are offered.

use fugong_api::reports;
use serde_json::Value;

#[test]
fn every_report_is_well_defined_and_fits_the_schema_for_editors() {
    let schema: Value = serde_json::from_str(fugong_report::SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let all = reports::known();
    assert!(45 < all.len(), "{} reports", all.len());
    for known in all {
        let plan = reports::checked(&known.text, true);
        assert!(plan.is_ok(), "{}: {plan:?}", known.id);
        let told: Value = toml::from_str(&known.text).unwrap();
        let wrong: Vec<_> = schema.iter_errors(&told).map(|it| it.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{}", known.id);
    }
}

/// What holds for a register holds for the report that is the register as it stands.
#[test]
fn a_register_as_a_report_shows_words_about_persons_only_with_the_right() {
    for known in reports::known().into_iter().filter(|known| known.instant) {
        let table = fugong_domain::registers::table(&known.id).unwrap();
        let personal = table.relation.columns.iter().any(|column| column.personal);
        assert_eq!(reports::checked(&known.text, false).is_err(), personal, "{}", known.id);
    }
}
