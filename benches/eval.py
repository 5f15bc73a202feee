#!/usr/bin/env python3
"""Score the program on the development sets, where they are there, and print one table.

usage: eval.py SHARED NEWSLOOM
SHARED holds `gold` and `eval`. Their scorers do the counting; this only runs them and picks the
figures that docs/BENCHMARKS.md keeps. Standard library only.
"""

import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

NEWS_SETS = ["fr_sequoia_news", "en_gum_news", "es_ancora", "ca_ancora", "nl_alpino", "pt_bosque",
             "pt_porttinari"]
# Languages close to configured ones.
NEIGHBOURS = ["gl", "ht", "oc"]


def scored(folder, script, options, stages, program):
    """The scorer's figures as JSON, or its text where it writes none."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, script, *options, "--json", file.name, "--", program, "annotate"]
        subprocess.run([*command, "--stages", stages], cwd=folder, check=True, capture_output=True)
        return json.load(open(file.name, encoding="utf-8"))


def text_of(folder, command):
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def folded(words):
    """Words without case, accents and punctuation; of a markdown link, what it shows."""
    words = unicodedata.normalize("NFKD", re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", words).casefold())
    letters = (ch if ch.isalnum() else " " for ch in words if not unicodedata.combining(ch))
    return " ".join("".join(letters).split())


def titles(data, name, program):
    """How many flattened texts get their title, of those with a line that is the title."""
    def rows(path):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    title_of = {row["id"]: folded(row.get("title") or "") for row in rows(data / f"html/{name}.jsonl.gz")}
    right, texts = 0, {}
    for cut in ["full", "near"]:
        for row in rows(data / f"text/{name}-{cut}.jsonl.gz"):
            title = title_of.get(row["id"].rsplit("-", 1)[0])
            if title and any(folded(line) == title for line in row["text"].split("\n")):
                texts[row["id"]] = (title, row["text"])
    asked = "".join(json.dumps({"id": id_, "text": text}) + "\n" for id_, (_, text) in texts.items())
    command = [program, "annotate", "--stages", "strip"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, input=asked).stdout
    for row in map(json.loads, told.splitlines()):
        right += folded(row.get("title") or "") == texts[row["id"]][0]
    return right, len(texts)


def main():
    shared, program = pathlib.Path(sys.argv[1]).resolve(), str(pathlib.Path(sys.argv[2]).resolve())
    sets = shared / "eval"
    if not sets.is_dir():
        sys.exit(f"no development sets in {sets}; name the folder with EVAL=…")
    print("| what | figure | reached |\n|---|---|---|")
    raw, gold = shared / "raw", shared / "gold"
    total = text_of(gold, [sys.executable, "score.py", gold, raw, "--", program, "annotate"])
    print(f"| the five articles | scorer's total | `{' '.join(total.strip().splitlines()[-1].split())}` |")
    for row in scored(sets / "strip", "score_text.py", [], "strip", program)["rows"]:
        print(f"| text, {row['group']} | F1 by characters | {row['F1']:.3f} |")
    for name in ["fr_hand", "fundus"]:
        right, count = titles(sets / "strip/data", name, program)
        print(f"| text, {name} | title, exact | {right} of {count} |")
    for row in scored(sets / "strip", "score_html.py", ["--boot", "0"], "strip", program)["rows"]:
        print(f"| HTML, {row['group']} | F1 by shingles | {row['F1']:.3f} |")
        for member in ["title", "date", "author"]:
            if row[member] is not None:
                print(f"| HTML, {row['group']} | {member}, exact | {row[member]:.3f} |")
    sentences = scored(sets / "sentences", "score.py", [], "segment", program)
    by_language = {}
    for name, figures in sentences["sets"].items():
        by_language.setdefault(name.split("_")[0], []).append(figures["inline"][2])
    means = {tag: sum(all_) / len(all_) for tag, all_ in by_language.items()}
    print(f"| sentences | inline F1, mean of the languages | {sum(means.values()) / len(means):.2f} |")
    for tag, mean in sorted(means.items()):
        print(f"| sentences, {tag} | inline F1 | {mean:.1f} |")
    for name in NEWS_SETS:
        print(f"| sentences, {name} | inline F1 | {sentences['sets'][name]['inline'][2]:.1f} |")
    for name, (right, count) in sentences["golden"].items():
        if name.endswith("/all"):
            print(f"| sentences, golden {name.removesuffix('/all')} | cases | {right} of {count} |")
    language = scored(sets / "language", "score.py", [], "detect,segment", program)
    for name in ["news_doc", "mixed", "news_sent", "headline", "caps", "snip4", "snip2", "und"]:
        if name in language["sets"]:
            print(f"| language, {name} | accuracy | {language['sets'][name]['accuracy']:.1f} |")
    print(f"| language, news_sent | false und | {language['sets']['news_sent']['und']:.2f} % |")
    neighbours = language["sets"]["udhr:other"]["per"] | language["sets"]["close:other"]["per"]
    for tag in NEIGHBOURS:
        right, count = neighbours[tag]
        print(f"| language, {tag} | not claimed | {right} of {count} |")
    print(f"| language | calibration error | {language['ece']:.1f} points |")
    files = [path.name for path in sorted((sets / "dates").glob("*.jsonl"))]
    dates = text_of(sets / "dates", [sys.executable, "score_dates.py", *files, "--", program,
                                     "annotate", "--stages", "tag"])
    name = ""
    for line in dates.splitlines():
        if line.endswith("rows"):
            name = line.split(":")[0]
        elif line.split()[:1] == ["DATE"] and "value" in line:
            value = line.split("value")[1].split()[0]
            print(f"| dates, {name} | DATE value F1 | {value} |")
        elif line.split()[:1] == ["cases"]:
            print(f"| dates, checklist | {' '.join(line.split()[1:3])} | {line.split('right')[1].strip(' ()')} |")
    money = scored(sets / "money", "score.py", [], "tag", program)
    for name, figures in money["sets"].items():
        if figures["gold"]:
            print(f"| money, {name} | money F1 | {figures['money'][-1]:.1f} |")
        elif figures["none"]:
            print(f"| money, {name} | texts tagged that hold none | {figures['false']} of {figures['none']} |")


if __name__ == "__main__":
    main()
