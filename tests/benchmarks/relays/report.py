"""Writes RESULTS.md from results.json. `report.py FOLDER` writes it anew."""

import json
import math
import os
import platform
import statistics
import sys

OURS = "SmtpEmbedded"
FOUR = "SmtpEmbedded, 4 connections"
CEILING = "straight to the sink"


def ratio(runs, key, one, other):
    """The median of the ratios of what ran in the same round."""
    pairs = [a[key] / b[key] for a, b in zip([r for r in runs.get(one, []) if key in r], [r for r in runs.get(other, []) if key in r])]
    return statistics.median(pairs) if pairs else None


def number(value, digits=0):
    return "" if value is None else "%.*f" % (digits, value)


COLOURS = {OURS: "#1a7f37", FOUR: "#1a7f37", "Postfix": "#8250df", CEILING: "#8c959f"}


def plot(medians, path):
    """Bars on a logarithmic scale: accepted in full colour, drained in a lighter one below it."""
    width, left, bar, gap = 900, 210, 11, 26
    most = 20000
    scale = lambda value: (width - left - 70) * (math.log10(max(value, 1)) / math.log10(most))
    parts, y = [], 46
    for load, each in medians.items():
        parts.append('<text x="10" y="%d" class="load">%s</text>' % (y, load))
        y += 8
        for name, row in sorted(each.items(), key=lambda pair: -pair[1]["accepted"]):
            parts.append('<text x="%d" y="%d" class="name">%s</text>' % (left - 8, y + bar, name))
            for key, opacity in (("accepted", 1), ("drained", 0.5)):
                if key in row:
                    parts.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s" opacity="%s"/>' % (left, y, scale(row[key]), bar - 3, COLOURS.get(name, "#bf8700"), opacity))
                    parts.append('<text x="%.1f" y="%d" class="value">%.0f</text>' % (left + scale(row[key]) + 4, y + bar - 4, row[key]))
                    y += bar - 2
            y += 5
        y += gap
    for tick in (1, 10, 100, 1000, 10000):
        x = left + scale(tick)
        parts.insert(0, '<line x1="%.1f" y1="30" x2="%.1f" y2="%d" stroke="#d0d7de"/><text x="%.1f" y="26" class="tick">%d</text>' % (x, x, y - gap, x, tick))
    with open(path, "w", encoding="utf-8") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">'
                   "<style>.load{font-weight:bold;font-size:13px}.name{text-anchor:end}.value{font-size:9px;fill:#57606a}.tick{text-anchor:middle;fill:#57606a}</style>"
                   '<rect width="100%%" height="100%%" fill="white"/><text x="10" y="14">messages a second, logarithmic; full: accepted and durable, light: drained</text>%s</svg>\n' % (width, y, "\n".join(parts)))


def write(folder):
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as file:
        results = json.load(file)
    medians = {load: {name: {key: statistics.median(one[key] for one in several if key in one)
                             for key in ("accepted", "drained", "syncs", "memory") if any(key in one for one in several)}
                      for name, several in each.items()} for load, each in results["runs"].items()}
    plot(medians, os.path.join(folder, "results.svg"))
    lines = ["# Relays side by side", "",
             "Made by `tests/benchmarks/relays/run.sh`; what is measured and how: [README.md](README.md). Messages a second, medians of interleaved rounds.", "",
             "- %s, %d processors, load average meanwhile %s" % (platform.machine(), os.cpu_count(), "%.0f to %.0f: others worked on this machine too, so ratios count more than figures" % (min(results["load averages"]), max(results["load averages"]))), "",
             "![accepted and drained](results.svg)", ""]
    for load, each in medians.items():
        lines += ["## " + load, "", "| | accepted and durable | drained | syncs a message | memory, MiB |", "|---|---:|---:|---:|---:|"]
        for name, row in sorted(each.items(), key=lambda pair: -pair[1]["accepted"]):
            lines.append("| %s | %s | %s | %s | %s |" % (name, number(row["accepted"]), number(row.get("drained")), number(row.get("syncs"), 2),
                                                       "" if name == CEILING else number(row["memory"] / 1024, 1)))
        lines.append("")
    lines += ["## Targets", "", "Medians of the ratios within a round.", "", "| target | measured | |", "|---|---:|---|"]

    def target(load, text, key, other, least, ours=OURS):
        runs = results["runs"].get(load)
        value = runs and ratio(runs, key, ours, other)
        if value is not None:
            lines.append("| %s: %s | %.2f | %s |" % (load, text, value, "reached" if value >= least else "**not reached**"))

    for load in ("20 sessions, 1 KiB", "20 sessions, 1 KiB, -d"):
        target(load, "accepts at least 5 times Postfix's", "accepted", "Postfix", 5)
        target(load, "drains at least 5 times Postfix's", "drained", "Postfix", 5)
        target(load, "drains at least 5 times Postfix's, 4 connections", "drained", "Postfix", 5, FOUR)
        target(load, "accepts 0.6 of the ceiling (an aim)", "accepted", CEILING, 0.6)
    for load in ("20 sessions, 100 KiB", "20 sessions, 100 KiB, -d"):
        target(load, "accepts at least 1.5 times Postfix's", "accepted", "Postfix", 1.5)
        target(load, "drains at least 1.5 times Postfix's", "drained", "Postfix", 1.5)
    for load in ("1 session, 1 KiB", "1 session, 1 KiB, -d"):
        target(load, "not slower than Postfix", "accepted", "Postfix", 1)
        target(load, "drains not slower than Postfix", "drained", "Postfix", 1)
    memory = results["memory"]
    if memory:
        kibs = memory["long"]["memory"]
        half = len(kibs) // 2
        growth = statistics.mean(kibs[half:]) / statistics.mean(kibs[:half])
        lines.append("| memory flat over %d messages: second half to first half | %.2f | %s |" % (memory["long"]["step"] * len(kibs), growth, "reached" if growth <= 1.1 else "**not reached**"))
        lines.append("| an idle connection, of %d: at most 16 KiB | %.1f KiB | %s |" % (memory["idle"]["connections"], memory["idle"]["octets"] / 1024, "reached" if memory["idle"]["octets"] <= 16384 else "**not reached**"))
        lines += ["", "Memory in MiB after every %d messages: %s." % (memory["long"]["step"], ", ".join("%.1f" % (one / 1024) for one in kibs))]
    with open(os.path.join(folder, "RESULTS.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    write(sys.argv[1])
