"""Words as a language has them, drawn from lingua's n-gram models.

The models hold the frequency of every n-gram of one to five letters within words. What stands
inside longer n-grams can be taken off again, so they tell exactly how frequent each word of up to
three letters is and which four letters a longer word begins with; the rest is a Markov chain.
"""

import collections
import json
import subprocess

import brotli
import numpy

# Version 1.2.0 is the last whose models are JSON.
VERSION = "1.2.0"
LATIN = {
    "af": "afrikaans", "sq": "albanian", "az": "azerbaijani", "eu": "basque", "bs": "bosnian",
    "ca": "catalan", "hr": "croatian", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french",
    "lg": "ganda", "de": "german", "hu": "hungarian", "is": "icelandic", "id": "indonesian",
    "ga": "irish", "it": "italian", "la": "latin", "lv": "latvian", "lt": "lithuanian",
    "ms": "malay", "mi": "maori", "nb": "bokmal", "nn": "nynorsk", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "sn": "shona", "sk": "slovak", "sl": "slovene",
    "so": "somali", "st": "sotho", "es": "spanish", "sw": "swahili", "sv": "swedish",
    "tl": "tagalog", "ts": "tsonga", "tn": "tswana", "tr": "turkish", "vi": "vietnamese",
    "cy": "welsh", "xh": "xhosa", "yo": "yoruba", "zu": "zulu",
}  # fmt: skip
CYRILLIC = {
    "be": "belarusian", "bg": "bulgarian", "kk": "kazakh", "mk": "macedonian", "mn": "mongolian",
    "ru": "russian", "sr": "serbian", "uk": "ukrainian",
}  # fmt: skip
ARABIC = {"ar": "arabic", "fa": "persian", "ur": "urdu"}
# The numerical order of words beyond this length is of no use to the detector.
STEPS_MAX = 20


def fetch(folder):
    """Has cargo bring the models' crates into `folder`."""
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src/lib.rs").write_text("")
    lines = ['[package]', 'name = "models"', 'version = "0.0.0"', '[dependencies]']
    for name in [*LATIN.values(), *CYRILLIC.values(), *ARABIC.values()]:
        lines.append(f'lingua-{name}-language-model = "={VERSION}"')
    (folder / "Cargo.toml").write_text("\n".join(lines) + "\n")
    subprocess.run(["cargo", "vendor", "--quiet"], cwd=folder, check=True, capture_output=True)


def ngrams(folder, name, size):
    """Each n-gram and its share among those that begin alike."""
    sizes = ["unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"]
    path = folder / f"vendor/lingua-{name}-language-model/models/{sizes[size - 1]}.json.br"
    for fraction, found in json.loads(brotli.decompress(path.read_bytes()))["ngrams"].items():
        above, below = fraction.split("/")
        for ngram in found.split(" "):
            yield ngram, int(above) / int(below)


def shares_of_letters(folder, name):
    """The share of all letters at which each n-gram begins, by its size."""
    shares = {1: dict(ngrams(folder, name, 1))}
    for size in range(2, 6):
        before = shares[size - 1]
        pairs = ngrams(folder, name, size)
        shares[size] = {ngram: p * before[ngram[:-1]] for ngram, p in pairs if ngram[:-1] in before}
    return shares


def short_words(shares):
    """Words of up to three letters: the n-grams less those with a letter before or after."""
    words = {}
    for size in (1, 2, 3):
        alone = dict(shares[size])
        for ngram, share in shares[size + 1].items():
            for inner in (ngram[:-1], ngram[1:]):
                alone[inner] = alone.get(inner, 0) - share
        for ngram, share in shares[size + 2].items():
            alone[ngram[1:-1]] = alone.get(ngram[1:-1], 0) + share
        words.update((word, share) for word, share in alone.items() if share > 1e-9)
    return words


def sample(folder, name, count, random):
    """`count` words, as a Counter."""
    shares = shares_of_letters(folder, name)
    short = short_words(shares)
    nodes = sorted(shares[4])
    number = {ngram: index for index, ngram in enumerate(nodes)}
    starts = dict(shares[4])
    for ngram, share in shares[5].items():
        if ngram[1:] in starts:
            starts[ngram[1:]] -= share
    start = numpy.array([starts[ngram] for ngram in nodes])
    start[start < 1e-9] = 0
    edges = sorted(shares[5])
    source = numpy.array([number[ngram[:4]] for ngram in edges])
    target = numpy.array([number.get(ngram[1:], -1) for ngram in edges])
    chance = numpy.array([shares[5][ngram] / shares[4][ngram[:4]] for ngram in edges])
    sums = numpy.concatenate([[0], numpy.cumsum(chance)])
    first = numpy.searchsorted(source, numpy.arange(len(nodes)))
    last = numpy.searchsorted(source, numpy.arange(len(nodes)), side="right")

    names, weights = list(short), numpy.array(list(short.values()))
    short_count = random.binomial(count, weights.sum() / (weights.sum() + start.sum()))
    drawn = random.choice(len(names), short_count, p=weights / weights.sum())
    words = collections.Counter(names[index] for index in drawn)
    at = random.choice(len(nodes), count - short_count, p=start / start.sum())
    longer = [nodes[index] for index in at]
    open_ = numpy.arange(len(at))
    for _ in range(STEPS_MAX):
        node = at[open_]
        edge = numpy.searchsorted(sums, sums[first[node]] + random.random(len(node)), "right") - 1
        goes_on = (edge < last[node]) & (first[node] < last[node])
        edge = numpy.clip(edge, 0, len(edges) - 1)
        goes_on &= target[edge] >= 0
        open_, edge = open_[goes_on], edge[goes_on]
        at[open_] = target[edge]
        for index, taken in zip(open_, edge):
            longer[index] += edges[taken][4]
    words.update(longer)
    return words
