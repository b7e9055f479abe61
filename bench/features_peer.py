"""Another library's features of the same samples, run by the Python that has it installed: the peer of
aura-bench-features.

  features_peer.py librosa|essentia RUNS FILE...

Each FILE holds bare samples (mono, 22,050 Hz, 32-bit float); librosa takes other files too, to decode them by itself. For Essentia's rhythm, which wants 44,100 Hz, the same track
lies beside it as FILE.44100. Writes a JSON line a file: its features, and the CPU seconds that they took from the samples
in each run. Everything is warm before the first clock starts.
"""

import json
import sys
import time
import warnings

import numpy as np


def with_librosa():
    import librosa

    from librosa_features import extract_features

    def read(file):
        if file.endswith(".f32"):
            return (np.fromfile(file, np.float32),)
        return (librosa.load(file, sr=22050, mono=True)[0],)

    return librosa.__version__, read, extract_features


def with_essentia():
    import essentia
    import essentia.standard as es

    essentia.log.warningActive = essentia.log.infoActive = False
    window, spectrum = es.Windowing(type="hann", normalized=False), es.Spectrum(size=2048)
    centroid, rolloff = es.Centroid(range=22050 / 2), es.RollOff(sampleRate=22050)
    zcr, rms = es.ZeroCrossingRate(), es.RMS()
    mfcc = es.MFCC(inputSize=1025, sampleRate=22050, numberBands=128, highFrequencyBound=11025)
    rhythm = es.RhythmExtractor2013(method="degara")

    def extract(samples, samples_44100):
        rows = []
        for frame in es.FrameGenerator(samples, frameSize=2048, hopSize=512, startFromZero=False):
            bins = spectrum(window(frame))
            rows.append([centroid(bins), rolloff(bins), zcr(frame), rms(frame), *mfcc(bins)[1]])
        centroid_hz, rolloff_hz, crossings, level, *cepstrum = np.mean(rows, axis=0)
        return {
            "tempo": float(rhythm(samples_44100)[0]),
            "spectral_centroid_mean": float(centroid_hz),
            "spectral_rolloff_mean": float(rolloff_hz),
            "zcr_mean": float(crossings),
            "rms_mean": float(level),
            **{f"mfcc_{i}_mean": float(value) for i, value in enumerate(cepstrum)},
        }

    def read(file):
        return np.fromfile(file, np.float32), np.fromfile(file + ".44100", np.float32)

    return essentia.__version__, read, extract


def main():
    name, runs, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    warnings.simplefilter("ignore")  # of clips shorter than a frame, and of how M4A is read
    version, read, extract = {"librosa": with_librosa, "essentia": with_essentia}[name]()
    np.random.default_rng(1).standard_normal(10 * 44100).astype(np.float32).tofile("warm_up.f32.44100")
    np.fromfile("warm_up.f32.44100", np.float32)[::2].tofile("warm_up.f32")
    extract(*read("warm_up.f32"))
    for file in files:
        samples = read(file)
        cpu_s = []
        for _ in range(runs):
            start = time.process_time()
            features = extract(*samples)
            cpu_s.append(time.process_time() - start)
        print(json.dumps({"file": file, "version": version, "cpu_s": cpu_s, "features": features}), flush=True)


if __name__ == "__main__":
    main()
