#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/space.h"
#include "aura/base/spool.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/measured_row.h"
#include "aura/catalogue/song.h"
#include "aura/postgres/database_url.h"

namespace aura::catalogue {

/// How an import reaches audio: it knows no network. Both are thread-safe.
struct AudioAccess {
  /// Returns the file at an origin: a path or a URL. Throws JobError, and Stopped soon after `stop`
  /// is requested.
  std::function<Spool(const std::string& origin, const std::stop_token& stop)> open;
  /// Returns the measurements of a file, whose parts `known` are known. Throws as `open`.
  std::function<analysis::Measurements(const Spool& file, analysis::KnownParts known,
                                       const std::stop_token& stop)>
      measure;
};

/// A song to be imported.
struct SongToImport {
  std::string name;  ///< what messages call it: "line 12"
  Song song;         ///< whose origin is the path or URL of its audio. problem_of() accepts it
};

struct ImportOptions {
  int threads = 1;         ///< so many files are measured at the same time
  bool uses_store = true;  ///< whether measurements are taken from the store and stored there
  /// Each row is to have vectors of these spaces, which `measure` of AudioAccess can measure.
  std::vector<analysis::Space> wanted = shipped_spaces(false);
};

/// What became of a song.
enum class Imported {
  kMeasured,   ///< added; its file was measured
  kKnown,      ///< added; the store had the measurements
  kUpdated,    ///< the catalogue had it, with other texts
  kUnchanged,  ///< the catalogue had it so
  kDuplicate,  ///< its audio is that of another song of this import, whose row it shares
  kFailed,
};

struct ImportResult {
  Imported outcome = Imported::kFailed;
  /// With kFailed: why, one line. With kDuplicate: the other song's name if their texts differ.
  std::string note;
  bool gives_texts = true;  ///< with kDuplicate: whether the row has this song's texts
};

/// Receives the result of a song. Called by one thread at a time.
using OnImported = std::function<void(const SongToImport& song, const ImportResult& result)>;

/// Adds `songs` to the catalogue in `database`. Blocks until each has a result.
///
/// Each row is a transaction of its own, soon after its file was measured; the measurements are in
/// the store before it. So an import that was killed costs no more than the files that were being
/// measured: the next import finds the others by the SHA-256 of their files. It does not fetch a
/// URL that the catalogue has as the origin of a row with all wanted vectors.
///
/// Songs with equal audio share a row: it has the texts of the song that comes first in `songs`,
/// and the chart entries of all. A song fails alone if its file can't be had or measured. Throws
/// DatabaseLost and DatabaseError, audio::DecoderLost, Stopped, and std::system_error if no thread
/// can start: the songs that had results are in the catalogue. Uses up to options.threads + 4
/// threads, and eight connections.
void import_songs(const postgres::DatabaseUrl& database, std::span<const SongToImport> songs,
                  const AudioAccess& audio, const ImportOptions& options,
                  const OnImported& on_imported, const std::stop_token& stop = {});

/// Receives a row that remeasure_songs() has finished; `problem` says why it could not be measured
/// again, one line; empty: it was. Called by one thread at a time.
using OnRemeasured = std::function<void(const CatalogueRow& row, const std::string& problem)>;

/// Gives `rows`, a result of Catalogue::read_stale_rows(), the wanted vectors: from stored
/// measurements, else from the file at the row's origin if its bytes are the same. Blocks until
/// each row is finished. Throws as import_songs().
void remeasure_songs(const postgres::DatabaseUrl& database, std::span<const CatalogueRow> rows,
                     const AudioAccess& audio, const ImportOptions& options,
                     const OnRemeasured& on_remeasured, const std::stop_token& stop = {});

}  // namespace aura::catalogue
