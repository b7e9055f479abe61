"""Makes the shipped projection of embeddings and their space: lib/analysis/data/embedding.projection and embedding.space.

  fit_embedding.py AURA CACHE CORPUS...

Each CORPUS is a folder with a truth.csv (see space.py). CACHE is a folder for measurements; AURA measures the part `tags`
with the embeddings if the model is there (`aura models fetch`). Styles count alike, and anchors are drawn as for Timbre
(see fit_space.py).

The 400 values of an embedding are brought to mean 0 and deviation 1 and divided by their length, so that distances tell
angles. 64 principal components are left of them. A Hadamard matrix then turns these so that all have the same deviation:
otherwise a space, which divides by deviations, would make the weak components as important as the strong ones, and one
byte would be too coarse for the strong ones. Turning changes no distance.

Each fit raises the version of the vectors: `aura catalogue remeasure` makes the new ones from stored embeddings. Needs
NumPy and SciPy.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.linalg import hadamard
from space import Projection, embedding, fit_space, lines, measured, of_styles, read_corpus, spread, unit

KIND = "embedding"
OUTPUTS = 64  # a power of 2: there is a Hadamard matrix
DATA = Path(__file__).parent.parent / "lib/analysis/data"


def fit_projection(version, part_version, raw, weights):
    """The text of the projection, and the share of the variance that it keeps."""
    mean, deviation = spread(raw, weights)
    directions = unit((raw - mean) / deviation)
    covariance = np.cov(directions, rowvar=False, aweights=weights, ddof=0)
    variances, vectors = np.linalg.eigh(covariance)
    strongest = vectors[:, ::-1][:, :OUTPUTS].T
    strongest *= np.sign(strongest.sum(1))[:, None]  # the sign is arbitrary: the same on every machine
    matrix = hadamard(OUTPUTS) / np.sqrt(OUTPUTS) @ strongest
    head = f"aura-projection {KIND} {version} {part_version} {raw.shape[1]} {OUTPUTS}\n"
    text = head + lines([(mean, 7), (deviation, 7), *((row, 5) for row in matrix)])
    return text, variances[-OUTPUTS:].sum() / variances.sum()


def main():
    aura, cache, *corpora = sys.argv[1:]
    tracks = [track for corpus in corpora for track in read_corpus(corpus)]
    pairs = [(track, parts) for track, parts in zip(tracks, measured(aura, tracks, cache)) if parts]
    pairs, weights = of_styles([(track, parts) for track, parts in pairs if embedding(parts)])
    assert len(pairs) > OUTPUTS, "too few tracks have an embedding: is the model there?"
    tracks = [track for track, _ in pairs]
    (part_version,) = {parts["versions"]["tags"] for _, parts in pairs}
    raw = np.array([embedding(parts) for _, parts in pairs], float)

    files = [DATA / f"{KIND}.{name}" for name in ("projection", "space")]
    version = Projection(files[0].read_text()).version + 1 if files[0].exists() else 1
    projection, kept = fit_projection(version, part_version, raw, weights)
    vectors = Projection(projection).project(raw)
    files[0].write_text(projection)
    files[1].write_text(fit_space(KIND, version, tracks, vectors, weights))
    print(f"{len(tracks)} tracks of {len({t.style for t in tracks})} styles, {len({t.source for t in tracks})} sources")
    print(f"version {version}; {100 * kept:.1f} % of the variance is kept")


if __name__ == "__main__":
    main()
