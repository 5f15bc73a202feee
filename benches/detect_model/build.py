#!/usr/bin/env python3
"""Compute the weights of the language detector and write stages/src/detect/languages.bin.

usage: build.py WORK OUT
WORK is a folder for what is fetched and drawn; OUT the file to write. Needs numpy 2.4.6, scipy,
brotli, the package `eld` 1.0.6 unpacked in WORK/eld, the folder `src` of `eldc` 0.4.0 as WORK/eldc,
and cargo, which fetches lingua's models. Takes some ten minutes. The same versions give the same
file.

A text's features are its words of up to six letters, and the four letters at each place of other
words (three where the four are unknown). The weights begin as the logarithm of how much likelier a
feature is in a language than anywhere, and are then fitted, by softmax regression, to texts of a
few words: drawn from lingua's models and cut from eld's sentences.

Then the scores of eldc's table are added, of short words as a whole and of the first and the last
six letters of longer ones. A language that the table lacks gets what it gives to words that are as
frequent, less a part. The sums are fitted once more, now to texts in which names stand
(names.txt), which tell nothing of the language around them.
"""

import collections
import pathlib
import pickle
import re
import sys

import numpy

import eldc
import layout
import lingua
from texts import CORE, Texts, fit, names, without_marks, words_of

# How much likelier, by exp(BONUS), the core languages are in the end; and by exp(PRESS) again those
# that the world's press is mostly in, and Galician, which would else go under in its neighbours.
BONUS = 4.2
PRESS = {"en": 2.5, **dict.fromkeys(["fr", "es", "de", "it", "pt", "nl", "gl"], 2.0)}
WHOLE_LETTERS_MAX = 6
LANGUAGES_MAX = 14
# Frequency, among words, from which a feature is kept: in a core language, in another.
WORD_MIN = (1.5e-5, 4e-5)
NGRAM_MIN = {4: (1.5e-5, 6e-5), 3: (5e-5, 1e-4), 2: (1e-4, 2e-4)}
# Frequency from which eldc's scores are taken of a word as a whole, of a start or an end; and how
# often eld's sentences in a core language hold it.
SECONDED_MIN = {layout.WHOLE: (4e-6, 1.6e-5), layout.START: (2e-5, 6e-5), layout.END: (2e-5, 6e-5)}
SEEN_MIN = 2
SECONDED = 0.25
STAND_IN = 0.65
FLOOR = 5e-7
STRIPPED = 0.06
# Steps of the first fit and of the second, and how large they are.
STEPS = (2500, 1000)
RATE = (0.4, 0.06)
# Languages without a model: their own words (words.txt), and words of a neighbour spelt their way.
SPELLING = {
    "gl": ("pt", 0.45, [
        ("ções", "cións"), ("ção", "ción"), ("sões", "sións"), ("são", "sión"), ("ões", "óns"),
        ("ão", "ón"), ("nh", "ñ"), ("lh", "ll"), ("ss", "s"), ("ç", "z"), ("ge", "xe"),
        ("gi", "xi"), ("j", "x"), ("ê", "é"), ("ô", "ó"), ("â", "á"), ("ã", "a"), ("m$", "n"),
        ("[áa]vel$", "able"), ("[íi]vel$", "ible"), ("[áa]veis$", "ables"), ("[íi]veis$", "ibles"),
        ("qua", "ca"), ("á(?=.{1,2}i[ao]s?$)", "a"), ("é(?=.{1,2}i[ao]s?$)", "e"),
        ("í(?=.{1,2}i[ao]s?$)", "i"), ("ó(?=.{1,2}i[ao]s?$)", "o"), ("ú(?=.{1,2}i[ao]s?$)", "u"),
    ]),
    "oc": ("ca", 0.45, [
        ("ció$", "cion"), ("ny", "nh"), ("ll", "lh"), ("^i$", "e"), ("ia$", "iá"), ("ó$", "on"),
        ("aren$", "èron"), ("ix", "iss"), ("tz", "z"),
    ]),
    "ast": ("es", 0.45, [
        ("^l", "ll"), ("idad$", "idá"), ("as$", "es"), ("o$", "u"), ("ado$", "áu"), ("ge", "xe"),
        ("gi", "xi"), ("j", "x"),
    ]),
    "ht": ("fr", 0.25, [
        ("tion$", "syon"), ("que$", "k"), ("qu", "k"), ("eau", "o"), ("au", "o"), ("oi", "wa"),
        ("eur$", "è"), ("er$", "e"), ("ée?s?$", "e"), ("c(?=[aou])", "k"), ("c(?=[ei])", "s"),
        ("ai", "è"), ("ll", "l"), ("ss", "s"), ("e$", ""), ("s$", ""), ("u", "i"), ("en", "an"),
        ("h", ""), ("r(?=[aou])", "r"),
    ]),
}  # fmt: skip
def crafted(counts):
    """The counts of the languages that have no model."""
    lines = pathlib.Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        tag, *words = line.split()
        own = collections.Counter()
        for rank, word in enumerate(words):
            for part in words_of(word):
                own[part] += 1 / (rank + 6)
        neighbour, share, rules = SPELLING[tag]
        respelt = collections.Counter()
        for word, count in counts[neighbour].items():
            spelt = word
            for old, new in rules:
                spelt = re.sub(old, new, spelt)
            if len(word) >= 5 and spelt and (spelt != word or tag != "ht"):
                respelt[spelt] += count
        scale = share / (1 - share) * sum(own.values()) / sum(respelt.values())
        for word, count in respelt.items():
            own[word] += count * scale
        scale = 250_000 / sum(own.values())
        yield tag, {word: count * scale for word, count in own.items()}


