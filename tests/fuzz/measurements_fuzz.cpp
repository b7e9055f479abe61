// Stored measurements, whatever they hold: what is read gives JSON that reads back as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "aura/analysis/measurements.h"

namespace {

using namespace aura::analysis;

template <typename MeasuredPart>
void check(std::string_view text) {
  try {
    const auto part = from_json<MeasuredPart>(text);
    if (from_json<MeasuredPart>(to_json(part)) != part) std::abort();
  } catch (const BadMeasurement&) {
    // As most texts are.
  }
}

}  // namespace

/// The first byte of `data`, a digit in the corpus, says which part the rest is to be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch ((data[0] - unsigned{'0'}) % 10) {
    case 0:
      check<Core>(text);
      break;
    case 1:
      check<Rhythm>(text);
      break;
    case 2:
      check<Tonal>(text);
      break;
    case 3:
      check<Pictures>(text);
      break;
    case 4:
      check<Timbre>(text);
      break;
    case 5:
      check<Fingerprint>(text);
      break;
    case 6:
      check<Spectrum>(text);
      break;
    case 7:
      check<aura::audio::Source>(text);
      break;
    case 8:
      check<Structure>(text);
      break;
    default:
      check<Tags>(text);
  }
  return 0;
}
