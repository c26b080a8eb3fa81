//! 统一社会信用代码, by the vectors of the reference data.

use fugong_domain::{CreditCode, EnterpriseId};
use proptest::prelude::*;
use serde_json::Value;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../fixtures/data/uscc_vectors.json")).unwrap()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap())
}

fn parse(text: &str) -> Result<CreditCode, String> {
    text.parse::<CreditCode>().map_err(|error| error.to_string())
}

#[test]
fn the_codes_of_the_reference_data_are_codes() {
    let vectors = vectors();
    let all = texts(&vectors["valid_public"]).chain(texts(&vectors["valid_fictional"]));
    let count = all.map(|text| assert_eq!(parse(text).unwrap().as_str(), text)).count();
    assert_eq!(count, 22);
}

#[test]
fn width_case_spaces_and_hyphens_are_put_right() {
    for pair in vectors()["normalise"].as_array().unwrap() {
        let code = parse(pair["in"].as_str().unwrap()).unwrap();
        assert_eq!(code.as_str(), pair["out"]);
    }
}

#[test]
fn what_is_no_code_is_refused_and_told_why() {
    for case in vectors()["invalid"].as_array().unwrap() {
        let why = parse(case["code"].as_str().unwrap()).unwrap_err();
        assert!(why.contains("business licence"), "{case}: {why}");
    }
    assert!(parse("91500114MAYY01010").unwrap_err().contains("17 characters, not 18"));
    assert!(parse("91500114MAIY010106").unwrap_err().contains("'I' at place 11"));
    assert!(parse("91500114MAYY010100").unwrap_err().contains("check digit"));
}

/// A letter O stays a letter O: a clerk must look at the licence again, not we guess.
#[test]
fn a_letter_o_is_never_read_as_a_zero() {
    let why = parse("915OO114MAYY010106").unwrap_err();
    assert!(why.contains("'O' at place 4"), "{why}");
}

#[test]
fn an_example_is_made_from_seventeen_characters() {
    let code = CreditCode::from_stem("91500114MAYY01010").unwrap();
    assert_eq!(code.as_str(), "91500114MAYY010106");
    assert!(CreditCode::from_stem("91500114").is_err());
}

#[test]
fn an_enterprise_is_known_by_code_by_site_or_provisionally() {
    let id = |text: &str| text.parse::<EnterpriseId>();
    let first = id("91500114mayy010106").unwrap();
    let second = id("91500114MAYY010106~02").unwrap();
    let provisional = id("p-01929A2E-0000-7000-8000-000000000001").unwrap();

    assert_eq!(first.to_string(), "91500114MAYY010106");
    assert_eq!((first.site(), second.site()), (1, 2));
    assert_eq!((first.code(), second.code()), (second.code(), first.code()));
    assert_eq!(second.to_string(), "91500114MAYY010106~02");
    assert_eq!(second.whole(), first);
    assert_eq!(provisional.to_string(), "p-01929a2e-0000-7000-8000-000000000001");
    assert!(provisional.code().is_none() && provisional.is_provisional());
    for wrong in ["", "p-", "p-1", "91500114MAYY010106~01", "91500114MAYY010106~2", "~02"] {
        assert!(id(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn ids_are_stored_as_text_and_read_strictly() {
    let id: EnterpriseId = serde_json::from_str(r#""91500114MAYY010106~02""#).unwrap();
    assert_eq!(serde_json::to_string(&id).unwrap(), r#""91500114MAYY010106~02""#);
    assert!(serde_json::from_str::<CreditCode>(r#""91500114MAYY010100""#).is_err());
}

fn any_code() -> impl Strategy<Value = CreditCode> {
    let letters = prop::sample::select(ALPHABET.chars().collect::<Vec<_>>());
    prop::collection::vec(letters, 17)
        .prop_map(|stem| CreditCode::from_stem(&stem.into_iter().collect::<String>()).unwrap())
}

proptest! {
    #[test]
    fn every_seventeen_characters_have_one_check_digit(code in any_code()) {
        prop_assert_eq!(parse(code.as_str()), Ok(code));
        let stem = code.as_str().get(..17).unwrap();
        let fitting = ALPHABET.chars().filter(|check| parse(&format!("{stem}{check}")).is_ok());
        prop_assert_eq!(fitting.count(), 1);
    }

    #[test]
    fn one_wrong_character_is_always_noticed(
        code in any_code(),
        place in 0..18_usize,
        wrong in any::<char>(),
    ) {
        let mut letters: Vec<char> = code.as_str().chars().collect();
        letters[place] = wrong;
        let changed: String = letters.into_iter().collect();
        // A small or a full-width form of the same character is the same character.
        if let Ok(read) = parse(&changed) {
            prop_assert_eq!(read, code);
        }
    }

    #[test]
    fn two_swapped_neighbours_are_always_noticed(code in any_code(), place in 0..17_usize) {
        let mut letters: Vec<char> = code.as_str().chars().collect();
        letters[place..][..2].reverse();
        let swapped: String = letters.into_iter().collect();
        prop_assert_eq!(parse(&swapped).is_ok(), swapped == code.as_str());
    }

    #[test]
    fn any_text_is_read_or_refused_without_harm(text in ".{0,40}") {
        if let Ok(code) = parse(&text) {
            prop_assert_eq!(code.as_str().len(), 18);
        }
    }
}
