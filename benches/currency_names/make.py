"""Makes languages/TAG/currency_names.toml from the currencies and territories of CLDR.

    npm pack cldr-numbers-full@48.2.0 cldr-localenames-full@48.2.0
    mkdir numbers names
    tar xzf cldr-numbers-full-48.2.0.tgz -C numbers
    tar xzf cldr-localenames-full-48.2.0.tgz -C names
    python3 benches/currency_names/make.py numbers/package names/package

The tables hold, of the codes in languages/root/currencies.toml:
- names: the full names in every plural form;
- nouns: the noun of each name ("dinar"), with all codes whose names have it;
- adjectives: what a name has beside its noun ("tunisien"), by the country that begins the code;
- countries: the countries that pay with these codes.
Same input, same bytes. Standard library of Python 3.11 only.
"""

import json
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

LANGUAGES = Path(__file__).resolve().parents[2] / "languages"
TAGS = ["ar", "ca", "cs", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ro", "ru", "tr"]
NOUN_LAST = {"cs", "de", "en", "nl", "ru", "tr"}
# A noun of these goes before the name of a place, and behind an adjective.
PLACE_LAST = {"ru"}
# Codes that no country's letters begin, so that what is beside the noun is no country.
SHARED = {"EUR", "BTC", "XBT", "XAF", "XCD", "XOF", "XPF"}
# What a name begins or ends with that is no noun of money, or far more often another word.
NOT_NOUNS = {
    "ancien", "antiguo", "antiguos", "nouveau", "nouveaux", "novo", "nuevo", "nuevos", "nuovi",
    "nuovo", "gold", "oro", "ouro", "ouros", "ذهب", "super", "bceao", "zimbabwe", "DDR",
    "Herzegowina", "sum", "sums", "sons", "bat", "bats", "bir", "bires", "marca",
}
# The same in one language: "new", "medicine", "so", "nine".
NOT_NOUNS_OF = {
    "ca": {"nou", "nous", "antic", "antics", "som"},
    "cs": {"dober", "dobra", "dobry", "tak", "taky"},
    "pl": {
        "nowe", "nowego", "nowy", "nowych", "wschodnia", "złoto", "dobra", "dobry",
        "lek", "leka", "leki", "leków",
    },
    "ro": {"dobra", "dobre"},
    "ru": {
        "так", "така", "таки", "стерлингов", "островов", "золотой", "золотого", "золотых",
        "конвертируемая", "конвертируемой", "конвертируемые", "конвертируемых",
    },
    "tr": {"altını"},
}
HEADER = """\
# Names of currencies and countries, made by benches/currency_names/make.py from CLDR 48.2
# (https://cldr.unicode.org), Copyright © 1991-2026 Unicode, Inc., licence Unicode-3.0: see NOTICE.
"""
# German adjectives change their ending with the case.
GERMAN_ENDINGS = ["e", "er", "en", "es", "em"]
# Arabic ones with gender, number and case.
ARABIC_ENDINGS = ["", "ة", "ا", "اً", "ًا", "ين", "ان", "ات"]


def forms(entry):
    """The names of a currency in every plural form, without what stands in brackets."""
    found = [text for key, text in sorted(entry.items()) if key.startswith("displayName")]
    plain = (re.sub(r"\s*\(.*?\)", "", text) for text in found if "(" not in text)
    return list(dict.fromkeys(text.replace("\u2019", "'") for text in plain))


def parts(name, tag):
    """The noun of a name and what stands beside it; no noun where the name is one word."""
    words = re.split(r"[ -]", name) if tag == "de" else name.split(" ")
    if len(words) == 1:
        return words[0], ""
    # "доллар США"
    has_place = tag in PLACE_LAST and words[-1][0].isupper()
    if tag in NOUN_LAST and not has_place:
        return words[-1], name[: -len(words[-1])].rstrip(" -")
    return words[0], " ".join(words[1:])


def adjectives(text, tag):
    """The adjective in all its forms."""
    if tag == "ar" and text.endswith("ي"):
        return [text + ending for ending in ARABIC_ENDINGS]
    stem = re.sub(r"(e|er)$", "", text)
    if tag == "de" and stem != text and text[0].isupper() and " " not in text:
        return [(stem + ending).lower() for ending in GERMAN_ENDINGS]
    return [text.lower()]


def written(word, tag):
    """A noun as the language writes it: with a capital in German alone."""
    return word if tag == "de" else word.lower()


def table(name, content):
    """A table of lists as TOML, in the order of its keys."""
    lines = [f"\n[{name}]"]
    for key in sorted(content):
        members = ", ".join(json.dumps(word, ensure_ascii=False) for word in content[key])
        key = key if re.fullmatch(r"[A-Za-z]+", key) else json.dumps(key, ensure_ascii=False)
        lines.append(f"{key} = [{members}]")
    return "\n".join(lines) + "\n"


def make(tag, numbers, names, codes, countries):
    """The text of a language's file."""
    path = numbers / "main" / tag / "currencies.json"
    entries = json.loads(path.read_text("utf-8"))["main"][tag]["numbers"]["currencies"]
    full, nouns, beside = {}, defaultdict(list), defaultdict(list)
    for code in codes:
        names_of = forms(entries.get(code, {}))
        if not names_of or names_of == [code]:
            continue
        for name in names_of:
            noun, rest = parts(name, tag)
            noun = written(noun, tag)
            is_other = noun in NOT_NOUNS or noun in NOT_NOUNS_OF.get(tag, ())
            is_noun = not is_other and len(noun) > 2 and noun.isalpha()
            if is_noun and code not in nouns[noun]:
                nouns[noun].append(code)
            if rest:
                full.setdefault(code, [])
                if name.lower() not in full[code]:
                    full[code].append(name.lower())
            if rest and code not in SHARED and not re.search(r"\d", rest):
                for word in adjectives(rest, tag):
                    if word not in beside[code[:2]]:
                        beside[code[:2]].append(word)
    path = names / "main" / tag / "territories.json"
    places = json.loads(path.read_text("utf-8"))["main"][tag]["localeDisplayNames"]["territories"]
    named = {country: [places[country]] for country in sorted(countries) if country in places}
    tables = {"names": full, "nouns": nouns, "adjectives": beside, "countries": named}
    return HEADER + "".join(table(name, content) for name, content in tables.items())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    numbers, names = Path(sys.argv[1]), Path(sys.argv[2])
    root = tomllib.loads((LANGUAGES / "root" / "currencies.toml").read_text("utf-8"))
    codes = root["codes"]
    shared = {country for union in root["unions"].values() for country in union}
    countries = shared | {code[:2] for code in codes if code not in SHARED}
    for tag in TAGS:
        text = make(tag, numbers, names, codes, countries)
        (LANGUAGES / tag / "currency_names.toml").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
