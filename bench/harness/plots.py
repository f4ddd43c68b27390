# SPDX-License-Identifier: Apache-2.0
"""The plots of the report, in one style, as SVG that is the same to the byte for the same figures.

Each function writes one file, name.svg in a directory, and returns its name. Colours go by the series' name, so that the
bare machine and ZVM look the same in every plot.
"""
import math

from . import judge, report

BARE, ZVM = "bare", "ZVM"
ZEPHYR = "Zephyr 3.7.1"
COLOURS = {BARE: "#9aa3ad", ZVM: "#0f6fb5", ZEPHYR: "#9aa3ad"}
# Further series: told apart with any kind of colour vision, and printed in grey by their lightness.
OTHERS = ["#e08a1e", "#4c9f70", "#8c5aa8", "#c0504d", "#5bb5c9", "#7f6a4d"]
BAD = "#c0392b"
INK, MUTED, GRID = "#22272e", "#5f6b78", "#e3e7eb"
STYLE = {
    "svg.hashsalt": "zvm", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 11,
    "axes.titlesize": 13, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 14,
    "axes.labelsize": 11, "axes.labelcolor": MUTED, "axes.edgecolor": "#b8c0c8", "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True,
    "grid.color": GRID, "grid.linewidth": 0.8, "text.color": INK, "xtick.color": MUTED, "ytick.color": MUTED,
    "xtick.labelsize": 10, "ytick.labelsize": 10, "xtick.major.size": 0, "ytick.major.size": 0,
    "xtick.minor.size": 0, "ytick.minor.size": 0, "legend.frameon": False, "legend.fontsize": 10,
    "figure.facecolor": "white", "savefig.facecolor": "white",
}
WIDTH = 9.0


