"""Makes the shipped space of Timbre: mean, deviation and 100 anchors.

  fit_space.py AURA CACHE CORPUS... > lib/analysis/data/timbre.space

Each CORPUS is a folder with a truth.csv (see space.py). Styles count alike: a style's mean and its variance weigh as
much as another's, and anchors are drawn in turn from the styles and, within them, from the sources. CACHE is a folder
for measurements. Needs NumPy and SciPy.
"""

import sys

import numpy as np
from space import fit_space, measured, of_styles, read_corpus, timbre


def main():
    aura, cache, *corpora = sys.argv[1:]
    tracks = [track for corpus in corpora for track in read_corpus(corpus)]
    pairs = [(track, parts) for track, parts in zip(tracks, measured(aura, tracks, cache)) if parts]
    pairs, weights = of_styles(pairs)
    tracks = [track for track, _ in pairs]
    values = np.array([timbre(parts) for _, parts in pairs], float)
    print(fit_space("timbre", pairs[0][1]["versions"]["timbre"], tracks, values, weights), end="")
    print(
        f"{len(tracks)} tracks of {len({t.style for t in tracks})} styles, {len({t.source for t in tracks})} sources",
        file=sys.stderr,
    )


main()
