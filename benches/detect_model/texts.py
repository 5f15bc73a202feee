"""Texts of a few words, and the fit of weights to them."""

import pathlib
import re
import unicodedata

import numpy
import scipy.sparse as sparse

# The languages that press articles are most often in, and how much oftener they are drawn than
# others; so is Galician, which has a press too and is close to two of them.
CORE = "fr en es de it pt nl ar ru zh ja ca ro pl cs tr".split()
PRIOR = {**dict.fromkeys(CORE, 6.0), "gl": 4.0}
# Share of the texts that hold names.
NAMED = 0.25
BATCH = 2048
WORD = re.compile(r"[^\W\d_]+")
CODE = re.compile(r"\S*(?:\d|@|://|www\.)\S*")


def words_of(text):
    """The words of a text as the detector reads them."""
    marks = (letter for letter in text if unicodedata.category(letter) != "Mn" and letter != "ـ")
    words = WORD.findall(CODE.sub(" ", "".join(marks)))
    return ["".join(letter.lower()[0] for letter in word)[:24] for word in words]


def without_marks(word):
    letters = unicodedata.normalize("NFD", word)
    return "".join(x for x in letters if unicodedata.category(x) != "Mn").replace("ı", "i")


def names():
    """The words of names.txt, those of one name beside each other."""
    lines = pathlib.Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in words_of(line)]


class Texts:
    """Texts of a few words to fit the weights to."""

    LENGTHS = numpy.array([1, 2, 3, 4, 6, 10])
    SHARES = numpy.array([0.14, 0.26, 0.18, 0.18, 0.14, 0.10])

    def __init__(self, features, counts, sentences, named, random):
        """`named`: the words of names, if the alphabet has any."""
        self.random, self.numbers, tags = random, {}, features.tags
        pointers, indices = [0], []

        def number(word):
            if word not in self.numbers:
                self.numbers[word] = len(self.numbers)
                indices.extend(features.of(word))
                pointers.append(len(indices))
            return self.numbers[word]

        self.pools = []
        for tag in tags:
            words = sorted(counts[tag])
            shares = numpy.array([counts[tag][word] for word in words], float)
            size = 250_000 if tag in PRIOR else 80_000
            drawn = random.multinomial(size, shares / shares.sum())
            numbers = numpy.array([number(word) for word, times in zip(words, drawn) if times])
            self.pools.append(numpy.repeat(numbers, drawn[drawn > 0]))
        known = list(self.numbers)
        picks = [random.choice(pool, 20_000) for pool in self.pools]
        plain = [[number(without_marks(known[word])) for word in pick] for pick in picks]
        self.plain = [numpy.array(numbers) for numbers in plain]
        texts = [[[number(word) for word in one] for one in sentences.get(tag, [])] for tag in tags]
        self.sentences = [[numpy.array(one) for one in of_tag] for of_tag in texts]
        self.named = numpy.array([number(word) for word in named])
        prior = numpy.array([PRIOR.get(tag, 1.0) for tag in tags])
        self.prior = prior / prior.sum()
        shape = (len(self.numbers), features.count())
        ones = numpy.ones(len(indices), numpy.float32)
        self.matrix = sparse.csr_matrix((ones, numpy.array(indices), numpy.array(pointers)), shape)

    def text(self, language, length):
        """The numbers of a text's words."""
        random, kind = self.random, self.random.random()
        sentences, pool = self.sentences[language], self.pools[language]
        if sentences and kind < 0.4:
            sentence = sentences[random.integers(len(sentences))]
            start = random.integers(max(1, len(sentence) - length + 1))
            return sentence[start : start + length]
        if kind > 0.93:
            return random.choice(self.plain[language], length)
        words = pool[random.integers(0, len(pool), length)]
        if length > 2 and kind < 0.55:
            # A loan.
            other = self.pools[random.choice(len(self.prior), p=self.prior)]
            words[0] = other[random.integers(len(other))]
        return words

    def with_names(self, words):
        """Up to half of the words of a text, and a word left at least, give way to names."""
        random = self.random
        count = min(random.integers(1, len(words) // 2 + 2), len(words) - 1)
        at = random.integers(0, len(self.named) - count)
        words = words.copy()
        words[random.permutation(len(words))[:count]] = self.named[at : at + count]
        return words

    def batch(self):
        """Languages, and the features of a text in each; the last feature is the bias."""
        random, chosen = self.random, []
        languages = random.choice(len(self.prior), BATCH, p=self.prior)
        lengths = random.choice(self.LENGTHS, BATCH, p=self.SHARES)
        for language, length, share in zip(languages, lengths, random.random(BATCH)):
            words = self.text(language, length)
            if len(self.named) and len(words) > 1 and share < NAMED:
                words = self.with_names(words)
            chosen.append(words)
        ends = numpy.cumsum([0] + [len(words) for words in chosen])
        ones = numpy.ones(ends[-1], numpy.float32)
        shape = (BATCH, len(self.numbers))
        words = sparse.csr_matrix((ones, numpy.concatenate(chosen), ends), shape) @ self.matrix
        return languages, sparse.hstack([words, numpy.ones((BATCH, 1), numpy.float32)]).tocsr()


def fit(weights, is_kept, texts, steps, rate):
    """The weights after softmax regression by Adagrad, in the mean of the second half of the steps;
    those that are not kept stay nought."""
    squares, sums, count = numpy.zeros_like(weights), numpy.zeros_like(weights), 0
    for step in range(steps):
        languages, batch = texts.batch()
        touched = numpy.unique(batch.indices)
        batch, now = batch[:, touched], weights[touched]
        scores = batch @ now
        errors = numpy.exp(scores - scores.max(1, keepdims=True))
        errors /= errors.sum(1, keepdims=True)
        errors[numpy.arange(len(languages)), languages] -= 1
        slope = (batch.T @ errors) * is_kept[touched]
        squares[touched] += slope * slope
        weights[touched] = now - rate * slope / numpy.sqrt(squares[touched] + 1)
        weights[touched[:-1]] = numpy.maximum(weights[touched[:-1]], 0)
        if step >= steps // 2 and step % 10 == 9:
            sums += weights
            count += 1
    return sums / numpy.float32(count)
