#!/usr/bin/env python3
"""Make the training pages of the model of flattened text: one JSON line a page.

usage: pages.py DATA READABILITY OWN > pages.jsonl

DATA holds `text/SET-CUT.jsonl.gz` and `html/SET.jsonl.gz` of the development sets. Each labelled
text is written as it is (`own`). Each page whose HTML is there is flattened anew in four styles and
two cuts, and its lines take the labels of the same words in the labelled text (`again`); the cut
`near` is an element one to three levels above the smallest that holds the body. A row:
{id, set, page, group, own, text, labels: [[line, 1 | 0, characters]]}. Lines with no label are left
out.

READABILITY is the folder `test-pages` of Mozilla's Readability (Apache-2.0; the crate readabilityrs
0.1.4 carries it in its tests): pages with the text that an extractor should find, of many kinds and
languages. Those in French are left out, because the hand-labelled French set was drawn from there.

OWN is `tests/pages`: whole pages in ten languages, written by hand with a mark before each line
(their form: tests/pages.rs). Those of the lots `later` and `press` are left out, so that some stay
unseen. A page's title has no label, as in the sets.

Needs lxml and inscriptis. The same bytes every time.
"""

import difflib
import gzip
import hashlib
import json
import pathlib
import re
import sys

import inscriptis
import lxml.html
from lxml import etree

SKIPPED = {"script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object",
           "select", "textarea", "canvas", "audio", "video"}
BLOCKS = {"address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt",
          "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
          "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary",
          "table", "tbody", "td", "th", "thead", "tr", "ul", "center", "legend", "option", "br"}
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f"
TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+")
# Pages whose gold is an extractor's choice, not an editor's, count less.
OTHER_WEIGHT = 0.4
OWN_WEIGHT = 0.6
# A date or a sum in a line of such a page: its words, then its value.
MENTION = re.compile(r"\{([^{}=]*)=[^{}]*\}")
LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")


def tokens(line):
    return [token.lower() for token in TOKEN.findall(LINK.sub(r"\1", line))]


class Flat:
    """Lines of an element's text, each with the element it stands in and its list or heading mark."""

    def __init__(self, root, links):
        self.lines, self.links = [], links
        self.words, self.mark, self.owner = [], "", root
        self.walk(root)
        self.end(root)

    def end(self, owner):
        text = " ".join("".join(self.words).split())
        if text or self.mark.strip():
            self.lines.append((self.mark, text, self.owner))
        self.words, self.mark, self.owner = [], "", owner

    def walk(self, element):
        if not isinstance(element.tag, str) or element.tag in SKIPPED:
            return
        name = element.tag
        if name in BLOCKS:
            self.end(element)
            if name == "li":
                self.mark = "- "
            elif re.fullmatch("h[1-6]", name):
                self.mark = "#" * int(name[1]) + " "
        start = len(self.words)
        self.words.append(element.text or "")
        for child in element:
            self.walk(child)
            self.words.append(child.tail or "")
        if name == "a" and self.links and len(self.words) > start:
            words = "".join(self.words[start:])
            if words.strip():
                self.words[start:] = [f"[{' '.join(words.split())}]({element.get('href') or ''})"]
        if name in BLOCKS:
            self.end(element.getparent() if element.getparent() is not None else element)


def flatten(root, style):
    if style == "insc":
        html = etree.tostring(root, encoding="unicode", with_tail=False, method="html")
        return "\n".join(line.rstrip() for line in inscriptis.get_text(html).split("\n"))
    out = []
    for mark, text, _ in Flat(root, style == "md").lines:
        if style == "md":
            mark = mark.replace("- ", "* ")
            out.append(f"{mark}{text}".rstrip())
        elif mark == "- " and style == "dense":
            out += ["-", text] if text else ["-"]
        elif text:
            out.append(text)
    return "\n".join(out) if style == "dense" else "\n\n".join(out)


def told(labelled):
    """The words of a labelled text and their labels (1, 0, or -1 for what is not scored)."""
    by_line = {line["n"]: line["keep"] for line in labelled["lines"]}
    words, labels = [], []
    for number, line in enumerate(labelled["text"].split("\n")):
        found = tokens(line)
        words += found
        label = by_line.get(number)
        labels += [-1 if label is None else int(label)] * len(found)
    return words, labels


def label(text, words, labels):
    """Labels of the lines of `text`, by the longest runs of words shared with the labelled one."""
    own, lines = [], []
    for number, line in enumerate(text.split("\n")):
        found = tokens(line)
        own += found
        lines += [number] * len(found)
    sums = {}
    matcher = difflib.SequenceMatcher(None, words, own, autojunk=False)
    for first, second, size in matcher.get_matching_blocks():
        for step in range(size):
            sum_ = sums.setdefault(lines[second + step], {})
            value = labels[first + step]
            sum_[value] = sum_.get(value, 0) + len(own[second + step])
    totals = {}
    for number, word in zip(lines, own):
        totals[number] = totals.get(number, 0) + len(word)
    out = []
    for number, total in sorted(totals.items()):
        best, share = max(sums.get(number, {-1: 0}).items(), key=lambda pair: pair[1])
        if best >= 0 and share >= 0.9 * total:
            out.append([number, best, total])
    return out