def colours(names):
    """{series: its colour}."""
    others = OTHERS if set(names) & set(COLOURS) else [COLOURS[ZVM], *OTHERS]
    free = iter(others * (1 + len(names) // len(others)))
    return {name: COLOURS.get(name) or next(free) for name in names}


def _draw(directory, name, size, paint):
    """A figure with one pair of axes, painted and saved."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **STYLE, "backend": "svg"}):
        drawing = Figure(figsize=size)
        FigureCanvasSVG(drawing)
        paint(drawing.add_subplot())
        drawing.savefig(directory / f"{name}.svg", format="svg", bbox_inches="tight", pad_inches=0.15,
                        metadata={"Date": None, "Creator": None})
    return f"{name}.svg"


def _legend(axes, count):
    """Above the axes, in one row."""
    if count > 1:
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncol=min(count, 6), borderaxespad=0.2,
                    handlelength=1.2, columnspacing=1.4)


def _thousands(axis):
    from matplotlib.ticker import FuncFormatter
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value == int(value) else f"{value:g}"))


def bars(directory, name, title, labels, series, unit, log=False, values=True):
    """Horizontal bars: a group for each label, in it a bar for each series {name: [figure or None]}."""
    count = len(series)
    thick = 0.8 / count
    colour = colours(list(series))

    def paint(axes):
        there = [v for figures in series.values() for v in figures if v is not None]
        top, low = max(there), 10 ** math.floor(math.log10(min(there))) if log else 0
        for i, (one, figures) in enumerate(series.items()):
            places = [n + (i - (count - 1) / 2) * thick for n in range(len(labels))]
            axes.barh(places, [v or 0 for v in figures], height=thick * 0.9, color=colour[one], label=one, linewidth=0)
            for place, v in zip(places, figures):
                if v is not None and values:
                    axes.text(v * 1.06 if log else v + top * 0.008, place, f"{v:,.0f}", va="center", fontsize=8,
                              color=INK if one == ZVM else MUTED)
        axes.set_yticks(range(len(labels)), labels, color=INK)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlabel(unit)
        axes.set_title(title, pad=30 if count > 1 else 14)
        axes.grid(False, axis="y")
        if log:
            axes.set_xscale("log")
        axes.set_xlim(low, top * (1.6 if log else 1.08))
        _thousands(axes.xaxis)
        _legend(axes, count)

    return _draw(directory, name, (WIDTH, 1.3 + len(labels) * max(0.3, 0.17 * count + 0.08)), paint)


def overhead_bars(directory, name, title, rows, field="mean", limit=None):
    """Horizontal bars of the rows' overheads in percent, those that miss their target in red; limit: a line there."""
    rows = [row for row in rows if judge.overhead(row, field) is not None]

    def paint(axes):
        figures = [float(judge.overhead(row, field)) for row in rows]
        late = {row["key"] for row, target in judge.missed(rows) if target.get("field", "mean") == field}
        axes.barh(range(len(rows)), figures, height=0.62, linewidth=0,
                  color=[BAD if row["key"] in late else COLOURS[ZVM] for row in rows])
        low, high = min([0.0, *figures]), max([0.0, *figures, limit or 0.0])
        room = max(high - low, 0.1)
        for place, v in enumerate(figures):
            axes.text(v + (0.01 if v >= 0 else -0.01) * room, place, report.percent(v).removesuffix(" %"), va="center",
                      ha="left" if v >= 0 else "right", fontsize=8, color=INK)
        if limit is not None:
            axes.axvline(limit, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
            axes.text(limit, -0.75, f"target {limit:g} %", fontsize=9, color=MUTED, ha="center", va="bottom")
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(range(len(rows)), [row["label"] for row in rows], color=INK)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(low - room * (0.1 if low < 0 else 0.0), high + room * 0.1)
        axes.set_xlabel(f"{field} in a VM against bare, percent (less is better)")
        axes.set_title(title, pad=28 if limit is not None else 14)
        axes.grid(False, axis="y")

    return _draw(directory, name, (WIDTH, 1.3 + len(rows) * 0.27), paint)


def histograms(directory, name, title, series, unit, log=True, quantity="wake-ups", bins=None):
    """How often each value came: {name: {value or its text: count} or [(value, count)]}; bins: width of a bin, so that
    values next to each other make one step."""
    colour = colours(list(series))

    def paint(axes):
        for one, counted in series.items():
            pairs = sorted((float(v), n) for v, n in (counted.items() if isinstance(counted, dict) else counted))
            if not pairs:
                continue
            width = bins or min((b[0] - a[0] for a, b in zip(pairs, pairs[1:])), default=1.0)
            steps = {}
            for v, n in pairs:
                steps[int(v // width)] = steps.get(int(v // width), 0) + n
            places = range(min(steps), max(steps) + 1)
            axes.stairs([steps.get(i, 0) for i in places], [i * width for i in [*places, max(steps) + 1]],
                        color=colour[one], label=one, linewidth=1.4, fill=False, baseline=0)
            axes.stairs([steps.get(i, 0) for i in places], [i * width for i in [*places, max(steps) + 1]],
                        color=colour[one], linewidth=0, fill=True, alpha=0.18, baseline=0)
        if log:
            axes.set_yscale("log")
            axes.set_ylim(bottom=0.7)
        axes.set_xlabel(unit)
        axes.set_ylabel(f"{quantity} (log scale)" if log else quantity)
        axes.set_title(title, pad=30 if len(series) > 1 else 14)
        _thousands(axes.xaxis)
        _thousands(axes.yaxis)
        _legend(axes, len(series))

    return _draw(directory, name, (WIDTH, 4.2), paint)


def lines(directory, name, title, series, xlabel, ylabel, log_x=False, log_y=False, zero=True):
    """Lines with a mark at each point: {name: [(x, y)]}. Every x that occurs has its tick; zero: y begins there."""
    colour = colours(list(series))

    def paint(axes):
        for one, points in series.items():
            axes.plot([x for x, _ in points], [y for _, y in points], color=colour[one], label=one, linewidth=1.8,
                      marker="o", markersize=5)
        if log_x:
            axes.set_xscale("log", base=2)
        if log_y:
            axes.set_yscale("log")
        places = sorted({x for points in series.values() for x, _ in points})
        axes.set_xticks(places, [f"{x:,g}" for x in places])
        axes.minorticks_off()
        if zero and not log_y:
            axes.set_ylim(0, 1.1 * max(y for points in series.values() for _, y in points) or 1)
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        axes.set_title(title, pad=30 if len(series) > 1 else 14)
        _thousands(axes.yaxis)
        _legend(axes, len(series))

    return _draw(directory, name, (WIDTH, 4.2), paint)
