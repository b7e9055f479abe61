"""Prints how right AURA and its peers are, from the answers that accuracy_ask.py keeps, and writes accuracy.json.

  accuracy.py CORPUS ANSWERS
"""

import json
import sys
from pathlib import Path
from statistics import median

from accuracy_metrics import SECTIONS, difference, judge, mean_of, read_truth
from accuracy_programs import PEERS
from measure import machine, table, write_json

CORPUS, ANSWERS = map(Path, sys.argv[1:3])
OURS = "AURA"
# What is also compared value by value: it is defined as theirs.
LIKE_ESSENTIA = {"onset_rate": "onsets", "complexity": "dynamics", "danceability": "danceability"}


def read(name):
    path = ANSWERS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def cell(metric, values):
    if values is None:
        return "–"
    mean, low, high = values
    text = format(mean, metric.form)
    return text if low is None else f"{text} [{low:.2f}, {high:.2f}]"


def gap_cell(values):
    """In bold if one of them is ahead beyond doubt."""
    if values is None:
        return "–"
    mean, low, high = values
    text = f"{mean:+.3f} [{low:+.2f}, {high:+.2f}]"
    return f"**{text}**" if low > 0 or high < 0 else text


def cost_cell(answers, decoding):
    return format(median(answer["cpu_s"] / decoding[file] for file, answer in answers.items()), ".2f")


def print_section(section, metrics, programs, figures, truth, decoding):
    """What everyone finds in all tracks, how far AURA is ahead, and by group."""
    names = [name for name in figures if any(metric.name in row for row in figures[name].values() for metric in metrics)]
    rows = []
    for name in names:
        judged = sum(any(metric.name in row for metric in metrics) for row in figures[name].values())
        cells = [cell(metric, mean_of(metric, figures[name], truth)) for metric in metrics]
        rows.append([name, str(judged), *cells, cost_cell(programs[name], decoding)])
    table([section, "tracks", *(metric.title for metric in metrics), "CPU ÷ decoding"], rows)
    compared = [metric for metric in metrics if metric.sign]
    table(
        ["AURA less", *(metric.title for metric in compared)],
        [[name, *(gap_cell(difference(metric, figures[OURS], figures[name], truth)) for metric in compared)] for name in names[1:]],
    )
    groups = sorted({row["group"] for file, row in truth.items() if file in programs[OURS]})
    for metric in metrics if len(groups) > 1 else []:
        known = {truth[file]["group"] for rows in figures.values() for file, row in rows.items() if metric.name in row}
        rows = []
        for name in names:
            by_group = ({file: row for file, row in figures[name].items() if truth[file]["group"] == group} for group in groups if group in known)
            means = [mean_of(metric, chosen, truth) for chosen in by_group]
            rows.append([name, *("–" if mean is None else format(mean[0], metric.form) for mean in means)])
        table([metric.title, *(group for group in groups if group in known)], rows)


def print_onsets(programs, truth):
    known = {file: float(row["onset_rate"]) for file, row in truth.items() if row.get("onset_rate")}
    rows = []
    for name in (OURS, "Essentia `OnsetRate`"):
        ratios = [answer["onset_rate"] / known[file] for file, answer in programs.get(name, {}).items() if known.get(file)]
        if ratios:
            near = sum(0.8 <= ratio <= 1.25 for ratio in ratios) / len(ratios)
            rows.append([name, f"{median(ratios):.2f}", f"{near:.2f}"])
    if rows:
        table(["onsets a second", "median ratio to the truth", "within a fifth"], rows)


def print_differences(ours):
    rows = []
    for value, peer in LIKE_ESSENTIA.items():
        pairs = {file: (ours[file][value], answer[value]) for file, answer in read(peer).items() if file in ours}
        if pairs:
            apart = sorted(abs(one - other) for one, other in pairs.values())
            file, (one, other) = max(pairs.items(), key=lambda pair: abs(pair[1][0] - pair[1][1]))
            numbers = (median(one for one, _ in pairs.values()), median(apart), apart[len(apart) * 9 // 10])
            rows.append([f"`{value}`", *(f"{number:.2f}" for number in numbers), f"{one:.2f} and {other:.2f} ({file})"])
    if rows:
        table(["AURA beside Essentia", "AURA's median", "difference: median", "of a tenth of the tracks", "largest"], rows)


def main():
    truth, decoding, asked = read_truth(CORPUS), read("decoding"), read("asked")
    chosen, lacking = set(asked["tracks"]), asked["lacking"]

    def answers(peer):
        return {file: answer for file, answer in read(peer).items() if file in chosen}

    programs = {OURS: answers(asked["aura"]), **{name: answers(peer) for name, (_, peer) in PEERS.items()}}
    programs = {name: said for name, said in programs.items() if said}
    figures = {
        name: {file: judge(truth[file], answer, CORPUS) for file, answer in said.items()} for name, said in programs.items()
    }
    print(f"{machine()}; {len(chosen)} tracks. 95 % intervals in brackets. AURA's cost is that of all of `aura analyze`.")
    print(f"Left out: {', '.join(lacking)}.\n" if lacking else "")
    for section, metrics in SECTIONS.items():
        print_section(section, metrics, programs, figures, truth, decoding)
    print_onsets(programs, truth)
    print_differences(programs[OURS])
    summary = {
        name: {metric.name: mean_of(metric, rows, truth) for metrics in SECTIONS.values() for metric in metrics}
        for name, rows in figures.items()
    }
    write_json("accuracy.json", {"tracks": len(chosen), "lacking": lacking, "all": summary, "figures": figures})


main()
