"""Makes the shipped space of Timbre: mean, deviation and 100 anchors.

  fit_space.py AURA CACHE CORPUS... > lib/analysis/data/timbre.space

Each CORPUS is a folder with a truth.csv (see space.py). Styles count alike: a style's mean and its variance weigh as
much as another's, and anchors are drawn in turn from the styles and, within them, from the sources. CACHE is a folder
for measurements. Needs NumPy and SciPy.
"""

import random
import sys
from collections import defaultdict

import numpy as np
from space import FARTHEST, measured, read_corpus, timbre

ANCHORS = 100
LEAST_DEVIATION = 1e-3
LEAST_TRACKS = 2  # of a style: one track has no deviation from others


def anchors_of(tracks):
    """Indexes of tracks, from the styles in turn, and within a style from its sources in turn; at random otherwise."""
    shuffled = random.Random(1)
    styles = defaultdict(lambda: defaultdict(list))
    for index, track in enumerate(tracks):
        styles[track.style][track.source].append(index)
    queues = []
    for style in sorted(styles):
        sources = [shuffled.sample(of_source, len(of_source)) for _, of_source in sorted(styles[style].items())]
        shuffled.shuffle(sources)
        longest = max(map(len, sources))
        queues.append([source[turn] for turn in range(longest) for source in sources if turn < len(source)])
    longest = max(map(len, queues))
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)][:ANCHORS]


def main():
    aura, cache, *corpora = sys.argv[1:]
    tracks = [track for corpus in corpora for track in read_corpus(corpus)]
    pairs = [(track, parts) for track, parts in zip(tracks, measured(aura, tracks, cache)) if parts]
    often = defaultdict(int)
    for track, _ in pairs:
        often[track.style] += 1
    pairs = [(track, parts) for track, parts in pairs if often[track.style] >= LEAST_TRACKS]
    tracks = [track for track, _ in pairs]
    values = np.array([timbre(parts) for _, parts in pairs], float)
    weights = np.array([1 / often[track.style] for track in tracks])

    mean = np.average(values, axis=0, weights=weights)
    deviation = np.maximum(np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights)), LEAST_DEVIATION)
    chosen = anchors_of(tracks)
    assert len(chosen) == ANCHORS, "the corpora hold fewer than 100 tracks"
    placed = np.clip((values[chosen] - mean) / deviation, -FARTHEST, FARTHEST)

    print(f"aura-space timbre {pairs[0][1]['timbre_version']} {values.shape[1]} {ANCHORS}")
    for row, digits in [(mean, 6), (deviation, 6), *((row, 4) for row in placed)]:
        print(" ".join(f"{value:.{digits}g}" for value in row))
    print(f"{len(tracks)} tracks of {len(set(often))} styles, {len({t.source for t in tracks})} sources", file=sys.stderr)


main()
