#include "flac_checksum.h"

#include "ffmpeg.h"

extern "C" {
#include <libavutil/crc.h>
}

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace aura::audio {
namespace {

std::uint32_t crc(std::uint32_t so_far, std::span<const std::uint8_t> bytes) noexcept {
  return av_crc(av_crc_get_table(AV_CRC_16_ANSI), so_far, bytes.data(), bytes.size());
}

#ifdef __x86_64__

/// x^n modulo the polynomial: the bits of the remainder.
constexpr std::uint64_t remainder_of_power(unsigned n) {
  constexpr std::uint64_t kPolynomial = 0x18005;
  std::uint64_t remainder = 1;
  for (; n > 0; --n) {
    remainder <<= 1;
    if ((remainder >> 16) != 0) remainder ^= kPolynomial;
  }
  return remainder;
}

constexpr std::size_t kLane = 16;  // bytes
constexpr std::size_t kLanes = 4;  // so that a product needn't wait for the one before
constexpr std::size_t kStride = kLane * kLanes;

using Bits = __m128i;

/// 16 bytes as a polynomial, the first bit its highest power.
__attribute__((target("pclmul,ssse3"))) Bits load(const std::uint8_t* bytes) {
  const Bits backwards = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const Bits*>(bytes)), backwards);
}

/// What `bits` * x^`kBits` leaves, in 128 bits: its upper and its lower half, each times what is
/// left of its power.
template <unsigned kBits>
__attribute__((target("pclmul,ssse3"))) Bits shifted(Bits bits) {
  const Bits powers = _mm_set_epi64x(static_cast<long long>(remainder_of_power(kBits + 64)),
                                     static_cast<long long>(remainder_of_power(kBits)));
  return _mm_xor_si128(_mm_clmulepi64_si128(bits, powers, 0x11),
                       _mm_clmulepi64_si128(bits, powers, 0x00));
}

/// Folds whole strides into 16 bytes with the same remainder (Gopal and others, "Fast CRC
/// Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009).
__attribute__((target("pclmul,ssse3"))) std::uint32_t folded_crc(
    std::span<const std::uint8_t> bytes) {
  Bits lanes[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = load(&bytes[i * kLane]);
  for (bytes = bytes.subspan(kStride); bytes.size() >= kStride; bytes = bytes.subspan(kStride)) {
    for (std::size_t i = 0; i < kLanes; ++i)
      lanes[i] = _mm_xor_si128(shifted<8 * kStride>(lanes[i]), load(&bytes[i * kLane]));
  }
  Bits all = lanes[0];
  for (std::size_t i = 1; i < kLanes; ++i) all = _mm_xor_si128(shifted<8 * kLane>(all), lanes[i]);
  std::uint8_t left[kLane];
  _mm_storeu_si128(reinterpret_cast<Bits*>(left), all);
  _mm_storeu_si128(reinterpret_cast<Bits*>(left), load(left));
  return crc(crc(0, left), bytes);
}

#endif

}  // namespace

bool flac_checksum_fits(std::span<const std::uint8_t> frame) noexcept {
#ifdef __x86_64__
  static const bool multiplies =
      __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("ssse3") != 0;
  if (multiplies && frame.size() >= kStride) return folded_crc(frame) == 0;
#endif
  return crc(0, frame) == 0;
}

}  // namespace aura::audio
