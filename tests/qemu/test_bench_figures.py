# SPDX-License-Identifier: Apache-2.0
"""The benchmarks' arithmetic and its presentation, without QEMU: targets, comparison, documents, plots, arguments."""
import copy
import os
import subprocess
import sys
from fractions import Fraction

import pytest

from zvm_bench import TOP

from harness import compare, judge, plots, report, scenario
from harness.machine import BenchError


def row(bare, zvm, percent=1.0, absolute=2, field="mean", better="lower", key="r"):
    """A row with one field."""
    return {"key": key, "label": key, "unit": "instructions", "better": better, "target": {
        "field": field, "percent": percent, "absolute": absolute}, "bare": None if bare is None else {field: bare},
            "zvm": None if zvm is None else {field: zvm}, "note": ""}


def make(*words):
    """What `make` does."""
    return subprocess.run(["make", "-s", *words], cwd=TOP, capture_output=True, text=True, check=False)


# ---- judge -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("bare,zvm,percent,absolute,better,met", [
    (1000, 1010, 1.0, 2, "lower", True),            # the threshold itself is kept
    (1000, 1010.001, 1.0, 2, "lower", False),       # not rounded before
    (1000, 1010.0000000001, 1.0, 2, "lower", False),
    (10, 12, 1.0, 2, "lower", True),                # one of the two limits is enough
    (10, 12.001, 1.0, 2, "lower", False),
    (0.1, 0.3, None, 0.2, "lower", True),           # decimals, not their binary neighbours: 0.3 - 0.1 > 0.2 in those
    (1.1, 1.111, 1.0, None, "lower", True),
    (100, 90, 0, 0, "lower", True),                 # better than bare
    (100, 100, 0, 0, "lower", True),
    (0, 2, 1.0, 2, "lower", True),
    (0, 3, 1.0, 2, "lower", False),
    (1000, 990, 1.0, None, "higher", True),
    (1000, 989.999, 1.0, None, "higher", False),
    (1000, 2000, 1.0, None, "higher", True),
    (None, 5, 1.0, 2, "lower", None),               # not measured is neither kept nor missed
    (5, None, 1.0, 2, "lower", None),
])
def test_met(bare, zvm, percent, absolute, better, met):
    one = row(bare, zvm, percent, absolute, better=better)
    assert judge.met(one, one["target"]) is met
    assert bool(judge.missed([one])) == (met is False)
    assert bool(judge.unmeasured([one])) == (met is None)


def test_overhead():
    assert judge.overhead(row(200, 201)) == Fraction(1, 2)
    assert judge.overhead(row(200, 201, better="higher")) == Fraction(-1, 2)
    assert judge.overhead(row(0, 0)) == 0 and judge.overhead(row(0, 1)) is None
    assert judge.overhead(row(None, 1)) is None
    rows = [row(100, 101, key="a"), row(100, 105, key="b"), row(None, 1, key="c")]
    assert judge.mean_overhead(rows) == 3 and judge.worst(rows)["key"] == "b"
    assert judge.mean_overhead([]) is None and judge.worst([]) is None


def test_several_targets():
    """A row may have a target for its mean and another for its maximum."""
    one = row(100, 100)
    one["bare"]["max"], one["zvm"]["max"] = 100, 104
    one["target"] = [{"field": "mean", "percent": 1}, {"field": "max", "percent": 3}]
    assert judge.missed([one]) == [(one, {"field": "max", "percent": 3})]
    assert [judge.check_met({"value": v, "limit": 0.2}) for v in (0.2, 0.2000001, None)] == [True, False, None]


# ---- compare ---------------------------------------------------------------------------------------------------------

def results(*rows, **more):
    """What bench/run.py writes."""
    return {"schema": compare.SCHEMA, "conditions": {"qemu": "7.2"}, "scenarios": {"s": {"rows": list(rows), **more}}}


def test_compare_nothing():
    one = results(row(100, 101), histogram=[1, 2, 3])
    assert compare.compare(one, copy.deepcopy(one)) == ([], False)


def test_compare_order_and_verdicts():
    base = results(row(100, 200, key="a"), row(100, 200, key="b", better="higher"), row(100, 200, key="c"), size=10)
    new = results(row(100, 201, key="a"), row(100, 220, key="b", better="higher"), row(90, 200, key="c"), size=11)
    lines, worse = compare.compare(base, new)
    assert worse and set(lines[:3]) == {"s: b zvm mean: 200 -> 220 (+20, +10.00 %) better",
                                        "s: c bare mean: 100 -> 90 (-10, -10.00 %) better",
                                        "s: size: 10 -> 11 (+1, +10.00 %) changed"}
    assert lines[3:] == ["s: a zvm mean: 200 -> 201 (+1, +0.50 %) worse"]
    # What is written first is the larger of the same share.
    assert lines[0].startswith("s: b")
    assert not compare.compare(new, results(row(100, 200, key="a"), row(100, 220, key="b", better="higher"),
                                            row(90, 200, key="c"), size=12))[1]


