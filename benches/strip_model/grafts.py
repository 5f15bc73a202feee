#!/usr/bin/env python3
"""Make more training pages out of those that pages.py wrote: one JSON line a page.

usage: grafts.py PAGES BLOCKS > grafts.jsonl

A graft is the article of one page, often cut short, among the menus and the foot of a page of
another site in the same language and style, with one or more of the hand-written parts of BLOCKS
(blocks.txt: comment rules, readers' comments, boxes, interviews) in it. So what is the article is
learnt apart from whose page it stands on, and shapes that are rare on the pages are seen at all.
A row is as those of pages.py, with the sites that it comes from: {…, groups: [a, b]}. The same
bytes every time: what is drawn is drawn by hashes.

In BLOCKS, `# LANG PLACE` opens a part. PLACE is `foot` (below the article) and `inside` (between
its paragraphs), which are boilerplate, `passage` (between its paragraphs), which is the article, or
a list that `{title}` and `{name}` are filled from, a line each. `{start}` is the start of another
article, `{quote}` a sentence of this one.
"""

import collections
import json
import pathlib
import re
import sys

from pages import draw, tokens

GRAFTS_A_PAGE = 3
WEIGHT = 0.3
HEADING_LINES = 40
BROKEN_WORDS_MIN = 16
LIST_MARK = {"plain": "", "dense": "", "md": "* ", "insc": "  * "}
SENTENCE = re.compile(r"[^.!?…:]{30,160}[.!?]")


class Page:
    """A page's lines and labels, cut where its article begins and ends."""

    def __init__(self, row):
        self.row, self.style = row, row["style"]
        self.lines = row["text"].split("\n")
        self.labels = {number: keep for number, keep, _ in row["labels"]}
        self.kept = [number for number, keep in self.labels.items() if keep]
        first = self.kept[0]
        # The lines of no label above the article are its title.
        untold = [number for number in range(max(0, first - HEADING_LINES), first)
                  if number not in self.labels and tokens(self.lines[number])]
        self.has_title = bool(untold)
        self.start, self.end = min(untold, default=first), self.kept[-1] + 1

    def part(self, start, end):
        return [(self.lines[number], self.labels.get(number)) for number in range(start, end)]


def read_blocks(path):
    parts = collections.defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            block = []
            parts[tuple(line[2:].split())].append(block)
        else:
            block.append(line)
    return parts


def sentences(page):
    text = " ".join(page.lines[number] for number in page.kept if "](" not in page.lines[number])
    return [found.group().strip() for found in SENTENCE.finditer(text)]


def fill(line, key, page, near, blocks):
    """The line with what stands for its placeholders; None where there is nothing to fill in."""
    for slot in re.findall(r"\{(\w+)\}", line):
        seed = draw(key, line, slot)
        if slot in ("title", "name"):
            choice = blocks[page.row["lang"], slot + "s"][0]
        elif slot == "quote":
            choice = [sentence.rstrip(".") for sentence in sentences(page)]
        else:
            choice = sentences(near) if near else []
            if seed % 2:
                choice = [" ".join(each.split()[:12]) + ["…", " ..."][seed // 2 % 2]
                          for each in choice]
        if not choice:
            return None
        line = line.replace(f"{{{slot}}}", choice[seed % len(choice)], 1)
    return line


def block_lines(block, key, page, near, blocks, keep):
    """A block's lines in the page's style, each with its label."""
    out = []
    as_links = page.style == "md" and draw(key, "links") % 2
    for number, line in enumerate(block):
        filled = fill(line, (key, number), page, near, blocks)
        if filled is None:
            continue
        if as_links and line == "{title}":
            filled = f"* [{filled}](/{draw(filled) % 100_000})"
        is_free = filled.startswith("? ")
        filled = filled.removeprefix("? ")
        if filled.startswith("- ") and page.style == "dense":
            out.append(("-", None))
        filled = LIST_MARK[page.style] + filled[2:] if filled.startswith("- ") else filled
        out.append((filled, None if is_free else keep))
        if page.style != "dense":
            out.append(("", None))
    return out


def break_around(out, at, new):
    """The lines to put in at `at`, so that `new` breaks the paragraph there in two."""
    words = out[at][0].split(" ")
    if len(words) < BROKEN_WORDS_MIN or "](" in out[at][0]:
        return new
    half = len(words) // 2
    blank = [each for each in new if not each[0]][:1]
    out[at] = (" ".join(words[half:]), 1)
    return [(" ".join(words[:half]), 1), *blank, *new]


def graft(number, page, near, blocks):
    """The article of `page`, cut short or whole, with blocks in it, between the edges of `near`."""
    key = f"{page.row['id']}-graft-{number}"
    lang = page.row["lang"]

    def pick(place):
        found = blocks.get((lang, place))
        return found and found[draw(key, place) % len(found)]

    end = page.end
    if draw(key, "short") % 2:
        end = page.kept[min(len(page.kept) - 1, 2 + draw(key, "length") % 8)] + 1
    out = page.part(page.start, end)
    inside = [index for index, (_, keep) in enumerate(out) if keep][1:]
    for place, keep, chance in (("inside", 0, 3), ("passage", 1, 3)):
        block = pick(place)
        if block and inside and draw(key, "has", place) % 4 < chance:
            at = inside[draw(key, "at", place) % len(inside)]
            new = block_lines(block, (key, place), page, near, blocks, keep)
            if draw(key, "break", place) % 3 == 0:
                new = break_around(out, at, new)
            out[at:at] = new
            inside = [index + len(new) * (index >= at) for index in inside]
    foot = pick("foot")
    if foot and draw(key, "has foot") % 4 < 3:
        out.append(("", None))
        out += block_lines(foot, (key, "foot"), page, near, blocks, 0)
    if near:
        out = near.part(0, near.start) + out + near.part(near.end, len(near.lines))
    labels = [[index, keep, sum(map(len, tokens(line)))]
              for index, (line, keep) in enumerate(out) if keep is not None and tokens(line)]
    groups = sorted({each.row["group"] for each in (page, near) if each})
    return dict(id=key, set="graft", page=key, group=page.row["group"], groups=groups, own=0,
                style=page.style, lang=lang, text="\n".join(line for line, _ in out),
                labels=labels, weight=WEIGHT)


def main():
    blocks = read_blocks(pathlib.Path(sys.argv[2]))
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row.get("lang")]
    pages = [Page(row) for row in rows if any(keep for _, keep, _ in row["labels"])]
    own, alike = collections.defaultdict(list), collections.defaultdict(list)
    for page in pages:
        own[page.row["page"]].append(page)
        if page.row["set"].endswith("-full") and page.has_title:
            alike[page.row["lang"], page.style].append(page)
    for name, texts in own.items():
        for number in range(GRAFTS_A_PAGE):
            page = texts[draw(name, number, "text") % len(texts)]
            edges = [found for found in alike[page.row["lang"], page.style]
                     if found.row["group"] != page.row["group"]]
            has_edges = edges and draw(name, number, "edges") % 4 < 3
            near = edges[draw(name, number, "near") % len(edges)] if has_edges else None
            print(json.dumps(graft(number, page, near, blocks), ensure_ascii=False))


main()
