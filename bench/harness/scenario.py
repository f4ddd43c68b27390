# SPDX-License-Identifier: Apache-2.0
"""Scenarios: finding them, building what they need, and running them, a few machines at a time.

A scenario is a module of bench/scenarios; docs/benchmarks.md, "A new scenario", says what it has.
"""
import concurrent.futures
import dataclasses
import importlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from .machine import TOP, BenchError

MODULES = TOP / "bench/scenarios"
HAS = ["NAME", "TITLE", "ORDER", "TARGETS", "runs", "result", "markdown", "plots"]


@dataclasses.dataclass
class Context:
    """What a scenario is told."""
    build: pathlib.Path
    jobs: int
    quick: bool
    where: pathlib.Path


def names():
    """Which there are, without loading them."""
    return sorted(path.stem.replace("_", "-") for path in MODULES.glob("*.py"))


def load(wanted=()):
    """Their modules, in order."""
    modules = []
    for name in wanted or names():
        module = importlib.import_module("scenarios." + name.replace("-", "_"))
        lacks = [what for what in HAS if not hasattr(module, what)]
        if lacks or module.NAME != name:
            raise BenchError(f"bench/scenarios/{name.replace('-', '_')}.py is no scenario '{name}': "
                             f"{'it has no ' + ', '.join(lacks) if lacks else 'its NAME is ' + module.NAME}")
        modules.append(module)
    return sorted(modules, key=lambda module: (module.ORDER, module.NAME))


def prepare(build, scenarios, compiler="gcc"):
    """Builds what they need."""
    def command(*words, **options):
        done = subprocess.run([str(word) for word in words], cwd=TOP, check=False, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, **options)
        if done.returncode:
            raise BenchError(f"{' '.join(map(str, words))} fails:\n{done.stdout.strip()}")

    if not (build / "build.ninja").exists():
        build.mkdir(parents=True, exist_ok=True)
        command("cmake", "-G", "Ninja", "-S", ".", "-B", build, f"-DZVM_COMPILER={compiler}")
    targets = sorted({target for scenario in scenarios for target in scenario.TARGETS})
    command("ninja", "-C", build, "--quiet", *targets)
    if any(getattr(scenario, "BUNDLE", False) for scenario in scenarios):
        command("ninja", "-C", build, "--quiet", "rtos")
        command("scripts/make-bundle", env={**os.environ, "BUILD": str(build)})


class Durations:
    """How long runs took the last time, in seconds: the longest begin first, so that none is left at the end alone."""

    def __init__(self, path):
        self.path = path
        try:
            self.known = {name: float(took) for name, took in json.loads(path.read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, AttributeError):
            self.known = {}

    def of(self, name):
        """One not known may be long."""
        return self.known.get(name, math.inf)

    def save(self):
        """For the next time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


class Progress:
    """A line on the terminal for each run that ends."""

    def __init__(self, names_of_runs, jobs, durations):
        self.total, self.jobs, self.durations = len(names_of_runs), jobs, durations
        self.left = {name: durations.of(name) for name in names_of_runs}
        self.done = 0
        self.running = {}
        self.begin = time.monotonic()
        self.lock = threading.Lock()

    def start(self, name):
        """A run begins."""
        with self.lock:
            self.running[name] = time.monotonic()

    def end(self, name, how):
        """It has ended."""
        with self.lock:
            now = time.monotonic()
            took = now - self.running.pop(name, now)
            if how == "ok":
                self.durations.known[name] = round(took, 1)
            self.done += 1
            self.left.pop(name, None)
            minutes, seconds = divmod(int(now - self.begin), 60)
            beside = f", running: {', '.join(sorted(self.running))}" if self.running else ""
            seconds_left = sum(self.left.values()) / self.jobs
            if 60 < seconds_left < math.inf:
                beside += f", about {seconds_left / 60:.0f} min left"
            print(f"bench: {minutes:2}:{seconds:02} [{self.done}/{self.total}] {name}: {how}, {took:.0f} s{beside}",
                  file=sys.stderr, flush=True)


class Job:
    """A scenario while it is measured."""

    def __init__(self, module, context):
        self.module, self.context = module, context
        self.outcomes = {}
        self.error = None
        self.runs = []

    def guarded(self, call, *arguments):
        """What call() returns; an exception becomes the scenario's error."""
        try:
            return call(*arguments)
        except BenchError as error:
            self.error = self.error or str(error)
        except Exception as error:  # pylint: disable=broad-except
            # A scenario's own mistake must not cost the others' results.
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.error = self.error or (f"{type(error).__name__}: {error} "
                                        f"({pathlib.Path(last.filename).name}:{last.lineno})")
        return None

    def run(self, key, call, progress):
        """One of its runs; none once one has failed."""
        if self.error:
            progress.end(f"{self.module.NAME}/{key}", "left out")
            return
        progress.start(f"{self.module.NAME}/{key}")
        self.outcomes[key] = self.guarded(call)
        progress.end(f"{self.module.NAME}/{key}", "FAILED" if self.error else "ok")


def measure(modules, build, jobs, quick):
    """({name: result}, {name: why there is none})."""
    with tempfile.TemporaryDirectory(prefix="bench.", dir=build) as directory:
        tasks = []
        for module in modules:
            where = pathlib.Path(directory) / module.NAME
            where.mkdir()
            tasks.append(Job(module, Context(build, jobs, quick, where)))
            tasks[-1].runs = tasks[-1].guarded(module.runs, tasks[-1].context) or []
        durations = Durations(build / f"bench/durations{'-quick' if quick else ''}.json")
        every = [(task, key, call) for task in tasks for key, call in task.runs]
        every.sort(key=lambda run: -durations.of(f"{run[0].module.NAME}/{run[1]}"))
        progress = Progress([f"{task.module.NAME}/{key}" for task, key, _ in every], jobs, durations)
        print(f"bench: {len(every)} runs of {len(tasks)} scenarios, {jobs} at a time", file=sys.stderr, flush=True)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for task, key, call in every:
                pool.submit(task.run, key, call, progress)
        durations.save()
        results = {}
        for task in tasks:
            made = None if task.error else task.guarded(task.module.result, task.context, task.outcomes)
            if made is not None:
                results[task.module.NAME] = made
        return results, {task.module.NAME: task.error or "it has no result" for task in tasks
                         if task.module.NAME not in results}
