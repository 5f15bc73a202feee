//! Languages of whole documents, of lines and of what has none, in the tests' own words.

use proptest::prelude::*;

use super::*;
use crate::decode::from_text;

const FRENCH: &str = "Le gouvernement a présenté mercredi un projet de loi qui doit réformer le \
    système de retraite, malgré les critiques de l'opposition et des syndicats.";
const ENGLISH: &str = "The government presented on Wednesday a bill that is meant to reform the \
    pension system, despite criticism from the opposition and from the unions.";
const GERMAN: &str = "Die Regierung hat am Mittwoch einen Gesetzentwurf vorgestellt, der trotz \
    der Kritik von Opposition und Gewerkschaften die Renten neu ordnen soll.";

fn detected(text: &str, allowed: &[&str]) -> Language {
    let document = from_text(text);
    let allowed = allowed.iter().map(|tag| (*tag).to_owned()).collect();
    detect(&document, &Blocks::all_body(&document.text), &Settings { allowed })
}

fn tags(found: &Language) -> Vec<&str> {
    found.runs.iter().map(|run| run.language.tag.as_str()).collect()
}

#[test]
fn a_line_gives_its_language() {
    let lines = [
        ("fr", "Les pompiers ont été appelés pendant la nuit"),
        ("en", "Firefighters were called during the night"),
        ("es", "Los bomberos fueron llamados durante la noche"),
        ("de", "Die Feuerwehr wurde in der Nacht gerufen"),
        ("it", "I vigili del fuoco sono stati chiamati nella notte"),
        ("pt", "Os bombeiros foram chamados durante a noite"),
        ("nl", "De brandweer werd in de nacht gebeld"),
        ("ca", "Els bombers van ser cridats durant la nit"),
        ("ro", "Pompierii au fost chemați în timpul nopții"),
        ("pl", "Strażacy zostali wezwani w środku nocy"),
        ("cs", "Hasiči byli přivoláni během noci"),
        ("tr", "İtfaiyeciler gece yarısı çağrıldı"),
        ("ru", "Пожарных вызвали посреди ночи"),
        ("uk", "Пожежників викликали посеред ночі"),
        ("ar", "تم استدعاء رجال الإطفاء خلال الليل"),
        ("fa", "آتش نشانان در طول شب فراخوانده شدند"),
        ("zh", "消防队员在夜间被召集"),
        ("ja", "消防士は夜中に呼ばれた"),
        ("ko", "소방관들이 밤새 출동했다"),
        ("el", "Οι πυροσβέστες κλήθηκαν τη νύχτα"),
        ("he", "הכבאים הוזעקו במהלך הלילה"),
        ("th", "นักดับเพลิงถูกเรียกในตอนกลางคืน"),
        ("sv", "Brandmännen kallades ut under natten"),
        ("hu", "A tűzoltókat az éjszaka folyamán riasztották"),
        ("ht", "Yo te rele ponpye yo pandan nwit la"),
    ];
    for (tag, line) in lines {
        assert_eq!(detected(line, &[]).document.tag, tag, "{line}");
        assert_eq!(detected(&line.to_uppercase(), &[]).document.tag, tag, "{line}, in capitals");
    }
}

#[test]
fn names_tell_nothing_of_the_language_around_them() {
    let lines = [
        ("en", "Obituary: Jacques Delors"),
        ("en", "Catalan Leader Puigdemont Flees Again"),
        ("pt", "Morre Jacques Delors"),
    ];
    for (tag, line) in lines {
        assert_eq!(detected(line, &[]).document.tag, tag, "{line}");
    }
}

#[test]
fn galician_is_not_taken_for_its_neighbours() {
    let lines = [
        "Todos teñen dereito a seren escoitados pola xustiza",
        "Os veciños piden máis médicos",
        "Despois do accidente, a policía cortou o tráfico na ponte",
    ];
    for line in lines {
        assert_eq!(detected(line, &[]).document.tag, "gl", "{line}");
    }
}

#[test]
fn the_larger_part_gives_the_documents_language() {
    let found = detected(&format!("{FRENCH}\n{FRENCH}\nAlain Martin\n{ENGLISH}"), &[]);
    assert_eq!(found.document.tag, "fr");
    assert_eq!(tags(&found), ["fr", "fr", "fr", "en"]);
    let shares: Vec<&str> = found.shares.iter().map(|(tag, _)| tag.as_str()).collect();
    assert_eq!(shares, ["fr", "en"]);
}