def load_counts(work):
    kept = work / "samples.pickle"
    if not kept.exists():
        lingua.fetch(work / "models")
        random, counts = numpy.random.default_rng(7), {}
        for tag, name in {**lingua.LATIN, **lingua.CYRILLIC, **lingua.ARABIC}.items():
            size = 400_000 if tag in CORE else 250_000
            counts[tag] = dict(lingua.sample(work / "models", name, size, random))
        kept.write_bytes(pickle.dumps(counts))
    counts = pickle.loads(kept.read_bytes())
    return {**counts, **dict(crafted(counts))}


def load_sentences(work):
    """Sentences as lists of words, by language."""
    sentences = collections.defaultdict(list)
    path = work / "eld/eld/tests/data/big-test.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        tag, _, text = line.partition("\t")
        if words := words_of(text):
            sentences[{"no": "nb"}.get(tag, tag)].append(words)
    return sentences


def ngrams_of(word, numbers):
    """The numbers of a word's n-grams; as `Model::add_word`."""
    padded = f"\1{word}\1"
    if len(padded) < 4:
        pairs = (numbers.get(padded[start : start + 2]) for start in range(len(padded) - 1))
        return [pair for pair in pairs if pair is not None]
    found = []
    for start in range(len(padded) - 3):
        four = numbers.get(padded[start : start + 4])
        found.append(numbers.get(padded[start : start + 3]) if four is None else four)
    if numbers.get(padded[-4:]) is None:
        found.append(numbers.get(padded[-3:]))
    return [feature for feature in found if feature is not None]


