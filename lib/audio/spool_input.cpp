#include "spool_input.h"

#include <algorithm>
#include <array>
#include <utility>

#include "aura/base/error.h"

namespace aura::audio {
namespace {

constexpr int kBufferBytes = 32 * 1024;

}  // namespace

SpoolInput::SpoolInput(const Spool& file, const std::vector<Stretch>& stretches,
                       std::stop_token stop)
    : file_(file), stop_(std::move(stop)) {
  stretches_.reserve(stretches.size());
  for (const auto& stretch : stretches) {
    stretches_.push_back({size_, stretch});
    size_ += stretch.size;
  }
  auto* buffer = allocated(static_cast<unsigned char*>(av_malloc(kBufferBytes)));
  io_.reset(avio_alloc_context(buffer, kBufferBytes, 0, this, read, nullptr, seek));
  if (!io_) {
    av_free(buffer);
    throw std::bad_alloc();
  }
}

std::string SpoolInput::start() const {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t count = 0;
  while (count < bytes.size()) {
    const auto more = read_at(count, std::span(bytes).subspan(count));
    if (more == 0) break;
    count += more;
  }
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

void SpoolInput::rewind() noexcept {
  io_->eof_reached = 0;
  io_->error = 0;
  avio_seek(io_.get(), 0, SEEK_SET);
}

void SpoolInput::check() const {
  if (stop_.stop_requested()) throw Stopped();
  if (failure_) std::rethrow_exception(failure_);
}

/// At least a byte, unless `at` is the end.
std::size_t SpoolInput::read_at(std::uint64_t at, std::span<std::uint8_t> into) const {
  if (at >= size_) return 0;
  const auto behind = std::upper_bound(
      stretches_.begin(), stretches_.end(), at,
      [](std::uint64_t place, const Placed& other) { return place < other.start; });
  const auto& [start, stretch] = *(behind - 1);
  const auto left = stretch.size - (at - start);
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size()));
  return file_.read(stretch.at + (at - start), into.first(count));
}

int SpoolInput::read(void* self, std::uint8_t* buffer, int size) noexcept {
  auto& input = *static_cast<SpoolInput*>(self);
  if (input.stop_.stop_requested()) return AVERROR_EXIT;
  try {
    const auto count = input.read_at(input.at_, {buffer, static_cast<std::size_t>(size)});
    input.at_ += count;
    return count == 0 ? AVERROR_EOF : static_cast<int>(count);
  } catch (...) {  // std::bad_alloc too, from the making of a JobError
    input.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

std::int64_t SpoolInput::seek(void* self, std::int64_t offset, int whence) noexcept {
  auto& input = *static_cast<SpoolInput*>(self);
  const auto size = static_cast<std::int64_t>(input.size_);
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
  input.at_ = static_cast<std::uint64_t>(base + offset);
  return base + offset;
}

}  // namespace aura::audio
