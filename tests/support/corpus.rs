//! Tiny articles, containers and configurations in which every setting shows.

use super::House;
use super::random::Random;

/// Texts, the larger of which the small limit of `configuration` refuses; each holds one `@`, in
/// whose place a digit comes, so that texts of one kind are of one length.
const TEXTS: [&str; 8] = [
    "Le budget est adopté\n\nLe conseil a adopté le budget le @ mai 2024, après un long débat sur \
     les 2 millions d'euros de dépenses prévues pour les écoles. L'opposition a voté contre.\n",
    "Council adopts the budget\n\nThe council adopted the budget on 3 May 202@, after a debate on \
     5 million dollars of spending planned for schools. The opposition voted against it.\n",
    "Une aide de @ millions de dollars\n\nLe ministre a annoncé vendredi une aide de @ millions de \
     dollars aux\nagriculteurs du nord du pays, qui l'attendaient\ndepuis le mois de mars. Elle \
     sera versée\nen deux fois.\n",
    "Der Haushalt ist beschlossen\n\nDer Rat hat am @. Mai 2024 den Haushalt beschlossen, nach \
     einer langen Debatte über zwei Millionen Euro für die Schulen. Die Opposition stimmte \
     dagegen.\n\nDie Bürgermeisterin lobte einen ausgewogenen Text, der die Arbeiten an den \
     Schulen der Stadt bezahlt, ohne die Steuern zu erhöhen.\n",
    "Accueil\nPolitique\nSport @\nContact\nMentions légales\n",
    "@",
    "\n \n\t\n",
    "\0\u{1}@\0\0\u{2}\0\0\u{3}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
];

/// Lines that articles of one site share; the first two are sentences that would be kept.
const SITE_LINES: [&str; 3] = [
    "Toute la rédaction de ce journal vous souhaite une très bonne lecture.",
    "The editors of this paper wish all of their readers a good morning.",
    "Le journal de la ville",
];

/// Words that make articles of one kind differ by more than digits.
const OWN_WORDS: [&str; 6] = ["pont", "port", "marché", "stade", "musée", "canal"];

/// Paths of raw files; two differ only in what sorts around the slash.
pub const PATHS: [&str; 10] = [
    "a.txt",
    "b.txt",
    "d.txt",
    "d-e.txt",
    "d/a.txt",
    "d/b.txt",
    "é.txt",
    "A.txt",
    "lines.jsonl",
    "d/lines.jsonl",
];

/// A text of a file.
pub fn text(random: &mut Random) -> String {
    // The first kinds, which are articles, are the common ones.
    let kind = random.below(TEXTS.len() + 8) % TEXTS.len();
    let text = TEXTS[kind].replace('@', &random.below(6).to_string());
    if !text.ends_with(".\n") || random.below(4) == 0 {
        return text;
    }
    let own = random.pick(&OWN_WORDS);
    // As long as prose is, or it would be a version of any other text of its kind.
    let mut text = format!(
        "{text}\nLe débat sur le {own} continue, selon le maire de la ville, qui dit vouloir entendre \
         les riverains du {own} avant la décision du conseil municipal.\n"
    );
    for line in SITE_LINES {
        if random.below(3) > 0 {
            text += &format!("\n{line}\n");
        }
    }
    text
}

/// What to write at a path: an article, or a container of articles as JSON lines.
pub fn content(path: &str, random: &mut Random) -> String {
    if !path.ends_with(".jsonl") || random.below(12) == 0 {
        return text(random);
    }
    let lines = (0..1 + random.below(3)).map(|_| match random.below(8) {
        0 => "{\"text\": 3".to_owned(),
        1 => serde_json::json!({"text": text(random)}).to_string(),
        2..=4 => {
            let url = format!("https://{}/{}", random.pick(&["a.example", "b.example"]), 7);
            serde_json::json!({"url": url, "text": text(random)}).to_string()
        }
        _ => {
            serde_json::json!({"id": random.below(3).to_string(), "text": text(random)}).to_string()
        }
    });
    lines.map(|line| line + "\n").collect()
}

/// A configuration; each of its settings decides rows of some text above.
pub fn configuration(random: &mut Random) -> String {
    let currencies =
        random.pick(&["{}", "{ fr = [\"CAD\"] }", "{ en = [\"AUD\"], fr = [\"CAD\"] }"]);
    let allowed = random.pick(&["[]", "[\"fr\", \"en\"]", "[\"en\"]"]);
    let unwrap = random.pick(&["false", "true"]);
    let enabled = random.pick(&["true", "true", "true", "false"]);
    let articles_min = random.pick(&["0", "3", "3", "5"]);
    let bytes_max = random.pick(&["33554432", "33554432", "500"]);
    format!(
        "[limits]\narticle_bytes_max = {bytes_max}\n\
         [repeat]\nenabled = {enabled}\narticles_min = {articles_min}\n\
         [detect]\nallowed = {allowed}\n[segment]\nunwrap_lines = {unwrap}\n[tag]\ndefault_currencies = {currencies}\n"
    )
}

/// Fills a house with `count` articles, none of which is rejected.
pub fn fill(house: &House, count: usize) {
    for number in 0..count {
        let text = TEXTS[number % 4].replace('@', &(1 + number % 9).to_string());
        house.write(&format!("{}/{number:03}.txt", number % 3), format!("{text}\nFin {number}.\n"));
    }
}

/// Fills a house as `fill` does, and adds a container.
pub fn fill_with_container(house: &House, count: usize) {
    fill(house, count);
    let line = |number: usize| {
        let text = TEXTS[number].replace('@', "7");
        serde_json::json!({"id": number.to_string(), "text": text}).to_string() + "\n"
    };
    house.write("lines.jsonl", (0..3).map(line).collect::<String>());
}
