"""Judges how well tracks of one style are found as neighbours, by AURA and by others.

  similarity.py AURA CORPUS [NAME=PYTHON...]

CORPUS is a folder with a truth.csv (see space.py). A NAME is "bliss" or "musly", and PYTHON one that has it; "-" where it
can't be had. Prints tables and writes similarity.json. P@5 is the share of the 5 nearest that have the track's style,
where tracks of its source or its artist don't count; tracks whose style has fewer than 5 others are no questions.
Intervals hold 95 % of 2,000 draws of sources. Hubs are counted among the 10 nearest of each of at most 1,000 tracks,
with nothing left out.

"AURA" compares by Timbre. If all tracks have an embedding, because the model is there, it prints those too.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.stats import skew
from space import Projection, Space, distances, embedding, measured, read_corpus, timbre, unit

NEAREST = 5
HITS = 10
CANDIDATES = 100
DRAWS = 2000
MOST_FOR_HUBS = 1000
DATA = Path(__file__).parent.parent / "lib/analysis/data"


def means_of(parts):
    """The vector of the 18 means of `features`."""
    features = parts["core"]["features"]
    return [
        *(features[name] for name in features if name != "mfcc_mean"),
        *features["mfcc_mean"],
    ]


def normalised(values):
    values = np.array(values, float)
    return (values - values.mean(0)) / np.maximum(values.std(0), 1e-9)


def reranked(near, ranks):
    """Each row's order: by `near`, but the first CANDIDATES by `ranks`. Pairs that don't count are at infinity."""
    order = np.argsort(near, axis=1, kind="stable")
    if ranks is None:
        return order
    first = order[:, :CANDIDATES]
    far = np.isinf(np.take_along_axis(near, first, 1))
    among = np.argsort(np.where(far, np.inf, np.take_along_axis(ranks, first, 1)), axis=1, kind="stable")
    return np.concatenate([np.take_along_axis(first, among, 1), order[:, CANDIDATES:]], 1)


def ways_by_embedding(raw):
    """How embeddings compare: `raw` ones, and if they are shipped, by the projection and its space."""
    if not all(raw):
        return {}
    raw = np.array(raw, float)
    directions = unit(normalised(raw))
    ways = {f"embedding, {raw.shape[1]} numbers": (distances(directions, directions), None)}
    if (DATA / "embedding.projection").exists():
        space = Space((DATA / "embedding.space").read_text())
        points = space.place(Projection((DATA / "embedding.projection").read_text()).project(raw))
        ways["AURA, embedding"] = distances(points, points), space.log_tails(points)
    return ways


def peer_distances(name, python, tracks):
    script = Path(__file__).with_name("similarity_peer.py")
    paths = "\n".join(str(track.path) for track in tracks)
    done = subprocess.run([python, script, name], input=paths, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print(f"similarity.py: {name} failed and is left out", file=sys.stderr)
        return None
    rows = [[np.inf if value is None else value for value in row] for row in json.loads(done.stdout)]
    return np.array(rows, float)


def column(tracks, name):
    values = np.array([getattr(track, name) for track in tracks])
    return values[:, None] == values[None, :]


def intervals(difference, sources):
    """What holds 95 % of the means of `difference` over sources drawn with replacement."""
    random = np.random.default_rng(1)
    names, index = np.unique(sources, return_inverse=True)
    sums, counts = np.bincount(index, difference), np.bincount(index)
    drawn = random.integers(len(names), size=(DRAWS, len(names)))
    return np.percentile(sums[drawn].sum(1) / counts[drawn].sum(1), [2.5, 97.5])


def hubs(near, ranks):
    """The skew of how often a track is among the HITS nearest of others, and the share of tracks that never are."""
    near = near.copy()
    np.fill_diagonal(near, np.inf)
    often = np.bincount(reranked(near, ranks)[:, :HITS].ravel(), minlength=len(near))
    return float(skew(often)), float((often == 0).mean())


def main():
    aura, corpus, *peers = sys.argv[1:]
    tracks = read_corpus(corpus)
    pairs = [(track, parts) for track, parts in zip(tracks, measured(aura, tracks, "similarity-cache")) if parts]
    tracks = [track for track, _ in pairs]
    space = Space((DATA / "timbre.space").read_text())
    points = space.place([timbre(parts) for _, parts in pairs])
    means = normalised([means_of(parts) for _, parts in pairs])
    ways = {
        "AURA": (distances(points, points), space.log_tails(points)),
        "AURA, not re-ranked": (distances(points, points), None),
        "18 means": (distances(means, means), None),
    }
    ways |= ways_by_embedding([embedding(parts) for _, parts in pairs])
    for name, python in (peer.split("=", 1) for peer in peers):
        near = None if python == "-" else peer_distances(name, python, tracks)
        if near is None:
            print(f"{name} can't be had: it is left out.\n")
        else:
            ways[name] = near, None

    same = column(tracks, "style")
    counts = ~column(tracks, "source") & ~column(tracks, "artist")
    asked = ((same & counts).sum(1) >= NEAREST) & np.array([track.is_asked for track in tracks])
    sources = np.array([track.source for track in tracks])[asked]
    right = {}
    for name, (near, ranks) in ways.items():
        order = reranked(np.where(counts, near, np.inf), ranks)[:, :NEAREST]
        right[name] = np.take_along_axis(same, order, 1).mean(1)[asked]

    chance = ((same & counts).sum(1) / np.maximum(counts.sum(1), 1))[asked].mean()
    some = np.random.default_rng(1).permutation(len(tracks))[:MOST_FOR_HUBS]
    print(f"{len(tracks)} tracks, {asked.sum()} of them questions, {len(set(sources))} sources; by chance {chance:.3f}\n")
    ours = [name for name in ("AURA", "AURA, embedding") if name in ways]
    heads = "".join(f" {name} has more by, 95 % |" for name in ours)
    print(f"| | P@5 |{heads} hub skew | never returned |\n|---|{'---:|' * (3 + len(ours))}")
    result = {"tracks": len(tracks), "questions": int(asked.sum()), "sources": len(set(sources)), "chance": chance}
    for name, (near, ranks) in ways.items():
        more = {one: list(intervals(right[one] - right[name], sources)) for one in ours if one != name}
        lean, never = hubs(near[np.ix_(some, some)], None if ranks is None else ranks[np.ix_(some, some)])
        told = "".join(f" {more[one][0]:+.3f} to {more[one][1]:+.3f} |" if one in more else " |" for one in ours)
        print(f"| {name} | {right[name].mean():.3f} |{told} {lean:.2f} | {100 * never:.1f} % |")
        result[name] = {"p_at_5": right[name].mean(), "more": more, "hub_skew": lean, "never": never}
    Path("similarity.json").write_text(json.dumps(result, indent=1) + "\n")


main()
