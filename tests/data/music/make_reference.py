#!/usr/bin/env python3
"""Writes reference.json: what librosa 0.10.1 makes of the test music, as numbers to test against.

  pip install librosa==0.10.1 numpy==1.26.4 scipy==1.12.0
  tests/data/music/make_reference.py        (the ffmpeg program must be there: librosa reads .m4a through it)
"""

import csv
import json
import warnings
from pathlib import Path

import librosa
import numpy as np
import scipy
import soundfile
import soxr

SAMPLE_RATE_HZ = 22050


def features(y):
    mfcc = librosa.feature.mfcc(y=y, sr=SAMPLE_RATE_HZ, n_mfcc=13)
    values = {
        "tempo": librosa.beat.beat_track(y=y, sr=SAMPLE_RATE_HZ)[0],
        "spectral_centroid_mean": librosa.feature.spectral_centroid(y=y, sr=SAMPLE_RATE_HZ).mean(),
        "spectral_rolloff_mean": librosa.feature.spectral_rolloff(y=y, sr=SAMPLE_RATE_HZ).mean(),
        "zcr_mean": librosa.feature.zero_crossing_rate(y).mean(),
        "rms_mean": librosa.feature.rms(y=y).mean(),
        **{f"mfcc_{i}_mean": row.mean() for i, row in enumerate(mfcc)},
    }
    return {name: float(value) for name, value in values.items()}


def main():
    here = Path(__file__).parent
    warnings.filterwarnings("ignore", message="PySoundFile failed")
    warnings.filterwarnings("ignore", category=FutureWarning)
    files = {}
    for row in csv.DictReader(open(here / "truth.csv", newline="")):
        y, _ = librosa.load(here / row["file"], sr=SAMPLE_RATE_HZ, mono=True)
        files[row["file"]] = {"samples": len(y), "features": features(y)}
    versions = {module.__name__: module.__version__ for module in (librosa, np, scipy, soundfile, soxr)}
    versions["libsndfile"] = soundfile.__libsndfile_version__
    reference = {"versions": versions, "sample_rate_hz": SAMPLE_RATE_HZ, "files": files}
    (here / "reference.json").write_text(json.dumps(reference, indent=2) + "\n")


if __name__ == "__main__":
    main()
