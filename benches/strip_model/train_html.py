#!/usr/bin/env python3
"""Train the model of the lines of HTML pages, and measure it on sites it was not trained on.

usage: train_html.py DATA FEATURES OUT [--folds N] [--cv-only] [--pred FILE]

DATA      folder of `SET.jsonl.gz`: {id, html, gold_text, host_group}
FEATURES  the program target/release/examples/html_features
OUT       the model file to write, stages/src/strip/model/html.trees

A line is body where the longest matching blocks of words between the page and its gold text hold
most of its words. Pages of one site (`host_group`) are never on both sides of a fold. `--pred`
writes, for each page, the text that a model kept which saw no page of its site, as JSON lines
{id, text}. Needs lightgbm, numpy and pyarrow. The same file every time: fixed seeds, one thread.
"""

import argparse
import collections
import difflib
import gzip
import json
import pathlib
import re
import subprocess

import lightgbm
import numpy
import pyarrow.csv

TREES = dict(num_leaves=10, learning_rate=0.08, min_data_in_leaf=50)
ROUNDS = 150
FEATURES_KEPT = 90
SEEDS = [1, 2, 3]
COMMON = dict(objective="binary", feature_fraction=0.4, bagging_fraction=0.7, bagging_freq=1,
              lambda_l2=5.0, max_depth=6, verbosity=-1, deterministic=True, force_row_wise=True,
              num_threads=1, max_bin=31, min_sum_hessian_in_leaf=1e-4)
SCALE = 1000
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f"
TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+")


def words(text):
    return [word.lower() for word in TOKEN.findall(text)]


def labels_of(lines, gold):
    """For each line with words: whether it is body, and its letters."""
    page, owner = [], []
    for number, line in enumerate(lines):
        own = words(line)
        page += own
        owner += [number] * len(own)
    size = collections.Counter(owner)
    found = collections.Counter()
    matcher = difflib.SequenceMatcher(None, page, words(gold), autojunk=False)
    for start, _, length in matcher.get_matching_blocks():
        inside = collections.Counter(owner[start:start + length])
        for number, count in inside.items():
            # A few words that match by chance make no line; a short line must match whole.
            if length >= 4 or count == size[number]:
                found[number] += count
    letters = {number: sum(map(len, words(lines[number]))) for number in size}
    return {n: (int(found[n] * 10 >= size[n] * 6), letters[n]) for n in size}


def run(program, mode, pages):
    questions = "".join(json.dumps({"id": p["id"], "html": p["html"]}) + "\n" for p in pages)
    return subprocess.run([program, mode], input=questions.encode(), check=True,
                          stdout=subprocess.PIPE).stdout


def load(args):
    """Pages with their lines and labels; names of features, keys of rows, and the matrix."""
    pages = []
    for path in sorted(args.data.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            pages += [json.loads(line) for line in file]
    for page, answer in zip(pages, run(args.features, "text", pages).splitlines()):
        text = json.loads(answer)["text"]
        page["lines"] = [line for line in text.split("\n") if line.strip()]
        page["labels"] = labels_of(page["lines"], page["gold_text"])
    options = pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False)
    table = pyarrow.BufferReader(run(args.features, "rows", pages))
    table = pyarrow.csv.read_csv(table, parse_options=options)
    columns = [table.column(index).to_numpy() for index in range(2, table.num_columns)]
    matrix = numpy.column_stack([column.astype(numpy.float32) for column in columns])
    keys = list(zip(table.column(0).to_pylist(), table.column(1).to_pylist()))
    return pages, table.column_names[2:], keys, matrix


def labels_and_weights(pages, keys):
    """Errors count as in the mean of pages' F1: by letters, against the body of the page."""
    told = {}
    for page in pages:
        body = sum(size for is_body, size in page["labels"].values() if is_body) or 400
        whole = sum(size + 8 for _, size in page["labels"].values())
        for number, (is_body, size) in page["labels"].items():
            told[page["id"], number] = is_body, (size + 8) / max(body, whole / 4)
    pairs = [told.get(key, (-1, 0.0)) for key in keys]
    labels = numpy.array([label for label, _ in pairs])
    weights = numpy.array([weight for _, weight in pairs])
    return labels, weights * (len(weights) / weights.sum())