def test_compare_histogram():
    """One line, not one for each of its figures."""
    base = results(values=[[1, 10], [2, 20], [3, 5]], counts={"10": 1, "20": 7})
    new = results(values=[[1, 10], [2, 21], [3, 5], [9, 1]], counts={"10": 1, "20": 8})
    assert compare.compare(base, new) == (["s: counts: 2 of its figures differ", "s: values: 3 of its figures differ"], False)
    assert compare.compare(base, base) == ([], False)


def test_compare_rows_come_and_go():
    base, new = results(row(1, 1, key="old"), row(1, 1)), results(row(1, 1), row(1, 1, key="new"))
    assert compare.compare(base, new) == (["s: row old vanished", "s: row new appeared"], True)
    assert compare.compare(results(row(1, 1)), new) == (["s: row new appeared"], False)
    assert compare.compare(results(row(1, 1)), results(row(1, None))) == (
        ["s: r zvm mean: was 1, no longer there (worse)"], True)
    other = results()
    other["scenarios"] = {"t": {"rows": []}}
    other["conditions"]["qemu"] = "10.0"
    assert compare.compare(results(), other) == (
        ["qemu: 7.2 -> 10.0", "s: only in the earlier run", "t: only in the later run"], False)


@pytest.mark.parametrize("text,says", [
    ("{", "no JSON"), ("[1]", "no results of 'make bench'"), ('{"scenarios": 3}', "no results of"), ("\x00\xff", "no JSON"),
    ('{"schema": 99, "scenarios": {}}', "schema 99, not 1"), (None, "No such file or directory"),
])
def test_compare_rubbish(tmp_path, text, says):
    path = tmp_path / "base.json"
    if text is not None:
        path.write_text(text, encoding="latin-1")
    done = make("bench-compare", f"BASE={path}", f"NEW={path}")
    first, *rest = done.stderr.splitlines()
    assert done.returncode == 2 and says in first and first.startswith("bench-compare: ") and not done.stdout
    assert all(line.startswith("make: ***") for line in rest)


# ---- documents -------------------------------------------------------------------------------------------------------

BEGIN, END = "<!-- bench x: begin -->\n", "<!-- bench x: end -->"


def test_rewrite(tmp_path):
    path = tmp_path / "doc.md"
    path.write_text(f"before\n{BEGIN}old\n{END}\nafter\n", encoding="utf-8")
    report.rewrite(path, "x", "new\n\n")
    assert path.read_text(encoding="utf-8") == f"before\n{BEGIN}new\n{END}\nafter\n"
    stamp = path.stat().st_mtime_ns
    report.rewrite(path, "x", "new")
    assert path.stat().st_mtime_ns == stamp


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}{END}\n{BEGIN}{END}", f"{BEGIN}{BEGIN}{END}",
                                  f"{BEGIN}{END}{END}", "<!-- bench xy: begin -->\n<!-- bench xy: end -->"])
def test_markers_missing_or_doubled(tmp_path, text):
    path = tmp_path / "doc.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError, match="doc.md has not one pair of lines"):
        report.rewrite(path, "x", "new")
    assert path.read_text(encoding="utf-8") == text


def test_every_scenario_has_its_section():
    """And nothing else has markers; what is generated there is what results.json gives."""
    text = report.REPORT.read_text(encoding="utf-8")
    modules = scenario.load()
    assert set(compare.read(report.PLOTS / "results.json")["scenarios"]) <= set(scenario.names())
    for module in modules:
        report.split(report.REPORT, module.NAME)
        assert f"\n## {module.TITLE}\n" in text, f"no heading for {module.NAME}"
    assert len({module.ORDER for module in modules}) == len(modules)
    assert text.count(": begin -->") == len(modules) + 1
    for path in (report.REPORT, report.README):
        report.split(path, report.SUMMARY)


def test_documents_are_what_the_results_say(tmp_path):
    """Nobody has edited a figure by hand, and no plot is from other figures."""
    found = compare.read(report.PLOTS / "results.json")["scenarios"]
    modules = scenario.load(found)
    for module in modules:
        made = module.plots(found[module.NAME], tmp_path)
        images = [(f"benchmarks/{name}", caption) for name, caption in made]
        between = report.split(report.REPORT, module.NAME)[1]
        assert between == report.section(module, found[module.NAME], images) + "\n", module.NAME
        for name, _ in made:
            assert (report.PLOTS / name).exists(), name
    text = report.REPORT.read_text(encoding="utf-8")
    assert [path.name for path in report.PLOTS.glob("*.svg") if f"benchmarks/{path.name})" not in text] == []
    for path, link in ((report.REPORT, ""), (report.README, "docs/benchmarks.md")):
        assert report.split(path, report.SUMMARY)[1] == report.summary(modules, found, link) + "\n"