#[test]
fn a_sentence_within_a_block_has_its_own_language() {
    let found = detected(&format!("{FRENCH} {ENGLISH} {FRENCH}"), &[]);
    assert_eq!(tags(&found), ["fr", "en", "fr"]);
    assert_eq!(found.runs[1].basis, LanguageBasis::Own);
    let found = detected(&format!("{FRENCH} Да, это так и было. {FRENCH}"), &[]);
    assert_eq!(tags(&found), ["fr", "ru", "fr"]);
}

#[test]
fn nothing_outside_the_configured_languages_is_answered() {
    assert_eq!(detected(FRENCH, &["en", "de"]).document.tag, "und");
    assert_eq!(detected(GERMAN, &["fr", "en"]).document.tag, "und");
    assert_eq!(detected("Καλημέρα σε όλους", &["fr", "en"]).document.tag, "und");
    assert_eq!(detected(FRENCH, &["en", "fr"]).document.tag, "fr");
    let found = detected(&format!("{FRENCH}\n{GERMAN}"), &["fr", "en"]);
    assert_eq!(tags(&found), ["fr", "und"]);
}

#[test]
fn a_language_that_the_model_lacks_has_no_name() {
    // Words of no language, among a few of French and Italian.
    let line = "La brouzka dè tchin sè vroulè po lè gniokâ, è la tsouvra dzè lè mouflyâ ke chè \
        krèvounyè din lo pyètzo, ouna tsèrpa kontre lè dzouvenyâ.";
    assert_eq!(detected(line, &[]).document.tag, "und");
    let found = detected(&format!("{line}\n{line}\nOui merci"), &[]);
    assert_eq!(found.document.tag, "und");
    let found = detected(&format!("{FRENCH}\n{FRENCH}\n{line}"), &[]);
    assert_eq!(found.document.tag, "fr");
}

#[test]
fn a_line_in_an_unknown_language_is_given_no_third_one_within_a_document() {
    let lines = [
        "Nou vrastu chel gatru la zbornia dei pruvi, che nol mestra grundi salvrenti ni dracoli.",
        "Da brouznen Wierk huet d'Schnoukeleit net gestouppelt, well den Zwurbel dem Kréipsen zou \
            knätscht.",
        "Il tgaun da la vaschnaunca ha murdiu il buob ed ei fugius viers igl uaul.",
    ];
    for line in lines {
        let found = detected(&format!("{FRENCH}\n{line}\n{FRENCH}"), &[]);
        assert!(["fr", "und"].contains(&tags(&found)[1]), "{line}: {:?}", tags(&found));
    }
}

#[test]
fn few_han_characters_tell_japanese_from_chinese() {
    for (tag, line) in
        [("ja", "警察当局実現"), ("ja", "CGIメ"), ("zh", "中国政府"), ("zh", "警察當局")]
    {
        let found = detected(line, &[]).document;
        assert_eq!(found.tag, tag, "{line}");
    }
}

#[test]
fn nothing_is_said_of_numbers_and_codes() {
    let lines = [
        "",
        "12 345",
        "06/07/2024",
        "3-1",
        "+33 1 23 45 67 89",
        "www.example.org",
        "A4",
        "…",
        "😀",
    ];
    for line in lines {
        let found = detected(line, &[]);
        assert_eq!(found.document, Tagged::und(), "{line}");
    }
    let found = detected(&format!("{FRENCH}\n06/07/2024"), &[]);
    assert_eq!(tags(&found), ["fr", "und"]);
}

#[test]
fn every_code_of_whatlang_has_a_tag() {
    assert!(whatlang::Lang::all().iter().all(|lang| WORDS.tags.contains_key(lang.code())));
}

proptest! {
    #[test]
    fn any_text_is_held_by_its_runs(text in "(\\PC|[.!? \n。]|[a-zéд]{1,8} ){0,200}") {
        let document = from_text(&text);
        let blocks = Blocks::all_body(&document.text);
        let found = detect(&document, &blocks, &Settings::default());
        let mut runs = found.runs.iter();
        for block in &blocks.blocks {
            let mut at = block.span.start;
            while at < block.span.end {
                let run = runs.next().expect("a run for every kept block");
                prop_assert_eq!(run.span.start, at);
                at = run.span.end;
            }
            prop_assert_eq!(at, block.span.end);
        }
        prop_assert!(runs.next().is_none());
        prop_assert_eq!(&found, &detect(&document, &blocks, &Settings::default()));
    }
}
