"""The programs that AURA's accuracy is compared with."""

# What a program is called in tables: the package that it is in, and the name that accuracy_peer.py knows.
PEERS = {
    "librosa `beat_track`": ("librosa", "librosa"),
    "aubio `tempo`": ("aubio", "aubio"),
    "Essentia `RhythmExtractor2013`, degara": ("essentia", "degara"),
    "Essentia `RhythmExtractor2013`, multifeature": ("essentia", "multifeature"),
    "Essentia `KeyExtractor`, bgate": ("essentia", "key_bgate"),
    "Essentia `KeyExtractor`, edma": ("essentia", "key_edma"),
    "Essentia `KeyExtractor`, temperley": ("essentia", "key_temperley"),
    "Essentia `KeyExtractor`, krumhansl": ("essentia", "key_krumhansl"),
    "sonara": ("sonara", "sonara"),
    "mixxx-analyzer": ("mixxx-analyzer", "mixxx"),
    "BTrack": ("btrack-beat-tracker", "btrack"),
    "madmom downbeats": ("madmom", "madmom"),
    "madmom key": ("madmom", "madmom_key"),
    "Essentia `OnsetRate`": ("essentia", "onsets"),
    "Essentia `DynamicComplexity`": ("essentia", "dynamics"),
    "Essentia `Danceability`": ("essentia", "danceability"),
}
