#include "aura/analysis/measure.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "aura/analysis/step.h"
#include "aura/audio/decode.h"
#include "aura/base/error.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/danceability.h"
#include "aura/dsp/dynamics.h"
#include "aura/models/track_tagger.h"
#include "find_tags.h"
#include "find_tonal.h"
#include "fingerprinter.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

using Clock = std::chrono::steady_clock;

/// Everything that measures samples as they arrive, for the parts that are missing.
struct Meters {
  Meters(int sample_rate_hz, const KnownParts& known) {
    if (!known.core || !known.rhythm || !known.structure || !known.pictures || !known.timbre ||
        !known.spectrum)
      extractor.emplace(sample_rate_hz);
    if (!known.tonal || !known.structure || !known.timbre) chroma.emplace();
    if (!known.core) {
      dance.emplace();
      dynamics.emplace();
    }
    if (!known.has(Part::kFingerprint)) fingerprinter.emplace(sample_rate_hz);
    if (!known.has(Part::kTags))
      tagger.emplace(known.tagger->tagger, sample_rate_hz, known.tagger->tagging.patches);
  }

  void push(std::span<const float> block) {
    if (extractor) extractor->push(block);
    if (chroma) chroma->push(block);
    if (dance) dance->push(block);
    if (dynamics) dynamics->push(block);
    if (fingerprinter) fingerprinter->push(block);
    if (tagger) {
      const auto begun = Clock::now();
      tagger->push(block);
      tagging += Clock::now() - begun;
    }
  }

  /// Call after the last block.
  models::TrackTags tags(const std::stop_token& stop) {
    const auto begun = Clock::now();
    auto found = tagger->finish(stop);
    tagging += Clock::now() - begun;
    return found;
  }

  std::optional<FeatureExtractor> extractor;
  std::optional<dsp::ChromaExtractor> chroma;
  std::optional<dsp::DanceabilityMeter> dance;
  std::optional<dsp::DynamicsMeter> dynamics;
  std::optional<Fingerprinter> fingerprinter;
  std::optional<models::TrackTagger> tagger;
  std::chrono::nanoseconds tagging{};  // the time that the tagger took
};

/// Measures the music, as opposed to its sound, where it is not known.
void measure_music(KnownParts& parts, std::optional<ExtractedFeatures> extracted, Meters& meters,
                   const std::stop_token& stop) {
  std::optional<dsp::TunedChroma> chroma;
  if (meters.chroma) chroma = meters.chroma->finish();
  if (!parts.tonal) parts.tonal = find_tonal(*chroma);
  if (!parts.timbre) parts.timbre = extracted->timbre(*chroma, stop);
  if (!parts.spectrum) parts.spectrum = extracted->spectrum();
  if (!parts.rhythm || !parts.structure || !parts.pictures) {
    const auto found = std::move(*extracted).rhythm(stop);
    if (!parts.pictures) parts.pictures = found.pictures(stop);
    if (!parts.structure) parts.structure = found.structure(*chroma, stop);
    if (!parts.rhythm) parts.rhythm = found.rhythm();
  }
  if (meters.dance)
    parts.core->danceability = std::min(meters.dance->danceability(), kMaxDanceability);
  if (meters.fingerprinter) parts.fingerprint = meters.fingerprinter->finish();
  if (meters.tagger) parts.tags = to_tags(parts.tagger->tagging, meters.tags(stop));
}

/// Where only the last bits move, there is no music.
void leave_out_music(KnownParts& parts, const Meters& meters) {
  parts.rhythm = Rhythm{};
  parts.tonal = Tonal{};
  parts.structure = Structure{};
  parts.timbre = Timbre{};
  parts.spectrum = Spectrum::silence();
  parts.fingerprint = Fingerprint{};
  if (parts.tagger != nullptr) parts.tags = to_tags(parts.tagger->tagging, {});
  if (meters.dance) parts.core->danceability = 0;
}

void measure_first_channel(KnownParts& parts, const Spool& file, const audio::Decoder& decoder,
                           audio::DecodeLimits limits, Meters& meters,
                           const std::stop_token& stop) {
  limits.first_channel_alone = true;
  decoder.decode(
      file, limits, [&](std::span<const float> block) { meters.push(block); }, stop);
  std::optional<ExtractedFeatures> extracted;
  if (meters.extractor) extracted = std::move(*meters.extractor).finish({}, stop);
  measure_music(parts, std::move(extracted), meters, stop);
}

