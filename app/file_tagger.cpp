#include "file_tagger.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "aura/analysis/measure.h"
#include "aura/analysis/stored.h"
#include "aura/base/error.h"
#include "aura/base/sha256.h"
#include "input.h"
#include "replacement.h"

namespace aura::app {
namespace {

constexpr const char* kElsewhere = ": only files of this machine get tags";

TagOutcome skipped(const std::string& reason) {
  return {.kind = TagOutcome::Kind::kSkipped, .reason = reason};
}

/// A tempo or key that may well be wrong is not written.
audio::MeasuredTags tags_of(const analysis::Measurements& measured) {
  audio::MeasuredTags tags;
  const auto& rhythm = measured.rhythm;
  const auto& tonal = measured.tonal;
  if (rhythm.confidence >= analysis::kSureTempo) tags.tempo_bpm = rhythm.bpm;
  if (!tonal.key.empty() && tonal.confidence >= analysis::kSureKey) {
    const auto key = tonal.key + (tonal.scale == "minor" ? "m" : "");
    std::copy_n(key.begin(), std::min(key.size(), tags.key.size() - 1), tags.key.begin());
  }
  tags.loudness_lufs = measured.core.loudness.integrated_lufs;
  tags.true_peak_dbtp = measured.core.loudness.true_peak_dbtp;
  return tags;
}

/// What is heard of a file: the samples, the loudness of all channels, the levels of each.
struct Sound {
  Sha256 samples{};
  audio::Decoded decoded;
};

Sound sound_of(const Spool& file, const AudioReader& reader, const std::stop_token& stop) {
  Sha256Hasher hasher;
  auto decoded = reader.decoder().decode(
      file, reader.settings().decode,
      [&](std::span<const float> block) {
        const auto bytes = std::as_bytes(block);
        hasher.append({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
      },
      stop);
  return {hasher.finish(), std::move(decoded)};
}

/// Nothing if the file holds no sound.
std::optional<Sound> sound_if_any(const Spool& file, const AudioReader& reader,
                                  const std::stop_token& stop) try {
  return sound_of(file, reader, stop);
} catch (const JobError& error) {
  if (error.retryable()) throw;
  return std::nullopt;
}

bool is_same(const Sound& one, const Sound& other) {
  auto source = other.decoded.source;
  source.bit_rate_bps = one.decoded.source.bit_rate_bps;  // tags may count in it
  return one.samples == other.samples && one.decoded.loudness == other.decoded.loudness &&
         one.decoded.warnings == other.decoded.warnings && one.decoded.source == source;
}

}  // namespace

TagOutcome FileTagger::tag(const Input& input, const Analyzed& analyzed,
                           const std::stop_token& stop) {
  if (is_url(input.name)) return skipped("it is a URL" + std::string(kElsewhere));
  if (input.is_stream) return skipped("it is a pipe" + std::string(kElsewhere));
  std::error_code failure;
  if (const auto path = std::filesystem::canonical(input.name, failure); !failure) {
    const Lock lock(mutex_);
    if (!named_.insert(path).second) return skipped("it was named before");
  }
  try {
    return rewrite(input, analyzed, stop);
  } catch (const audio::DecoderLost&) {
    throw;
  } catch (const std::exception& error) {
    return skipped(error.what());
  }
}

TagOutcome FileTagger::rewrite(const Input& input, const Analyzed& analyzed,
                               const std::stop_token& stop) {
  const auto& reader = analyzer_.reader();
  const auto& decoder = reader.decoder();
  const auto file = Spool::open(input.name, reader.settings().fetch.max_bytes);
  if (analysis::content_sha256(file) != analyzed.sha256)
    return skipped("somebody changed it meanwhile: run again");
  const auto edit = decoder.retag(file, tags_of(analyzed.report.measured), existing_, stop);
  if (edit.pieces.empty()) return {.kind = TagOutcome::Kind::kComplete};

  Replacement replacement(input.name);
  const auto before = replacement.before();
  audio::write_edited(before, edit,
                      [&](std::span<const std::uint8_t> bytes) { replacement.append(bytes); });
  const auto after = replacement.after();
  auto sound = sound_if_any(after, reader, stop);
  if (!sound || analysis::content_sha256(before) != analyzed.sha256 ||
      !is_same(sound_of(before, reader, stop), *sound) ||
      decoder.read_tags(before, stop) != decoder.read_tags(after, stop))
    return skipped("its sound or other tags would change: repair the file, or export it again");
  replacement.commit();

  TagOutcome outcome{.kind = TagOutcome::Kind::kWritten};
  auto* const cache = analyzer_.cache();
  if (cache == nullptr || !analysis::has_usual_samples(reader.settings().decode)) return outcome;
  auto measured = analyzed.report.measured;
  measured.source = std::move(sound->decoded.source);
  outcome.is_cache_unwritable = !cache->store(analysis::content_sha256(after), measured);
  return outcome;
}

void TagTotals::add(const TagOutcome& outcome) {
  switch (outcome.kind) {
    case TagOutcome::Kind::kWritten:
      ++written_;
      break;
    case TagOutcome::Kind::kComplete:
      ++complete_;
      break;
    case TagOutcome::Kind::kSkipped:
      // Without its advice, which the input's own line has.
      ++skipped_[outcome.reason.substr(0, outcome.reason.find(':'))];
  }
}

std::string TagTotals::line(std::size_t inputs) const {
  std::size_t skips = 0;
  std::string reasons;
  for (const auto& [reason, count] : skipped_) {
    skips += count;
    reasons += (reasons.empty() ? "" : "; ") + std::to_string(count) + ": " + reason;
  }
  auto text = "aura: tags: " + std::to_string(written_) + " of " + std::to_string(inputs) +
              (inputs == 1 ? " track" : " tracks") + " written, " + std::to_string(complete_) +
              " had all tags already, " + std::to_string(skips) + " skipped";
  if (skips > 0) text += " (" + reasons + ")";
  const auto failed = inputs - written_ - complete_ - skips;
  return failed > 0 ? text + ", " + std::to_string(failed) + " could not be analysed" : text;
}

}  // namespace aura::app
