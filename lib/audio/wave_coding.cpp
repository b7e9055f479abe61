#include "wave_coding.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace aura::audio {
namespace {

/// PCM of one kind, by the bytes of a sample.
using Codings = std::array<AVCodecID, 9>;
constexpr auto kNone = AV_CODEC_ID_NONE;
constexpr Codings kIntegers{kNone,
                            AV_CODEC_ID_PCM_U8,
                            AV_CODEC_ID_PCM_S16LE,
                            AV_CODEC_ID_PCM_S24LE,
                            AV_CODEC_ID_PCM_S32LE,
                            kNone,
                            kNone,
                            kNone,
                            AV_CODEC_ID_PCM_S64LE};
constexpr Codings kBigEndianIntegers{kNone,
                                     AV_CODEC_ID_PCM_U8,
                                     AV_CODEC_ID_PCM_S16BE,
                                     AV_CODEC_ID_PCM_S24BE,
                                     AV_CODEC_ID_PCM_S32BE,
                                     kNone,
                                     kNone,
                                     kNone,
                                     AV_CODEC_ID_PCM_S64BE};
constexpr Codings kFloats{
    kNone, kNone, kNone, kNone, AV_CODEC_ID_PCM_F32LE, kNone, kNone, kNone, AV_CODEC_ID_PCM_F64LE};
constexpr Codings kBigEndianFloats{
    kNone, kNone, kNone, kNone, AV_CODEC_ID_PCM_F32BE, kNone, kNone, kNone, AV_CODEC_ID_PCM_F64BE};
// FFmpeg takes 24 bits in 32 for these, which Cool Edit has written in its own days.
constexpr std::array kMistaken{AV_CODEC_ID_PCM_F16LE, AV_CODEC_ID_PCM_F24LE};

constexpr std::uint32_t kTagOfIntegers = 1;
constexpr std::uint32_t kTagOfFloats = 3;

bool holds(const auto& codings, AVCodecID coding) {
  return std::find(codings.begin(), codings.end(), coding) != codings.end();
}

/// Of the kind that the header states; null where it isn't PCM.
const Codings* codings_of(const AVCodecParameters& coding, bool is_big_endian) {
  if (coding.codec_id == kNone) return nullptr;
  if (coding.codec_tag == kTagOfFloats) return is_big_endian ? &kBigEndianFloats : &kFloats;
  if (coding.codec_tag != kTagOfIntegers) return nullptr;
  if (holds(kIntegers, coding.codec_id) || holds(kMistaken, coding.codec_id))
    return is_big_endian ? &kBigEndianIntegers : &kIntegers;
  return holds(kBigEndianIntegers, coding.codec_id) ? &kBigEndianIntegers : nullptr;
}

}  // namespace

void correct_wave_coding(AVStream& stream, bool is_big_endian) {
  auto& coding = *stream.codecpar;
  const auto* codings = codings_of(coding, is_big_endian);
  const int channels = coding.ch_layout.nb_channels;
  if (codings == nullptr || channels <= 0) return;
  if (coding.block_align <= 0 || coding.block_align % channels != 0) return;
  const auto bytes = static_cast<std::size_t>(coding.block_align / channels);
  // A block size that the rate of bytes contradicts is the mistake itself.
  const auto byte_rate = std::int64_t{coding.sample_rate} * coding.block_align;
  if (bytes >= codings->size() || coding.bit_rate != byte_rate * 8) return;
  const auto right = (*codings)[bytes];
  // As the demuxer has counted samples by now.
  const int bits = (coding.bits_per_coded_sample + 7) / 8 * 8;
  const int right_bits = static_cast<int>(bytes) * 8;
  if (right == kNone || right == coding.codec_id || bits > right_bits) return;
  coding.codec_id = right;
  coding.bits_per_coded_sample = right_bits;
  if (stream.duration > 0) stream.duration = stream.duration * bits / right_bits;
}

}  // namespace aura::audio
