#include "memory_input.h"

#include <algorithm>
#include <utility>

namespace aura::audio {
namespace {

constexpr int kBufferBytes = 32 * 1024;

}  // namespace

MemoryInput::MemoryInput(std::span<const std::uint8_t> bytes, std::stop_token stop)
    : bytes_(bytes), stop_(std::move(stop)) {
  auto* buffer = allocated(static_cast<unsigned char*>(av_malloc(kBufferBytes)));
  io_.reset(avio_alloc_context(buffer, kBufferBytes, 0, this, read, nullptr, seek));
  if (!io_) {
    av_free(buffer);
    throw std::bad_alloc();
  }
}

int MemoryInput::read(void* self, std::uint8_t* buffer, int size) noexcept {
  auto& input = *static_cast<MemoryInput*>(self);
  if (input.stop_.stop_requested()) return AVERROR_EXIT;
  const auto rest = input.bytes_.subspan(input.at_);
  if (rest.empty()) return AVERROR_EOF;
  const auto count = std::min(rest.size(), static_cast<std::size_t>(size));
  std::copy_n(rest.begin(), count, buffer);
  input.at_ += count;
  return static_cast<int>(count);
}

std::int64_t MemoryInput::seek(void* self, std::int64_t offset, int whence) noexcept {
  auto& input = *static_cast<MemoryInput*>(self);
  const auto size = static_cast<std::int64_t>(input.bytes_.size());
  std::int64_t base = 0;
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
      return size;
    case SEEK_SET:
      break;
    case SEEK_CUR:
      base = static_cast<std::int64_t>(input.at_);
      break;
    case SEEK_END:
      base = size;
      break;
    default:
      return AVERROR(EINVAL);
  }
  // Both lie in [0, size], so that neither comparison can overflow.
  if (offset < -base || offset > size - base) return AVERROR(EINVAL);
  input.at_ = static_cast<std::size_t>(base + offset);
  return base + offset;
}

}  // namespace aura::audio
