"""One of the programs that accuracy.py compares with, run by the Python that has it installed.

  accuracy_peer.py librosa|aubio|degara|multifeature|key|onsets|dynamics|danceability < LIST > RESULTS

Each line of LIST is a file of bare samples (mono, 44,100 Hz, 32-bit float). Writes a JSON line for each: its `bpm`, its `key` as
"C major", its `onset_rate` a second, its dynamic `complexity` in dB or its `danceability`, and the CPU seconds that
finding it from the samples took. Everything is warm before the first clock starts.
"""

import json
import sys
import time

import numpy as np

RATE_HZ = 44100


def with_librosa():
    import librosa

    def estimate(samples):
        samples = librosa.resample(samples, orig_sr=RATE_HZ, target_sr=22050)
        return {"bpm": float(np.atleast_1d(librosa.beat.beat_track(y=samples, sr=22050)[0])[0])}

    return estimate


def with_aubio():
    import aubio

    def estimate(samples):
        hop = 512  # its command-line tool's defaults
        tempo = aubio.tempo("default", 1024, hop, RATE_HZ)
        beats = []
        for at in range(0, len(samples) - hop + 1, hop):
            if tempo(samples[at : at + hop]):
                beats.append(tempo.get_last_s())
        return {"bpm": float(np.median(60 / np.diff(beats))) if len(beats) > 1 else 0.0}

    return estimate


def with_rhythm_extractor(method):
    def make():
        import essentia.standard

        extractor = essentia.standard.RhythmExtractor2013(method=method)
        return lambda samples: {"bpm": float(extractor(samples)[0])}

    return make


def with_key_extractor():
    import essentia.standard

    extractor = essentia.standard.KeyExtractor()

    def estimate(samples):
        key, scale, _ = extractor(samples)
        return {"key": f"{key} {scale}"}

    return estimate


def with_onset_rate():
    import essentia.standard

    # A used one finds no more onsets.
    return lambda samples: {"onset_rate": float(essentia.standard.OnsetRate()(samples)[1])}


def with_dynamic_complexity():
    import essentia.standard

    extractor = essentia.standard.DynamicComplexity()
    return lambda samples: {"complexity": float(extractor(samples)[0])}


def with_danceability():
    import essentia.standard

    extractor = essentia.standard.Danceability()
    return lambda samples: {"danceability": float(extractor(samples)[0])}


PEERS = {
    "librosa": with_librosa,
    "aubio": with_aubio,
    "degara": with_rhythm_extractor("degara"),
    "multifeature": with_rhythm_extractor("multifeature"),
    "key": with_key_extractor,
    "onsets": with_onset_rate,
    "dynamics": with_dynamic_complexity,
    "danceability": with_danceability,
}

peer = PEERS[sys.argv[1]]()
rng = np.random.default_rng(0)
peer(rng.standard_normal(10 * RATE_HZ).astype(np.float32) * 0.1)
for line in sys.stdin:
    samples = np.fromfile(line.rstrip("\n"), dtype=np.float32)
    start = time.process_time()
    result = peer(samples)
    result["cpu_s"] = time.process_time() - start
    print(json.dumps(result), flush=True)