class Features:
    """The features of one alphabet: their numbers and how frequent they are."""

    def __init__(self, tags, counts):
        self.tags, self.numbers, self.rows = tags, {}, []
        totals = {tag: sum(counts[tag].values()) for tag in tags}
        variants = []
        for language, tag in enumerate(tags):
            for word, count in counts[tag].items():
                share, plain = count / totals[tag], without_marks(word)
                variants.append((word, language, share))
                if plain != word and plain:
                    variants.append((plain, language, share * STRIPPED))
        whole = collections.defaultdict(lambda: collections.defaultdict(float))
        for word, language, share in variants:
            if len(word) <= WHOLE_LETTERS_MAX:
                whole[layout.WHOLE + word][language] += share
        self.add(whole, WORD_MIN)
        self.word_count = len(self.rows)
        variants = [one for one in variants if layout.WHOLE + one[0] not in self.numbers]
        for size, least in NGRAM_MIN.items():
            found = collections.defaultdict(lambda: collections.defaultdict(float))
            for word, language, share in variants:
                padded = f"\1{word}\1"
                for start in range(len(padded) - size + 1):
                    found[padded[start : start + size]][language] += share
            self.add(found, least)

    def add(self, found, least):
        for feature in sorted(found):
            shares = found[feature]
            if all(share < least[self.tags[language] not in CORE] for language, share in shares.items()):
                continue
            highest = max(shares.values())
            top = sorted(shares.items(), key=lambda pair: -pair[1])[:LANGUAGES_MAX]
            self.numbers[feature] = len(self.rows)
            self.rows.append([pair for pair in top if pair[1] >= max(highest / 400, 1e-6)])

    def of(self, word):
        """The features of a word; as `Model::add_word`."""
        whole = self.numbers.get(layout.WHOLE + word) if len(word) <= WHOLE_LETTERS_MAX else None
        return ngrams_of(word, self.numbers) if whole is None else [whole]

    def count(self):
        return len(self.rows)

    def first_weights(self, prior):
        """Weights by feature and language, the biases last, and which of them are kept."""
        shape = (len(self.rows) + 1, len(self.tags))
        weights, is_kept = numpy.zeros(shape, numpy.float32), numpy.zeros(shape, bool)
        for feature, row in enumerate(self.rows):
            scale = 0.65 if feature < self.word_count else 0.3
            for language, share in row:
                weights[feature, language] = max(0, scale * numpy.log(share / FLOOR))
                is_kept[feature, language] = True
        weights[-1], is_kept[-1] = numpy.log(prior / prior.max()), True
        return weights, is_kept


def parts_of(word):
    """What eldc's table is asked of a word."""
    size = WHOLE_LETTERS_MAX
    if len(word) <= size:
        return [layout.WHOLE + word]
    return [layout.START + word[:size], layout.END + word[-size:]]


