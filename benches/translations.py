#!/usr/bin/env python3
"""Show where translations of one text are dated differently, which no gold is needed for.

usage: translations.py SHARED NEWSLOOM
SHARED holds `eval`, whose treebanks named PUD have the same excerpts in seven languages that dates
are tagged in. A value that some of an excerpt's translations have and others lack is a miss, a
misreading, or a freedom of the translator; each is printed with its words, then their number.
Standard library only.
"""

import collections
import json
import pathlib
import subprocess
import sys

LANGUAGES = ["ar", "de", "en", "es", "fr", "it", "pt"]
# Some day in the weeks in which the news among the excerpts was written.
REFERENCE_DAY = "2016-11-09"


def dated(shared, language, program):
    """Yields the number of each excerpt and the dates found in it."""
    path = pathlib.Path(shared, f"eval/sentences/data/ud/{language}_pud.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    told = {"lang": language, "ref_date": REFERENCE_DAY}
    texts = "".join(
        json.dumps({"id": row["id"], "text": row["text"], **told}) + "\n" for row in rows
    )
    command = [program, "annotate", "--stages", "tag"]
    found = subprocess.run(command, input=texts, check=True, capture_output=True, encoding="utf-8")
    for line in found.stdout.splitlines():
        row = json.loads(line)
        yield row["id"].rsplit("-", 1)[1], row["dates"]


def main():
    shared, program = sys.argv[1:]
    # By excerpt and value, the words of each language.
    words = collections.defaultdict(lambda: collections.defaultdict(dict))
    for language in LANGUAGES:
        for number, dates in dated(shared, language, program):
            for date in dates:
                words[number][date["type"], date["value"]].setdefault(language, date["surface"])
    apart = 0
    for number, values in sorted(words.items()):
        for (timex, value), surfaces in values.items():
            if len(surfaces) < len(LANGUAGES):
                apart += 1
                told = "; ".join(f"{language} {text}" for language, text in surfaces.items())
                print(f"{number} {timex} {value}: {told}".replace("\n", " "))
    print(f"{apart} of {sum(map(len, words.values()))} values are not in all translations")


main()
