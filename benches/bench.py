#!/usr/bin/env python3
"""Measure builds and re-runs of the release program against their floors.

The corpus is made from a seed (corpus.py). All of it lies in one scratch folder, on one disk, and
is removed at the end. Prints a Markdown table. Standard library only.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import corpus  # noqa: E402

JOBS = 2
REPEATS = 5
CONTAINERS = 100
ANNOTATED = 1000
RULES = '[tag]\ndefault_currencies = { en = ["CAD"], fr = ["CAD"] }\n'


class Ended:
    """A command that ended: wall seconds, peak memory in bytes, status and standard output."""

    def __init__(self, command, stdin=None):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as messages:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=messages)
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - start
            self.status = process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            messages.seek(0)
            self.output, self.messages = out.read().decode(), messages.read().decode()
        # Linux counts it in KiB.
        self.memory = usage.ru_maxrss * 1024

    def summary(self):
        """The last line of `--log json`."""
        return json.loads(self.output.splitlines()[-1])


class House:
    """A raw folder and what a run makes of it."""

    def __init__(self, program, folder):
        self.program, self.folder, self.raw = program, folder, folder / "raw"
        self.config = folder / "newsloom.toml"
        folder.mkdir()
        self.config.write_text("")

    def run(self):
        command = [self.program, "run", "--log", "json", "--jobs", str(JOBS)]
        command += ["--config", self.config, "--raw", self.raw]
        command += ["--out", self.folder / "out", "--cache", self.folder / "cache"]
        ended = Ended(command)
        if ended.status not in (0, 1):
            sys.exit(f"newsloom run ended with {ended.status}: {ended.messages}")
        return ended

    def settle(self):
        """Lets the files grow older than the last scan, and the disk come to rest."""
        time.sleep(1)
        os.sync()
        idle = self.run().summary()
        if idle["stage_runs"] or idle["files_published"]:
            sys.exit(f"a run right after a run found work: {idle}")


class Table:
    """Rows of work, what was measured, the floor and whether it was met."""

    def __init__(self):
        self.rows = []

    def add(self, work, measured, floor="—", met=None):
        words = {None: "—", True: "yes", False: "**no**"}[met]
        self.rows.append(f"| {work} | {measured} | {floor} | {words} |")
        print(f"{work}: {measured}", file=sys.stderr)

    def print(self):
        print("| work | measured | at most | met |", "|---|---|---|---|", *self.rows, sep="\n")


def clean_build(house, count, size, table):
    """Builds from nothing; returns the seconds it took."""
    os.sync()
    ended = house.run()
    summary = ended.summary()
    if summary["articles"] != count:
        sys.exit(f"{count} articles were written, the run knows {summary['articles']}")
    speed = f"{count / ended.seconds:,.0f} articles/s, {size / ended.seconds / 1e6:.1f} MB/s"
    table.add(f"clean build, {count:,} articles", f"{ended.seconds:.1f} s; {speed}")
    memory = f"{ended.memory / 2**20:,.0f} MiB"
    table.add("— its peak memory", memory, "1,024 MiB", ended.memory <= 2**30)
    parts = [summary.get(name) for name in ("stage_seconds", "encode_seconds", "cpu_seconds")]
    if None in parts:
        table.add("— its share outside stages and encoder", "n/a", "10 %")
    else:
        share = 1 - (parts[0] + parts[1]) / parts[2]
        table.add("— its share outside stages and encoder", percent(share), "10 %", share <= 0.1)
    return ended.seconds


def nothing_changed(house, walk, count, size, table):
    """The best of some runs, each beside a bare walk of the same tree."""
    house.settle()
    walks, runs = [], []
    for _ in range(REPEATS + 1):
        walks.append(Ended([walk, house.raw, str(JOBS)]))
        runs.append(house.run())
    if walks[0].output.split()[0] != str(count):
        sys.exit(f"the walk found {walks[0].output}{walks[0].messages}")
    # The first of each warms up.
    bare, run = (min(ended.seconds for ended in some[1:]) for some in (walks, runs))
    ratio = run / bare
    measured = f"{run:.3f} s; walk {bare:.3f} s; {ratio:.2f} times the walk"
    floor = "1.5 times the walk, and under 0.6 s where that takes 0.35 s"
    met = ratio <= 1.5 and (run < 0.6 or bare > 0.35)
    table.add(f"no-op over {count:,} files of {size / count / 1000:.1f} KB", measured, floor, met)


def some_changed(house, count, clean, table):
    """Every 100th file gets a line more."""
    for number in range(0, count, 100):
        with open(house.raw / corpus.path_of(number), "a", encoding="utf-8") as file:
            file.write("\nUne ligne de plus, ajoutée après coup par la rédaction.\n")
    os.sync()
    run = house.run()
    changed, expected = run.summary()["changed"], len(range(0, count, 100))
    if changed != expected:
        sys.exit(f"{expected} files were changed, the run knows {changed}")
    share_row(f"1 % changed of {count:,}", run.seconds, clean, 0.15, table)


def rules_changed(house, count, clean, table):
    house.config.write_text(RULES)
    os.sync()
    run = house.run()
    if run.summary()["stage_runs"] < count * 0.9:
        sys.exit(f"the rules of `tag` changed, but it ran for few articles: {run.output}")
    share_row(f"rules of `tag` changed, {count:,}", run.seconds, clean, 0.5, table)


def share_row(work, seconds, clean, floor, table):
    share = seconds / clean
    measured = f"{seconds:.2f} s; {percent(share)} of the clean build"
    table.add(work, measured, f"{percent(floor)} of the clean build", share <= floor)


def annotate(program, scratch, table):
    """Articles as JSON lines through `annotate`."""
    path = scratch / "annotate.jsonl"
    texts = [corpus.article(number) for number in range(ANNOTATED)]
    rows = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with open(path, "rb") as stdin:
        ended = Ended([program, "annotate"], stdin)
    if ended.status or len(ended.output.splitlines()) != ANNOTATED:
        sys.exit(f"newsloom annotate ended with {ended.status}: {ended.messages}")
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    speed = f"{ended.seconds:.2f} s; {megabytes / ended.seconds:.1f} MB/s"
    table.add(f"annotate, {ANNOTATED:,} articles", speed)


def containers(program, scratch, count, table):
    """Short articles as records of JSON lines files."""
    house = House(program, scratch / "containers")
    size = corpus.write_containers(house.raw, count, CONTAINERS)
    os.sync()
    work = f"no-op over {count:,} articles in {CONTAINERS} JSONL containers"
    clean = house.run()
    if clean.summary()["articles"] != count:
        table.add(work, "n/a: the run does not read the containers", "0.5 s")
        return
    speed = f"{clean.seconds:.1f} s; {count / clean.seconds:,.0f} articles/s"
    table.add(f"clean build, {count:,} articles of {size // count} bytes in containers", speed)
    house.settle()
    best = min([house.run().seconds for _ in range(REPEATS + 1)][1:])
    table.add(work, f"{best:.3f} s", "0.5 s", best <= 0.5)


def percent(share):
    return f"{share * 100:.1f} %".replace(".0 %", " %")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("newsloom", type=pathlib.Path, help="the release program")
    parser.add_argument("walk", type=pathlib.Path, help="the release build of walk.rs")
    parser.add_argument("--articles", type=int, help="files of 5 KB [200000]")
    parser.add_argument("--container-articles", type=int, help="records of 0.2 KB [1000000]")
    parser.add_argument("--scratch", type=pathlib.Path, help="where to work [beside the program]")
    parser.add_argument("--quick", action="store_true", help="5,000 files and 20,000 records")
    args = parser.parse_args()
    args.newsloom, args.walk = args.newsloom.resolve(), args.walk.resolve()
    args.articles = args.articles or (5_000 if args.quick else 200_000)
    args.container_articles = args.container_articles or (20_000 if args.quick else 1_000_000)
    args.scratch = args.scratch or args.newsloom.parent
    return args


def main():
    args = arguments()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=args.scratch) as scratch:
        scratch = pathlib.Path(scratch)
        house = House(args.newsloom, scratch / "files")
        count = args.articles
        size = corpus.write_articles(house.raw, count)
        clean = clean_build(house, count, size, table)
        nothing_changed(house, args.walk, count, size, table)
        some_changed(house, count, clean, table)
        rules_changed(house, count, clean, table)
        annotate(args.newsloom, scratch, table)
        containers(args.newsloom, scratch, args.container_articles, table)
    table.print()


main()
