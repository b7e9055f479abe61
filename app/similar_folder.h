#pragma once

#include <span>
#include <string>
#include <vector>

#include "audio_reader.h"
#include "aura/analysis/measurement_cache.h"
#include "aura/analysis/space.h"
#include "aura/catalogue/similar.h"

namespace aura::app {

/// A track of a folder that sounds like another.
struct FolderHit {
  std::string path;
  catalogue::SimilarHit hit;  ///< its song and artist are those of the tags, or empty
};

/// Finds the files among `files` that sound like the track of `query`, as catalogue::choose_hits()
/// does; but files of one artist or title do not count as too many. Compares in the first of
/// `spaces` of which all have a vector, or in the last. Measures all files with up to
/// `threads` threads, and says on standard error which can't be measured. With a `cache`, which may
/// be null, it measures no file twice. Throws audio::DecoderLost. Not thread-safe.
std::vector<FolderHit> find_similar_among(const std::vector<std::string>& files,
                                          std::span<const analysis::Space> spaces,
                                          const catalogue::SimilarQuery& query, AudioReader& reader,
                                          analysis::MeasurementCache* cache, int threads);

}  // namespace aura::app
