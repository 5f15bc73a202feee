#!/usr/bin/env python3
"""Make the training pages of the model of flattened text: one JSON line a page.

usage: pages.py DATA > pages.jsonl

DATA holds `text/SET-CUT.jsonl.gz` and `html/SET.jsonl.gz` of the development sets. Each labelled
text is written as it is (`own`). Each page whose HTML is there is flattened anew in four styles and
two cuts, and its lines take the labels of the same words in the labelled text (`again`); the cut
`near` is an element one to three levels above the smallest that holds the body. A row:
{id, set, page, group, own, text, labels: [[line, 1 | 0, characters]]}. Lines with no label are left
out. Needs lxml and inscriptis. The same bytes every time.
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


def container(root, words, labels, levels):
    """The element `levels` above the smallest that holds nineteen twentieths of the body."""
    lines = Flat(root, False).lines
    text = "\n".join(line for _, line, _ in lines)
    kept = {}
    for number, keep, total in label(text, words, labels):
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
                   style=row["style"], text=row["text"], labels=labels)
    with gzip.open(data / f"html/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            page = row["id"]
            if page not in labelled:
                continue
            html = re.sub(r"^\s*<\?xml[^>]*\?>", "", row["html"])
            root = lxml.html.document_fromstring(html)
            words, labels = told(labelled[page])
            for cut in ("full", "near"):
                for style in ("plain", "dense", "md", "insc"):
                    if style == labelled[page]["style"] and cut == "full":
                        continue
                    levels = draw(page, cut, style) % 3 + 1
                    part = root if cut == "full" else container(root, words, labels, levels)
                    if part is None:
                        continue
                    text = flatten(part, style)
                    found = label(text, words, labels)
                    body = sum(total for _, keep, total in found if keep)
                    wanted = sum(len(word) for word, keep in zip(words, labels) if keep == 1)
                    if body * 10 < wanted * 8:
                        print(f"{page} {cut} {style}: {body} of {wanted}", file=sys.stderr)
                        continue
                    yield dict(id=f"{page}-{cut}-{style}", set=f"{name}-{cut}", page=page,
                               group=row["host_group"], own=0, style=style, text=text, labels=found)


def main():
    data = pathlib.Path(sys.argv[1])
    for name in ("aeb", "fr_hand", "fundus"):
        for row in pages(data, name):
            print(json.dumps(row, ensure_ascii=False))


main()
