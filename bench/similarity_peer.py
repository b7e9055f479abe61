"""Prints the distance of each pair of tracks as another program has it, as JSON: null where it can't read one.

  similarity_peer.py bliss|musly < PATHS      a path a line

bliss: Euclid between the analyses of bliss-audio. musly: pymusly's method "timbre", with all tracks as its style.
"""

import json
import math
import sys


def bliss(paths):
    from bliss_audio import Song

    def analysis(path):
        try:
            return list(Song(path).analysis)
        except Exception as error:  # its own kinds
            print(f"bliss-audio: {path}: {error}", file=sys.stderr)
            return None

    found = [analysis(path) for path in paths]
    return [[None if one is None or other is None else math.dist(one, other) for other in found] for one in found]


def musly(paths):
    from pymusly import MuslyJukebox

    jukebox = MuslyJukebox(method="timbre")

    def track_of(path):
        try:
            return jukebox.track_from_audiofile(path, 0, 0)
        except Exception as error:  # its own kinds
            print(f"pymusly: {path}: {error}", file=sys.stderr)
            return None

    found = [track_of(path) for path in paths]
    known = [(index, track) for index, track in enumerate(found) if track is not None]
    jukebox.set_style([track for _, track in known][:1000])
    jukebox.add_tracks(known)
    rows = [[None] * len(paths) for _ in paths]
    for seed in known:
        for (index, _), distance in zip(known, jukebox.compute_similarity(seed, known)):
            rows[seed[0]][index] = distance
    return rows


def main():
    paths = sys.stdin.read().splitlines()
    rows = {"bliss": bliss, "musly": musly}[sys.argv[1]](paths)
    json.dump([[None if d is None or d != d else round(float(d), 7) for d in row] for row in rows], sys.stdout)


main()
