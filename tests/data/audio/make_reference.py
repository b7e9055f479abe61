#!/usr/bin/env python3
"""Writes reference.json: the samples that librosa 0.10.1 loads from the files of this folder and from the test music.

  pip install librosa==0.10.1 numpy==1.26.4 scipy==1.12.0
  tests/data/audio/make_reference.py        (the ffmpeg program must be there: librosa reads .m4a and others through it)

For each file, its path below tests/data, the number of samples at 22,050 Hz and four windows of them: start, a third,
two thirds, end.
"""

import json
import warnings
from pathlib import Path

import librosa

WINDOW = 200
SUFFIXES = {".mp3", ".ogg", ".opus", ".flac", ".m4a", ".aac", ".webm", ".wav", ".mp4"}


def main():
    data = Path(__file__).parent.parent
    warnings.simplefilter("ignore")  # that librosa goes through ffmpeg for some files is known
    reference = {}
    for path in sorted([*data.glob("audio/*"), *data.glob("music/*")]):
        if path.suffix not in SUFFIXES or path.name == "no_sound.mp4":
            continue
        y, _ = librosa.load(path, sr=22050, mono=True)
        starts = [0, len(y) // 3, 2 * len(y) // 3, len(y) - WINDOW]
        windows = [{"at": at, "values": [float(f"{v:.8g}") for v in y[at:at + WINDOW]]} for at in starts]
        reference[str(path.relative_to(data))] = {"samples": len(y), "windows": windows}
    (data / "audio" / "reference.json").write_text(json.dumps(reference) + "\n")


if __name__ == "__main__":
    main()