def fit(matrix, labels, weights, used, seed, fraction=0.4):
    params = {**COMMON, **TREES, "seed": seed, "feature_fraction": fraction}
    used = used & (labels >= 0)
    data = lightgbm.Dataset(matrix[used], labels[used], weight=weights[used], params=params)
    return lightgbm.train(params, data, ROUNDS)


def folds_of(pages, count):
    """Each site in the fold with the fewest pages so far, the largest sites first."""
    sizes = collections.Counter(page["host_group"] for page in pages)
    loads, fold = [0] * count, {}
    for group, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        best = loads.index(min(loads))
        fold[group] = best
        loads[best] += size
    return fold


def out_of_fold(matrix, labels, weights, fold):
    scores = numpy.zeros(len(labels))
    for number in range(fold.max() + 1):
        inside = fold == number
        for seed in SEEDS:
            model = fit(matrix, labels, weights, ~inside, seed)
            scores[inside] += model.predict(matrix[inside], raw_score=True) / len(SEEDS)
    return scores


def nodes(node):
    """The format of stages/src/strip/trees.rs; several models as one, their leaves divided."""
    if "leaf_value" in node:
        return [str(round(node["leaf_value"] * SCALE / len(SEEDS)))]
    threshold = int(numpy.floor(node["threshold"]))
    value = round(node["internal_value"] * SCALE / len(SEEDS))
    here = [f"{node['split_feature']}:{threshold}:{value}"]
    return here + nodes(node["left_child"]) + nodes(node["right_child"])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("features")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--cv-only", action="store_true")
    parser.add_argument("--pred", type=pathlib.Path)
    args = parser.parse_args()
    pages, names, keys, matrix = load(args)
    labels, weights = labels_and_weights(pages, keys)
    everything = numpy.ones(len(labels), dtype=bool)
    gains = fit(matrix, labels, weights, everything, 1, 0.3).feature_importance("gain")
    best = sorted(range(len(names)), key=lambda index: (-gains[index], index))[:FEATURES_KEPT]
    chosen = sorted(best)
    matrix, names = matrix[:, chosen], [names[index] for index in chosen]
    fold_of = folds_of(pages, args.folds)
    group_of = {page["id"]: page["host_group"] for page in pages}
    fold = numpy.array([fold_of[group_of[page]] for page, _ in keys])
    scores = out_of_fold(matrix, labels, weights, fold)
    used = labels >= 0
    wrong = (scores[used] > 0) != (labels[used] == 1)
    print(f"weighed error on sites not seen: {numpy.average(wrong, weights=weights[used]):.4f}")
    if args.pred:
        kept, best = collections.defaultdict(list), collections.defaultdict(lambda: -9.0)
        lines = {page["id"]: page["lines"] for page in pages}
        for (page, _), score in zip(keys, scores):
            best[page] = max(best[page], score)
        for (page, number), score in zip(keys, scores):
            # As `assign` in stages/src/strip/html/mod.rs.
            if best[page] > -1.5 and score > min(0, best[page] - 1.5):
                kept[page].append(lines[page][number])
        rows = ({"id": page["id"], "text": "\n".join(kept[page["id"]])} for page in pages)
        args.pred.write_text("".join(json.dumps(row) + "\n" for row in rows))
    if args.cv_only:
        return
    out = ["trees 1", "bias 0"] + [f"feature {name}" for name in names]
    for seed in SEEDS:
        model = fit(matrix, labels, weights, everything, seed)
        out += [" ".join(nodes(tree["tree_structure"])) for tree in model.dump_model()["tree_info"]]
    args.out.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
