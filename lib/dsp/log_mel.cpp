#include "aura/dsp/log_mel.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace aura::dsp {
namespace {

constexpr std::size_t kFramesPerBlock = 256;
constexpr std::size_t kMemoryBytes = std::size_t{16} << 20;

}  // namespace

LogMelSpectrogram::LogMelSpectrogram(std::size_t bands) : bands_(bands) {
  block_.reserve(kFramesPerBlock * bands);
}

/// Makes room for a frame at the end.
std::span<float> LogMelSpectrogram::next_frame() {
  if (block_.size() == kFramesPerBlock * bands_) {
    const auto bytes = std::as_bytes(std::span(block_));
    if ((blocks_.size() + 1) * bytes.size() <= kMemoryBytes) {
      blocks_.push_back(std::move(block_));
      block_.reserve(blocks_.back().size());
    } else {
      spool_.append({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    }
    block_.clear();
  }
  block_.resize(block_.size() + bands_);
  ++frames_;
  return std::span(block_).last(bands_);
}

void LogMelSpectrogram::push(std::span<const float> mel_db, std::size_t lanes, std::size_t frames) {
  assert(mel_db.size() == bands_ * lanes && frames <= lanes);
  for (std::size_t i = 0; i < frames; ++i) {
    const auto frame = next_frame();
    for (std::size_t band = 0; band < bands_; ++band) frame[band] = mel_db[band * lanes + i];
    loudest_db_ = std::max(loudest_db_, *std::max_element(frame.begin(), frame.end()));
  }
}

void LogMelSpectrogram::for_each_frame_db(
    const std::function<void(std::span<const float>)>& visit) const {
  const auto visit_block = [&](std::span<const float> block) {
    for (; !block.empty(); block = block.subspan(bands_)) visit(block.first(bands_));
  };
  for (const auto& block : blocks_) visit_block(block);
  std::vector<float> block(spool_.size() > 0 ? kFramesPerBlock * bands_ : 0);
  const std::span bytes(reinterpret_cast<std::uint8_t*>(block.data()),
                        block.size() * sizeof(float));
  for (std::uint64_t at = 0; at < spool_.size(); at += bytes.size()) {
    spool_.read(at, bytes);
    visit_block(block);
  }
  visit_block(block_);
}

float LogMelSpectrogram::floor_db() const noexcept {
  assert(frames_ > 0);
  return loudest_db_ - kMelRangeDb;
}

}  // namespace aura::dsp