def test_tables():
    assert [report.figure(v) for v in (None, "", 0, 1234, 1234.0, 1234.25, 0.04)] == ["", "", "0", "1,234", "1,234", "1,234.2",
                                                                                           "0"]
    late = row(100, 110, key="late")
    text = report.overhead_table([late, row(None, 5, key="gone")])
    assert text.splitlines()[2:] == ["| late | 100 | 110 | +10.00 % * |", "| gone |  | 5 | not measured |"]
    assert report.plain("x\n\n" + text).splitlines()[2:4] == ["operation  bare  ZVM      overhead",
                                                              "late        100  110    +10.00 % *"]


# ---- plots -----------------------------------------------------------------------------------------------------------

DRAW = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from harness import plots
where = pathlib.Path(sys.argv[2])
rows = [{"key": str(i), "label": f"row {i}", "unit": "i", "better": "lower", "bare": {"mean": 100}, "zvm": {"mean": 100 + i},
         "target": {"percent": 2}} for i in range(5)]
plots.overhead_bars(where, "overhead", "Overhead", rows, limit=2)
plots.bars(where, "bars", "Bars", ["a", "b"], {"bare": [1, 200], "ZVM": [None, 3]}, "instructions", log=True)
plots.histograms(where, "histogram", "Histogram", {"bare": {"1": 5, "7": 1}, "ZVM": [(2, 5), (40, 2)]}, "instructions")
plots.lines(where, "lines", "Lines", {"1 CPU": [(1, 5), (16, 6)], "4 CPUs": [(1, 7)]}, "VMs", "instructions", log_x=True)
"""


def test_plots_are_the_same_to_the_byte(tmp_path):
    made = []
    for seed in ("1", "2"):
        where = tmp_path / seed
        where.mkdir()
        subprocess.run(["/usr/bin/python3", "-c", DRAW, str(TOP / "bench"), str(where)], check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"})
        made.append({path.name: path.read_bytes() for path in where.iterdir()})
    assert made[0] == made[1] and set(made[0]) == {"overhead.svg", "bars.svg", "histogram.svg", "lines.svg"}
    for text in made[0].values():
        assert b"<dc:date>" not in text and text.startswith(b"<?xml")


def test_colours():
    """Bare and ZVM look the same in every plot, and no two series of one look alike."""
    names = ["one", plots.ZVM, "two", plots.BARE]
    assert plots.colours(names)[plots.ZVM] == plots.colours([plots.BARE, plots.ZVM])[plots.ZVM]
    assert len(set(plots.colours(names).values())) == len(names)


# ---- the front door --------------------------------------------------------------------------------------------------

def test_unknown_scenario():
    done = make("bench-nonsense")
    first, *rest = done.stderr.splitlines()
    assert done.returncode == 2
    assert first == f"bench: there is no scenario 'nonsense'; there are {', '.join(scenario.names())}"
    assert len(rest) <= 1 and not done.stdout


def test_help_names_all():
    done = make("help")
    assert f"bench-NAME: {' '.join(scenario.names())}" in done.stdout and "make bench-compare" in done.stdout


def test_quick_is_not_for_the_report():
    done = subprocess.run([str(TOP / "bench/run.py"), "kernel", "--quick", "--report"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2 and done.stderr == "bench: --quick is not for the report\n"


def test_conclusion(capsys):
    """Missed targets are named with their figures; what was not measured is; budgets and failures count."""
    sys.dont_write_bytecode = True
    import run

    class Module:
        NAME, TITLE = "some", "Some"

        @staticmethod
        def failures(_):
            return ["hvc: 90, not 80"]

    class Gone:
        NAME, TITLE = "gone", "Gone"

    found = {"rows": [row(100, 103.5, key="late"), row(100, 100), row(None, 1, key="dark")],
             "checks": [{"key": "mean", "label": "mean overhead", "value": 1.75, "limit": 0.2, "unit": "%"}]}
    found["rows"][2]["note"] = "no bare machine has it"
    assert run.conclude([Module, Gone], {"some": found}, {"gone": "it hangs"}) == (2, 2)
    said = capsys.readouterr().out
    for line in ("some", "gone      FAILED", "  late: mean 100 (bare), 103.5 (VM), +3.500 %; "
                 "target: mean within 1 % or 2 instructions of bare", "  mean overhead: 1.75 %; target: at most 0.2 %", "  over budget: hvc: 90, not 80",
                 "  not measured: dark (no bare machine has it)", "gone FAILED: it hangs"):
        assert line in said, said
