#include <cmath>

#include "advice_rules.h"
#include "advice_text.h"

namespace aura::analysis {
namespace {

using Value = std::optional<double>;

/// What most streaming services play at: Spotify, YouTube, Tidal and Amazon Music.
constexpr double kStreamingLufs = -14;
/// The highest true peak that Spotify and EBU R 128 advise.
constexpr double kHighestPeakDbtp = -1;
constexpr double kClippingPeakDbtp = 0;
constexpr double kMonoDb = -50;
constexpr double kOneSidedDb = 20;
constexpr double kInvertedCorrelation = -0.5;
/// A resampler or an encoder cuts off at least so much; music fades out.
constexpr double kLeastCutoffDb = 20;
constexpr int kUsualRateHz = 44'100;

const audio::Source& source(const Report& report) {
  return report.measured.source;
}

const dsp::Loudness& loudness(const Report& report) {
  return report.measured.core.loudness;
}

Value integrated(const Report& report) {
  return loudness(report).integrated_lufs;
}

/// How much louder the track may get before its peaks are too high.
Value headroom_db(const Report& report) {
  const auto& [lufs, range, peak] = loudness(report);
  if (!lufs || !peak) return {};
  return std::min(kStreamingLufs - *lufs, kHighestPeakDbtp - *peak);
}

/// Nothing if a limiter would be needed: then it is a question of taste.
Value quiet(const Report& report) {
  constexpr double kWorthIt = 3;
  const auto headroom = headroom_db(report);
  return headroom && *headroom >= kWorthIt ? integrated(report) : Value();
}

Value true_peak(const Report& report) {
  return loudness(report).true_peak_dbtp;
}

Value true_peak_below_clipping(const Report& report) {
  const auto peak = true_peak(report);
  return peak && *peak <= kClippingPeakDbtp ? peak : Value();
}

Value peak_to_loudness(const Report& report) {
  const auto& [lufs, range, peak] = loudness(report);
  if (!lufs || !peak) return {};
  // A mono file is measured as one speaker, 3 LU below the same sound from two.
  return *peak - *lufs - (source(report).channels == 1 ? 10 * std::log10(2) : 0);
}

Value clipped_per_minute(const Report& report) {
  const double minutes = report.measured.core.duration_s / 60;
  if (minutes <= 0) return {};
  return static_cast<double>(source(report).clipped_runs) / minutes;
}

bool is_mono(const audio::Source& source) {
  return source.channels == 1 || (source.width_db && *source.width_db < kMonoDb);
}

bool is_one_sided(const audio::Source& source) {
  return source.balance_db && std::abs(*source.balance_db) > kOneSidedDb;
}

Value balance_of_both(const Report& report) {
  return is_one_sided(source(report)) ? Value() : source(report).balance_db;
}

Value correlation_of_both(const Report& report) {
  return is_one_sided(source(report)) ? Value() : source(report).correlation;
}

Value correlation_above_inverted(const Report& report) {
  const auto correlation = correlation_of_both(report);
  return correlation && *correlation >= kInvertedCorrelation ? correlation : Value();
}

Value mono_width(const Report& report) {
  const auto& track = source(report);
  return track.channels == 1 ? Value(-audio::Source::kMostDb) : track.width_db;
}

Value stereo_width(const Report& report) {
  return is_mono(source(report)) ? Value() : source(report).width_db;
}

/// Of a lossless file alone, at a rate that could hold more.
Value cutoff(const Report& report) {
  const auto& track = source(report);
  if (!track.is_lossless || track.sample_rate_hz < kUsualRateHz || track.cutoff_db < kLeastCutoffDb)
    return {};
  return track.cutoff_hz;
}

Value rate(const Report& report) {
  const auto& track = source(report);
  return track.sample_rate_hz > 0 ? Value(track.sample_rate_hz) : Value();
}

Value bits(const Report& report) {
  const auto& track = source(report);
  return track.bits_per_sample ? Value(*track.bits_per_sample) : Value();
}

const char* quieter_side(double balance_db) {
  return balance_db > 0 ? "right" : "left";
}

// Clang-format would spread each rule over ten lines.
// clang-format off
constexpr AdviceRule kRules[] = {
  {"true_peak_over", "mastering", "high", "loudness.true_peak", Side::kAbove, kClippingPeakDbtp,
   "dBTP", false, true_peak, [](const Report& /*report*/, double dbtp) {
     return advice("The true peak is %+.1f dBTP, above full scale: players and encoders will distort "
                   "it. Set the ceiling of the limiter to -1 dBTP and export again.", dbtp);
   }},
  {"clipping", "mastering", "high", "source.clipped_runs per minute", Side::kAbove, 10,
   "runs per minute", false, clipped_per_minute, [](const Report& /*report*/, double runs) {
     return advice("The wave is cut off at full scale %.0f times per minute. Lower the level before "
                   "the last limiter or the export, and export again.", runs);
   }},
  {"one_sided", "mixing", "high", "source.balance_db", Side::kFarther, kOneSidedDb, "dB", false,
   [](const Report& report) { return source(report).balance_db; },
   [](const Report& /*report*/, double balance_db) {
     return advice("The %s channel is silent or almost silent. Check the routing and the panning, "
                   "and export both channels.", quieter_side(balance_db));
   }},
  {"inverted", "mixing", "high", "source.correlation", Side::kBelow, kInvertedCorrelation, "", false,
   correlation_of_both, [](const Report& /*report*/, double correlation) {
     return advice("The channels work against each other (correlation %.2f): on a phone or in a club "
                   "most of the sound disappears. Invert the polarity of one channel.", correlation);
   }},
  {"bandwidth", "production", "high", "source.cutoff_hz", Side::kBelow, 19'000, "Hz", false, cutoff,
   [](const Report& report, double hz) {
     return advice("The file is lossless, but its sound ends at %.1f kHz, as that of an MP3 or of a "
                   "lower sample rate does (by %.0f dB). Export from the original project.",
                   hz / 1000, source(report).cutoff_db);
   }},
  {"true_peak", "mastering", "medium", "loudness.true_peak", Side::kAbove, kHighestPeakDbtp, "dBTP",
   false, true_peak_below_clipping, [](const Report& /*report*/, double dbtp) {
     return advice("The true peak is %.1f dBTP: MP3, AAC and Ogg may distort it. Set the ceiling of "
                   "the limiter to -1 dBTP.", dbtp);
   }},
  {"loudness_high", "mastering", "medium", "loudness.integrated", Side::kAbove, -9, "LUFS", false,
   integrated, [](const Report& /*report*/, double lufs) {
     return advice("The track has %.1f LUFS. Streaming services play at about -14 LUFS and turn it "
                   "down by %.1f dB. A master with less limiting will play as loud, with more punch.",
                   lufs, lufs - kStreamingLufs);
   }},
  {"loudness_low", "mastering", "medium", "loudness.integrated", Side::kBelow, -18, "LUFS", false,
   quiet, [](const Report& report, double lufs) {
     return advice("The track has %.1f LUFS; streaming services play at about -14 LUFS, and some do "
                   "not turn quiet tracks up. Raise the level by %.1f dB: the peaks allow it.",
                   lufs, headroom_db(report).value_or(0));
   }},
  {"dynamics_low", "mastering", "medium", "loudness.true_peak - loudness.integrated", Side::kBelow, 7,
   "LU", false, peak_to_loudness, [](const Report& /*report*/, double lu) {
     return advice("The peaks are only %.1f LU above the loudness: compression has flattened the "
                   "track. Ease the compressors and the limiter.", lu);
   }},
  {"dc_offset", "mastering", "medium", "source.dc_offset", Side::kAbove, 0.01, "of full scale", false,
   [](const Report& report) { return Value(source(report).dc_offset); },
   [](const Report& /*report*/, double offset) {
     return advice("The wave is off centre by %.1f %% of full scale (DC offset), which takes headroom "
                   "and clicks at edits. Apply a high-pass filter at 20 Hz.", 100 * offset);
   }},
  {"balance", "mixing", "medium", "source.balance_db", Side::kFarther, 4, "dB", false,
   balance_of_both, [](const Report& /*report*/, double balance_db) {
     return advice("The %s channel is %.1f dB quieter than the other. Check the panning and the "
                   "master bus.", quieter_side(balance_db), std::abs(balance_db));
   }},
  {"phase", "mixing", "medium", "source.correlation", Side::kBelow, -0.1, "", false,
   correlation_above_inverted, [](const Report& /*report*/, double correlation) {
     return advice("The channels partly cancel each other (correlation %.2f). Listen in mono, and "
                   "reduce stereo widening where parts vanish.", correlation);
   }},
  {"silence_start", "mastering", "medium", "source.start_silence_s", Side::kAbove, 1, "s", false,
   [](const Report& report) { return Value(source(report).start_silence_s); },
   [](const Report& /*report*/, double seconds) {
     return advice("The track begins with %.1f s of silence. Trim it: listeners skip what does not "
                   "start.", seconds);
   }},
  {"sample_rate", "production", "medium", "source.sample_rate_hz", Side::kBelow, kUsualRateHz, "Hz",
   false, rate, [](const Report& /*report*/, double hz) {
     return advice("The file has a sample rate of %.0f Hz, so everything above %.1f kHz is missing. "
                   "Export at 44100 Hz or more.", hz, hz / 2000);
   }},
  {"bit_depth", "production", "medium", "source.bits_per_sample", Side::kBelow, 16, "bits", false, bits,
   [](const Report& /*report*/, double bits) {
     return advice("The file has %.0f bits per sample, whose noise can be heard. Export with 24 bits, "
                   "or 16.", bits);
   }},
  {"silence_end", "mastering", "low", "source.end_silence_s", Side::kAbove, 5, "s", false,
   [](const Report& report) { return Value(source(report).end_silence_s); },
   [](const Report& /*report*/, double seconds) {
     return advice("The track ends with %.1f s of silence. Trim it to a second or two.", seconds);
   }},
  {"range_wide", "mastering", "low", "loudness.range", Side::kAbove, 18, "LU", false,
   [](const Report& report) { return loudness(report).range_lu; },
   [](const Report& /*report*/, double lu) {
     return advice("Quiet and loud parts are %.0f LU apart: on the move the quiet ones are hard to "
                   "hear. Raise them, unless the contrast is meant.", lu);
   }},
  {"mono", "mixing", "low", "source.width_db", Side::kBelow, kMonoDb, "dB", false, mono_width,
   [](const Report& /*report*/, double /*db*/) {
     return std::string("The track is mono. If that is not intended, check the export, and pan or "
                        "double some parts.");
   }},
  {"stereo_narrow", "mixing", "low", "source.width_db", Side::kBelow, -35, "dB", false, stereo_width,
   [](const Report& /*report*/, double db) {
     return advice("The track is almost mono: the sides are %.0f dB below the middle. Pan or double "
                   "some parts, if that is not intended.", -db);
   }},
};
// clang-format on

}  // namespace

std::span<const AdviceRule> sound_rules() noexcept {
  return kRules;
}

}  // namespace aura::analysis