class Seconded:
    """The weights of one alphabet, with what eldc's table says added."""

    def __init__(self, features, weights, counts, sentences, table):
        self.features, self.weights, self.tags = features, weights, features.tags
        self.seen = collections.Counter()
        for tag in self.tags:
            words = (word for text in sentences.get(tag, []) for word in text)
            if tag in CORE:
                self.seen.update(part for word in words for part in parts_of(word))
        self.covered = numpy.array([table.covers(tag) for tag in self.tags])
        asked = {layout.WHOLE: table.word, layout.START: table.start, layout.END: table.end}
        shares = {kind: collections.defaultdict(self.nought) for kind in layout.KINDS}
        for language, tag in enumerate(self.tags):
            total = sum(counts[tag].values())
            for word, count in counts[tag].items():
                for part in parts_of(word):
                    shares[part[0]][part][language] += count / total
        self.by_feature = {feature: weights[row] for feature, row in features.numbers.items()}
        for kind, found in shares.items():
            self.add(kind, asked[kind], found, SECONDED_MIN[kind])
        self.numbers = {feature: row for row, feature in enumerate(self.by_feature)}

    def nought(self):
        return numpy.zeros(len(self.tags))

    def add(self, kind, ask, found, least):
        """`ask`: gives the table's scores; `found`: shares of parts of a kind by language."""
        least = numpy.array([least[tag not in CORE] for tag in self.tags])
        known = {feature for feature in self.features.numbers if feature[0] == kind}
        known |= {part for part, times in self.seen.items() if part[0] == kind and times >= SEEN_MIN}
        parts = sorted(known | {part for part in found if (found[part] >= least).any()})
        shares = numpy.array([found.get(part, self.nought()) for part in parts])
        said = [ask(part[1:]) for part in parts]
        scores = numpy.array([[one.get(tag, 0) for tag in self.tags] for one in said])
        both = (shares > 1e-5) & (scores > 0)
        slope, height = numpy.polyfit(numpy.log(shares[both]), scores[both], 1)
        usual = slope * numpy.log(numpy.maximum(shares, 1e-9)) + height
        stand_in = numpy.where(~self.covered & (shares > 0), numpy.maximum(usual, 0), 0)
        added = SECONDED * (scores + STAND_IN * stand_in)
        for part, score in zip(parts, added):
            self.by_feature[part] = self.before(part) + score

    def before(self, part):
        if part in self.by_feature:
            return self.by_feature[part]
        if part[0] != layout.WHOLE:
            return self.nought()
        # It now stands in the place of the n-grams of the word.
        return self.weights[self.features.of(part[1:])].sum(0)

    def count(self):
        return len(self.numbers)

    def of(self, word):
        """The features of a word; as `Model::add_word`."""
        parts = [self.numbers.get(part) for part in parts_of(word)]
        found = [part for part in parts if part is not None]
        is_whole = found and len(word) <= WHOLE_LETTERS_MAX
        return found if is_whole else found + ngrams_of(word, self.numbers)

    def first_weights(self):
        """The weights, of each feature of the languages that have the largest, by what they are
        above the rest; the biases last; and which of them are kept."""
        sums = numpy.array([self.by_feature[feature] for feature in self.numbers], numpy.float32)
        order = numpy.argsort(-sums, 1, kind="stable")
        is_kept = numpy.zeros((len(sums) + 1, len(self.tags)), bool)
        numpy.put_along_axis(is_kept[:-1], order[:, :LANGUAGES_MAX], True, 1)
        is_kept[-1] = True
        if len(self.tags) > LANGUAGES_MAX:
            rest = numpy.take_along_axis(sums, order[:, LANGUAGES_MAX : LANGUAGES_MAX + 1], 1)
            sums = numpy.maximum(sums - numpy.maximum(rest, 0), 0)
        return numpy.vstack([sums, self.weights[-1:]]), is_kept

    def lists(self, weights):
        """Of each feature the languages with a weight, the largest first."""
        for feature, row in self.numbers.items():
            order = numpy.argsort(-weights[row], kind="stable")
            yield feature, [(int(one), float(weights[row, one])) for one in order if weights[row, one] > 0]


def main():
    work, out = map(pathlib.Path, sys.argv[1:])
    counts, sentences = load_counts(work), load_sentences(work)
    table = eldc.Table(work / "eldc/eldc/large_db.h")
    random, firsts, groups = numpy.random.default_rng(8), [], []
    for tags in ([*lingua.LATIN, *SPELLING], [*lingua.CYRILLIC], [*lingua.ARABIC]):
        features = Features(tags, counts)
        texts = Texts(features, counts, sentences, [], random)
        steps = STEPS[0] if len(tags) > 20 else STEPS[0] // 4
        weights = fit(*features.first_weights(texts.prior), texts, steps, RATE[0])
        firsts.append(Seconded(features, weights, counts, sentences, table))
    for features, named in zip(firsts, (names(), [], [])):
        tags = features.tags
        texts = Texts(features, counts, sentences, named, random)
        steps = STEPS[1] if len(tags) > 20 else STEPS[1] // 4
        weights = fit(*features.first_weights(), texts, steps, RATE[1])
        bonuses = [BONUS * (tag in CORE) + PRESS.get(tag, 0) for tag in tags]
        biases = [float(bias) + bonus for bias, bonus in zip(weights[-1], bonuses)]
        groups.append((tags, biases, dict(features.lists(weights))))
        print(tags[0], features.count(), "features", flush=True)
    layout.write(out, groups)


main()