/// A decoder that has lost its way gives noise far above full scale.
void check_level(const Core& core) {
  if (core.features.rms_mean <= kMaxRms &&
      core.loudness.true_peak_dbtp.value_or(0) <= kMaxTruePeakDbtp)
    return;
  throw JobError("bad_samples",
                 "the sound in this file is far louder than any can be: it is damaged, export the "
                 "track again and upload it",
                 Retry::kNo);
}

/// Whether `limits` accept the track and samples of the usual kind, which are those of stored
/// parts. The decoder refuses tracks that are too short, quickly.
bool fits(const KnownParts& known, const audio::DecodeLimits& limits) {
  using Seconds = std::chrono::duration<double>;
  if (!has_usual_samples(limits)) return false;
  if (!known.core) return true;
  const Seconds duration(known.core->duration_s);
  if (duration > limits.max_duration) audio::refuse_too_long(limits);
  return duration >= limits.min_duration;
}

/// Nothing known, and the same wanted.
KnownParts unknown(const KnownParts& known) {
  KnownParts nothing;
  nothing.wants_fingerprint = known.wants_fingerprint;
  nothing.tagger = known.tagger;
  return nothing;
}

Measurements assembled(KnownParts&& parts) {
  if (parts.tagger == nullptr) parts.tags.reset();
  return {std::move(*parts.core),
          std::move(*parts.rhythm),
          std::move(*parts.tonal),
          std::move(*parts.structure),
          std::move(*parts.pictures),
          *parts.timbre,
          *parts.spectrum,
          *std::move(parts.source),
          std::move(parts.fingerprint).value_or(Fingerprint{}),
          std::move(parts.tags)};
}

}  // namespace

bool has_usual_samples(const audio::DecodeLimits& limits) noexcept {
  return limits.sample_rate_hz == dsp::kSampleRateHz && !limits.first_channel_alone;
}

bool is_silent(const Core& core) noexcept {
  return core.features.rms_mean < kSilentRms;
}

bool channels_cancel(const Core& core) noexcept {
  // No loudness is stated below the gate of -70 LUFS.
  return is_silent(core) && core.loudness.integrated_lufs.has_value();
}

Measured measure(const Spool& file, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step,
                 const std::stop_token& stop) {
  return measure_missing({}, file, decoder, limits, on_step, stop);
}

Measured measure_missing(KnownParts known, const Spool& file, const audio::Decoder& decoder,
                         const audio::DecodeLimits& limits, const OnProgress& on_step,
                         const std::stop_token& stop) {
  if (!fits(known, limits)) known = unknown(known);
  if (!has_usual_samples(limits)) known.tagger = nullptr;
  Measured measured;
  if (is_complete(known)) {
    measured.measurements = assembled(std::move(known));
    return measured;
  }
  const auto reached = [&](int percent) {
    if (on_step) on_step(percent);
  };
  auto& times = measured.times;
  const auto begun = Clock::now();

  const auto before = known;
  Meters meters(limits.sample_rate_hz, before);
  std::uint64_t samples = 0;
  auto decoded = decoder.decode(
      file, limits,
      [&](std::span<const float> block) {
        const auto block_begun = Clock::now();
        meters.push(block);
        samples += block.size();
        times.features += Clock::now() - block_begun;
      },
      stop);
  const auto decoded_at = Clock::now();
  times.decode = decoded_at - begun - times.features;
  reached(step::kDecoded);

  std::optional<ExtractedFeatures> extracted;
  if (meters.extractor) extracted = std::move(*meters.extractor).finish(reached, stop);
  if (!known.core) {
    known.core = Core{.features = extracted->features(),
                      .loudness = decoded.loudness,
                      .dynamic_complexity_db = meters.dynamics->complexity(),
                      .duration_s = static_cast<double>(samples) / limits.sample_rate_hz,
                      .warnings = std::move(decoded.warnings)};
    check_level(*known.core);
  }
  if (!known.source) known.source = std::move(decoded.source);
  if (channels_cancel(*known.core)) {
    Meters of_one_channel(limits.sample_rate_hz, before);
    measure_first_channel(known, file, decoder, limits, of_one_channel, stop);
    times.tagging += of_one_channel.tagging;
  } else {
    measure_music(known, std::move(extracted), meters, stop);
    if (is_silent(*known.core)) leave_out_music(known, meters);
  }
  times.tagging += meters.tagging;
  measured.measurements = assembled(std::move(known));
  times.features += Clock::now() - decoded_at;
  return measured;
}

}  // namespace aura::analysis
