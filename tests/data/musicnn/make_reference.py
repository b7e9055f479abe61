#!/usr/bin/env python3
"""Writes reference.json: what the original code of musicnn 0.1.0 makes of signals that the C++ tests build again.

    python3 -m venv /tmp/musicnn
    /tmp/musicnn/bin/pip install 'tensorflow-cpu==2.15.1' 'librosa==0.10.2' 'numpy<2'
    pip download --no-deps --dest /tmp/musicnn musicnn==0.1.0 && unzip -d /tmp/musicnn/package /tmp/musicnn/*.whl
    PYTHONPATH=/tmp/musicnn/package /tmp/musicnn/bin/python tests/data/musicnn/make_reference.py

The network is the package's own models.py under TensorFlow. The mel spectrogram is the package's own call of librosa,
without the cast to float16, which overflows on loud tracks. Each signal is a formula in double precision, cast to float32
at the end; tests/models/signals_16k.cpp holds the same formulas. Change one, change the other, run this again.
"""
import json
import os
import pathlib

import librosa
import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import musicnn  # noqa: E402
import tensorflow as tf  # noqa: E402
from musicnn import models  # noqa: E402

SAMPLE_RATE_HZ = 16000
FRAMES = 187
LENGTH = 373 * 256  # two patches
SHOWN_FRAMES = (0, 1, 100, 373)


def noise(length):
    """White, uniform in [-1, 1): the sample's index through the finaliser of MurmurHash3."""
    h = np.arange(1, length + 1, dtype=np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h / 2.0**31 - 1.0


def music(length):
    """Two beats a second with a kick, a snare's hiss, a bass and a chord."""
    time_s = np.arange(length) / SAMPLE_RATE_HZ
    beat = 2 * time_s
    since_beat_s = (beat - np.floor(beat)) / 2
    root_hz = np.where(np.floor(beat / 4) % 2 == 1, 65.4, 55.0)
    tone = lambda hz, s: np.sin(2 * np.pi * hz * s)  # noqa: E731
    kick = 0.5 * np.exp(-12 * since_beat_s) * tone(52, since_beat_s)
    snare = np.where(np.floor(beat) % 2 == 1, 0.2, 0.02) * np.exp(-20 * since_beat_s) * noise(length)
    chord = 0.06 * (tone(4 * root_hz, time_s) + tone(5 * root_hz, time_s) + tone(6 * root_hz, time_s))
    return kick + snare + 0.15 * tone(root_hz, time_s) + chord


SIGNALS = {
    "music": music(LENGTH),
    "loud": 40 * music(LENGTH),
    "noise": 0.1 * noise(LENGTH),
    "silence": np.zeros(LENGTH),
}


def log_mels(samples):
    mels = librosa.feature.melspectrogram(y=samples.astype(np.float32), sr=SAMPLE_RATE_HZ, hop_length=256, n_fft=512,
                                          n_mels=96).T
    return np.log10(10000 * mels + 1).astype(np.float32)


def run_network(network, patches):
    """Returns tags and penultimate layer of each patch."""
    tf.compat.v1.reset_default_graph()
    with tf.name_scope("model"):
        x = tf.compat.v1.placeholder(tf.float32, [None, FRAMES, 96])
        is_training = tf.compat.v1.placeholder(tf.bool)
        outputs = models.define_model(x, is_training, f"{network.upper()}_musicnn", 50)
        tags = tf.nn.sigmoid(outputs[0])
        embedding = outputs[8]
    folder = pathlib.Path(musicnn.__file__).parent / f"{network.upper()}_musicnn"
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().restore(session, str(folder) + "/")
        return [session.run([tags, embedding], {x: patch[None], is_training: False}) for patch in patches]


def rounded(values):
    return [float(f"{value:.8g}") for value in np.ravel(values)]


def main():
    tf.compat.v1.disable_eager_execution()
    signals = {}
    for name, samples in SIGNALS.items():
        mels = log_mels(samples)
        assert mels.shape == (2 * FRAMES, 96)
        patches = [mels[:FRAMES], mels[FRAMES:]]
        results = {network: run_network(network, patches) for network in ("msd", "mtt")}
        signals[name] = {
            "mels": {str(frame): rounded(mels[frame]) for frame in SHOWN_FRAMES},
            "patches": [{network: {"tags": rounded(results[network][i][0]), "embedding": rounded(results[network][i][1])}
                         for network in results} for i in range(len(patches))],
        }
        for network in results:
            best = np.argsort(-results[network][0][0].ravel())[:3]
            print(name, network, [(int(i), round(float(results[network][0][0].ravel()[i]), 3)) for i in best])
    path = pathlib.Path(__file__).with_name("reference.json")
    content = {"tensorflow": tf.__version__, "librosa": librosa.__version__, "signals": signals}
    path.write_text(json.dumps(content, separators=(",", ":")).replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
