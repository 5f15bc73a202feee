#!/usr/bin/env python3
"""Train a model of boilerplate removal, and measure it on sites it was not trained on.

usage: train.py PAGES… FEATURES MODEL [--pred FILE] [--folds N] [--cv-only]

PAGES     what pages.py and grafts.py write:
          {id, page, group, groups?, own, text, labels: [[line, 0 | 1, weight]]}
FEATURES  a program that, called with `features`, reads the pages and prints the table of their
          lines' features, and called with `decide`, reads them with `scores` and prints decisions
          (target/release/examples/strip_features)
MODEL     the file to write, in the format of stages/src/strip/trees.rs

Pages of one site (`group`; `groups` where they are made of several) are never on both sides: the
scores that are measured come from models that saw no page of the site. `--pred` writes the decisions for the pages with `own`, as
score_text.py reads them. The model written is trained on all pages.
Needs lightgbm, numpy and pyarrow. The same files every time: fixed seeds, `deterministic`.
"""

import argparse
import collections
import json
import pathlib
import subprocess

import lightgbm
import numpy
import pyarrow.csv

ROUNDS = 220
SEEDS = [2]
PARAMS = dict(objective="binary", num_leaves=16, learning_rate=0.06, min_data_in_leaf=150,
              feature_fraction=0.2, bagging_fraction=0.7, bagging_freq=1, lambda_l2=5.0,
              max_depth=6, max_bin=63, min_sum_hessian_in_leaf=1e-4, verbosity=-1,
              deterministic=True, force_row_wise=True, num_threads=1)
SCALE = 1000


def table(program, mode, pages, scores=None):
    """Names, ids and line numbers, and the matrix that the program prints for the pages."""
    questions = []
    for page in pages:
        row = {"id": page["id"], "text": page["text"]}
        if scores is not None:
            row["scores"] = scores[page["id"]]
        questions.append(json.dumps(row) + "\n")
    run = subprocess.run([program, mode], input="".join(questions).encode(), check=True,
                         stdout=subprocess.PIPE)
    if mode == "decide":
        return [json.loads(line) for line in run.stdout.splitlines()]
    options = pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False)
    read = pyarrow.csv.read_csv(pyarrow.BufferReader(run.stdout), parse_options=options)
    names = read.column_names[2:]
    columns = [read.column(name).to_numpy() for name in names]
    matrix = numpy.column_stack([column.astype(numpy.float32) for column in columns])
    return names, list(zip(read.column(0).to_pylist(), read.column(1).to_pylist())), matrix


def weights_and_labels(pages, keys):
    """Errors count as in the mean of pages' F1: by characters, against the body of the page; all
    texts made of one page share its weight. Lines with no label weigh nothing."""
    texts = collections.Counter(page["page"] for page in pages)
    told = {}
    for page in pages:
        body = sum(chars for _, keep, chars in page["labels"] if keep) or 400
        whole = sum(chars + 8 for _, _, chars in page["labels"])
        scale = page.get("weight", 1) / max(body, whole / 4) / texts[page["page"]]
        for line, keep, chars in page["labels"]:
            told[page["id"], line] = (keep, (chars + 8) * scale)
    pairs = [told.get(key, (-1, 0.0)) for key in keys]
    labels = numpy.array([label for label, _ in pairs])
    weights = numpy.array([weight for _, weight in pairs])
    return labels, weights * (len(weights) / weights.sum())


def dataset(matrix, labels, weights, names):
    """The rows in bins, made once; folds are subsets of it."""
    return lightgbm.Dataset(matrix, labels, weight=weights, feature_name=list(names),
                            params=PARAMS, free_raw_data=False).construct()


def fit(data, used):
    subset = data.subset(numpy.flatnonzero(used).tolist())
    return [lightgbm.train({**PARAMS, "seed": seed}, subset, ROUNDS) for seed in SEEDS]


def score(models, matrix):
    mean = sum(model.predict(matrix, raw_score=True) for model in models) / len(models)
    return numpy.rint(mean * SCALE).astype(int)


def folds_of(pages, count):
    """Each site in the fold with the fewest pages so far, the largest sites first."""
    sizes = collections.Counter(page["group"] for page in pages)
    loads, fold = [0] * count, {}
    for group, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        best = loads.index(min(loads))
        fold[group] = best
        loads[best] += size
    return fold


def out_of_fold(data, matrix, labels, folds):
    """The scores of each row by a model that saw none of its sites: `folds` has a bit for each
    fold that the row's page has a site in. A row of several folds is trained on, not scored."""
    out = numpy.zeros(len(labels), dtype=int)
    for number in range(int(folds.max()).bit_length()):
        inside = folds == 1 << number
        apart = folds >> number & 1 == 0
        out[inside] = score(fit(data, apart & (labels >= 0)), matrix[inside])
    return out


def folds_of_rows(pages, keys, count):
    fold_of = folds_of(pages, count)
    bits = {page["id"]: sum({1 << fold_of[group] for group in page.get("groups", [page["group"]])})
            for page in pages}
    return numpy.array([bits[page] for page, _ in keys])


def by_page(keys, scores):
    lines = collections.defaultdict(list)
    for (page, _), value in zip(keys, scores):
        lines[page].append(int(value))
    return lines


def model_file(models, names):
    """The format of stages/src/strip/trees.rs; several models as one, their leaves divided."""
    lines = ["trees 1", "bias 0"] + [f"feature {name}" for name in names]
    for model in models:
        for tree in model.dump_model()["tree_info"]:
            lines.append(" ".join(nodes(tree["tree_structure"], len(models))))
    return "\n".join(lines) + "\n"


def nodes(node, count):
    if "leaf_value" in node:
        return [str(round(node["leaf_value"] * SCALE / count))]
    threshold = int(numpy.floor(node["threshold"]))
    value = round(node["internal_value"] * SCALE / count)
    here = [f"{node['split_feature']}:{threshold}:{value}"]
    return here + nodes(node["left_child"], count) + nodes(node["right_child"], count)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("pages", type=pathlib.Path, nargs="+")
    parser.add_argument("features")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--pred", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--cv-only", action="store_true")
    args = parser.parse_args()
    pages = []
    for path in args.pages:
        with open(path, encoding="utf-8") as file:
            pages += [json.loads(line) for line in file]
    names, keys, matrix = table(args.features, "features", pages)
    labels, weights = weights_and_labels(pages, keys)
    data = dataset(matrix, labels, weights, names)
    if args.pred:
        scores = out_of_fold(data, matrix, labels, folds_of_rows(pages, keys, args.folds))
        own = [page for page in pages if page["own"]]
        decisions = table(args.features, "decide", own, by_page(keys, scores))
        args.pred.write_text("".join(json.dumps(row) + "\n" for row in decisions))
    if not args.cv_only:
        args.model.write_text(model_file(fit(data, labels >= 0), names))


if __name__ == "__main__":
    main()