def label_by_gold(text, words):
    """Labels of the lines of `text`: 1 for those whose words the gold text has in a row."""
    own, lines = [], []
    for number, line in enumerate(text.split("\n")):
        found = tokens(line)
        own += found
        lines += [number] * len(found)
    hit, total, words_in = {}, {}, {}
    for number, word in zip(lines, own):
        total[number] = total.get(number, 0) + len(word)
        words_in[number] = words_in.get(number, 0) + 1
    matcher = difflib.SequenceMatcher(None, words, own, autojunk=False)
    for _, second, size in matcher.get_matching_blocks():
        for step in range(second, second + size):
            whole = size >= 4 or words_in[lines[step]] <= size
            hit[lines[step]] = hit.get(lines[step], 0) + len(own[step]) * whole
    shares = {number: hit.get(number, 0) / total[number] for number in total}
    return [[number, int(share > 0.5), total[number]] for number, share in sorted(shares.items())
            if share >= 0.9 or share <= 0.2]


def container(root, label_lines, levels):
    """The element `levels` above the smallest that holds nineteen twentieths of the body."""
    lines = Flat(root, False).lines
    text = "\n".join(line for _, line, _ in lines)
    kept = {}
    for number, keep, total in label_lines(text):
        if keep:
            element = lines[number][2]
            while element is not None:
                kept[element] = kept.get(element, 0) + total
                element = element.getparent()
    whole = kept.get(root, 0)
    if not whole:
        return None
    holders = [element for element, held in kept.items() if held * 20 >= whole * 19]
    best = max(holders, key=lambda element: sum(1 for _ in element.iterancestors()))
    for _ in range(levels):
        if best is not root and best.getparent() is not None:
            best = best.getparent()
    return best


def is_drawn(page, cut, style):
    """Two of five are trained on: the others add time and nothing else that was measured."""
    return draw(f"{page}-{cut}-{style}") % 5 < 2


def draw(*key):
    return int.from_bytes(hashlib.sha256("/".join(map(str, key)).encode()).digest()[:4], "big")


def own_pages(data, name):
    for cut in ("full", "near"):
        with gzip.open(data / f"text/{name}-{cut}.jsonl.gz", "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                texts = row["text"].split("\n")
                labels = [[line["n"], int(line["keep"]), sum(map(len, tokens(texts[line["n"]])))]
                          for line in row["lines"] if line["keep"] is not None]
                yield cut, row, labels


def pages(data, name):
    labelled = {}
    for cut, row, labels in own_pages(data, name):
        page = row["id"].rsplit("-", 1)[0]
        if cut == "full":
            labelled[page] = row
        yield dict(id=row["id"], set=f"{name}-{cut}", page=page, group=row["host_group"], own=1,
                   lang=row["lang"], style=row["style"], text=row["text"], labels=labels)
    with gzip.open(data / f"html/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            page = row["id"]
            if page not in labelled:
                continue
            words, labels = told(labelled[page])
            wanted = sum(len(word) for word, keep in zip(words, labels) if keep == 1)
            again = flattened(row["html"], page, wanted,
                              lambda text: label(text, words, labels))
            for cut, style, text, found in again:
                if (cut, style) != ("full", labelled[page]["style"]) and is_drawn(page, cut, style):
                    yield dict(id=f"{page}-{cut}-{style}", set=f"{name}-{cut}", page=page,
                               group=row["host_group"], own=0, lang=row["lang"], style=style,
                               text=text, labels=found)


def flattened(html, page, wanted, label_lines):
    """The page in each cut and style with its labels, where most of the wanted body is in it."""
    root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", html))
    for cut in ("full", "near"):
        for style in ("plain", "dense", "md", "insc"):
            levels = draw(page, cut, style) % 3 + 1
            part = root if cut == "full" else container(root, label_lines, levels)
            if part is None:
                continue
            text = flatten(part, style)
            found = label_lines(text)
            if sum(total for _, keep, total in found if keep) * 10 >= wanted * 8:
                yield cut, style, text, found


def readability(folder):
    for number, path in enumerate(sorted(folder.iterdir())):
        html = (path / "source.html").read_text(encoding="utf-8", errors="replace")
        gold = lxml.html.document_fromstring(
            (path / "expected.html").read_text(encoding="utf-8") or "<p>").text_content()
        words = tokens(gold)
        common = sum(word in ("les", "des", "une", "est", "dans") for word in words)
        if len(html) > 400_000 or len(words) < 60 or common * 25 > len(words):
            continue
        wanted = sum(map(len, words))
        page = f"readability-{number:03}"
        for cut, style, text, found in flattened(html, page, wanted,
                                                 lambda text: label_by_gold(text, words)):
            if not is_drawn(page, cut, style):
                continue
            yield dict(id=f"{page}-{cut}-{style}", set=f"readability-{cut}", page=page,
                       group=10_000 + number, own=0, style=style, text=text, labels=found,
                       weight=OTHER_WEIGHT)


def own(folder):
    for number, path in enumerate(sorted(folder.iterdir())):
        facts, page = path.read_text(encoding="utf-8").split("\n---\n", 1)
        if "\nlot: later" in facts or "\nlot: press" in facts:
            continue
        marked = [line.partition(" ") for line in MENTION.sub(r"\1", page).splitlines()]
        lines = [words for _, _, words in marked]
        labels = [[line, int(mark == "+"), sum(map(len, tokens(words)))]
                  for line, (mark, _, words) in enumerate(marked)
                  if mark in ("+", "-") and tokens(words)]
        yield dict(id=f"own-{path.stem}", set="own-full", page=f"own-{path.stem}",
                   group=20_000 + number, own=0, lang=path.stem[:2],
                   style="plain" if "" in lines else "dense", text="\n".join(lines),
                   labels=labels, weight=OWN_WEIGHT)


def main():
    data, others, ours = map(pathlib.Path, sys.argv[1:])
    for name in ("aeb", "fr_hand", "fundus"):
        for row in pages(data, name):
            print(json.dumps(row, ensure_ascii=False))
    for row in [*readability(others), *own(ours)]:
        print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
