"""What the table of eldc says of words.

The table holds scores of n-grams of up to eight bytes by language. It is a header of C: slots of a
hash and of where a list begins and how long it is, and the lists.
"""

import re

import numpy

MASK = (1 << 64) - 1
# Languages that it does not tell apart.
SHARED = {"no": ("nb", "nn")}


class Table:
    def __init__(self, path):
        text = path.read_text()
        names = re.findall(r'"(\w+)"', self.body(text, "ELD_langCodes"))
        self.tags = [SHARED.get(name, (name,)) for name in names]
        slots = self.body(text, "ELD_hashtable").replace("{0}", "0,0")
        slots = re.findall(r"0x[0-9A-F]+|\d+", slots)
        slots = numpy.array([int(number, 0) for number in slots], numpy.uint32)
        self.hashes, self.places = slots[::2], slots[1::2]
        lists = re.findall(r"0x[0-9A-F]+|\d+", self.body(text, "ELD_blob"))
        lists = numpy.array([int(number, 0) for number in lists], numpy.uint32)
        self.languages = lists & 0xFF
        self.scores = (lists & 0xFFFFFF00).view(numpy.float32) / 1000

    @staticmethod
    def body(text, name):
        start = text.index("{", text.index(f"{name}["))
        return text[start : text.index("};", start)]

    def covers(self, tag):
        return any(tag in tags for tags in self.tags)

    def score(self, ngram):
        """The score of an n-gram in each language that has it, by tag."""
        number = int.from_bytes(ngram, "little")
        hashed = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & MASK
        hashed ^= hashed >> 27
        wanted, index = hashed >> 32 or 1, hashed & len(self.hashes) - 1
        while self.hashes[index] not in (0, wanted):
            index = (index + 1) % len(self.hashes)
        if self.hashes[index] == 0:
            return {}
        start, count = int(self.places[index]) & 0xFFFFFF, int(self.places[index]) >> 24
        entries = range(start, start + count)
        return {tag: float(self.scores[at]) for at in entries for tag in self.tags[self.languages[at]]}

    def word(self, word):
        """The scores of a whole word: of its first six bytes, its last, and all between."""
        letters = word.encode()
        if len(letters) <= 6:
            return self.score(b" " + letters + b" ")
        inner = [letters[at : at + 6] for at in range(6, len(letters) - 6, 6)]
        scores = {}
        for ngram in [b" " + letters[:6], *inner, letters[-6:] + b" "]:
            for tag, score in self.score(ngram).items():
                scores[tag] = scores.get(tag, 0) + score
        return scores

    def start(self, letters):
        return self.score(b" " + letters.encode()[:6])

    def end(self, letters):
        return self.score(letters.encode()[-6:] + b" ")
