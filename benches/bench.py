#!/usr/bin/env python3
"""Measure throughput and re-runs of the release program.

usage: bench.py NEWSLOOM [ARTICLES]

Makes a corpus from the articles in raw/ and a seed: each article is one of them with its lines
shuffled within paragraphs of words, so that no two are alike. Prints a table; figures are ratios
within one run, because machines differ and are noisy. Standard library only.
"""

import pathlib
import random
import subprocess
import sys
import tempfile
import time

SEED = 20240521


def corpus(folder, count):
    rng = random.Random(SEED)
    articles = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path("raw").glob("*.txt"))]
    size = 0
    for number in range(count):
        lines = articles[number % len(articles)].split("\n")
        place = rng.randrange(len(lines))
        lines.insert(place, f"Le point {rng.randrange(10**9)} a été ajouté le {rng.randrange(1, 29)} mai 2024 par la rédaction.")
        text = "\n".join(lines)
        path = folder / f"{number // 1000:03d}" / f"{number:07d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        size += len(text.encode())
    return size


def timed(command):
    start = time.perf_counter()
    output = subprocess.run(command, capture_output=True, text=True)
    if output.returncode:
        sys.exit(f"{command}: {output.stderr}")
    return time.perf_counter() - start


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        raw = scratch / "raw"
        raw.mkdir()
        size = corpus(raw, count)
        run = [program, "run", "--raw", raw, "--out", scratch / "out", "--cache", scratch / "cache"]
        clean = timed(run)
        again = timed(run)
        for number in range(0, count, 100):
            path = raw / f"{number // 1000:03d}" / f"{number:07d}.txt"
            path.write_text(path.read_text(encoding="utf-8") + "\nUne ligne de plus.\n", encoding="utf-8")
        changed = timed(run)
        rows = "\n".join(
            '{"id": %d, "text": %s}' % (n, __import__("json").dumps(path.read_text(encoding="utf-8")))
            for n, path in enumerate(sorted(raw.rglob("*.txt"))[:1000])
        )
        start = time.perf_counter()
        subprocess.run([program, "annotate"], input=rows, capture_output=True, text=True, check=True)
        annotate = time.perf_counter() - start
    print(f"| {count} articles, {size / 1e6:.1f} MB | seconds | of the clean build | MB/s |")
    print("|---|---|---|---|")
    for name, seconds, size_mb in [
        ("clean build", clean, size / 1e6),
        ("nothing changed", again, size / 1e6),
        ("1 % changed", changed, size / 1e6),
        ("annotate, 1000 articles", annotate, size / 1e6 * 1000 / count),
    ]:
        print(f"| {name} | {seconds:.2f} | {seconds / clean:.3f} | {size_mb / seconds:.1f} |")


main()
