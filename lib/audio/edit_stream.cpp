#include "edit_stream.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "aura/base/error.h"

namespace aura::audio {
namespace {

/// TagLib takes sizes from the file: no more is read at a time.
constexpr std::uint64_t kMaxBlockBytes = std::uint64_t{1} << 30;

std::string_view text_of(const TagLib::ByteVector& data) {
  return {data.data(), data.size()};
}

JobError too_large() {
  return {"not_taggable", "its tags are too large: take pictures out of them", Retry::kNo};
}

}  // namespace

EditStream::EditStream(const Spool& file, std::stop_token stop)
    : file_(file), stop_(std::move(stop)), size_(file.size()) {
  if (size_ > 0) edit_.pieces.push_back({0, size_, 0});
}

void EditStream::check() const {
  if (stop_.stop_requested()) throw Stopped();
  if (failure_) std::rethrow_exception(failure_);
}

/// The piece that holds `at`, which lies before the end; near_at_ is where it begins.
std::size_t EditStream::find(std::uint64_t at) {
  if (near_ >= edit_.pieces.size() || at < near_at_) near_ = near_at_ = 0;
  while (at - near_at_ >= edit_.pieces[near_].size) near_at_ += edit_.pieces[near_++].size;
  return near_;
}

/// The piece that begins at `at` afterwards.
std::size_t EditStream::split(std::uint64_t at) {
  auto& pieces = edit_.pieces;
  if (at == size_) return pieces.size();
  const auto place = find(at);
  const auto before = at - near_at_;
  if (before == 0) return place;
  auto rest = pieces[place];
  rest.at += before;
  rest.size -= before;
  pieces[place].size = before;
  pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(place) + 1, rest);
  return place + 1;
}

void EditStream::replace(std::uint64_t at, std::uint64_t count, std::string_view bytes) noexcept {
  if (failure_) return;
  try {
    replace_pieces(at, count, bytes);
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void EditStream::replace_pieces(std::uint64_t at, std::uint64_t count, std::string_view bytes) {
  auto& [pieces, added] = edit_;
  if (at > size_ || bytes.size() > Edit::kMaxAddedBytes - added.size() ||
      pieces.size() + 3 > Edit::kMaxPieces)
    throw too_large();
  count = std::min(count, size_ - at);
  const auto first = split(at);
  const auto last = split(at + count);
  const auto begin = pieces.begin() + static_cast<std::ptrdiff_t>(first);
  const auto behind = pieces.erase(begin, pieces.begin() + static_cast<std::ptrdiff_t>(last));
  if (!bytes.empty()) {
    pieces.insert(behind, {added.size(), bytes.size(), 1});
    added += bytes;
  }
  size_ += bytes.size() - count;
  near_ = first;
  near_at_ = at;
}

std::size_t EditStream::read(std::uint64_t at, std::span<std::uint8_t> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto& piece = edit_.pieces[find(at + done)];
    const auto skipped = at + done - near_at_;
    const auto part = into.subspan(done, static_cast<std::size_t>(std::min<std::uint64_t>(
                                             into.size() - done, piece.size - skipped)));
    if (piece.is_added != 0) {
      std::copy_n(edit_.added.begin() + static_cast<std::ptrdiff_t>(piece.at + skipped),
                  part.size(), part.begin());
      done += part.size();
    } else {
      const auto count = file_.read(piece.at + skipped, part);
      if (count == 0) break;
      done += count;
    }
  }
  return done;
}

TagLib::ByteVector EditStream::readBlock(unsigned long length) {
  if (failure_ || stop_.stop_requested() || position_ >= size_) return {};
  const auto count = std::min({std::uint64_t{length}, size_ - position_, kMaxBlockBytes});
  try {
    TagLib::ByteVector block(static_cast<unsigned>(count));
    const auto done = read(position_, {reinterpret_cast<std::uint8_t*>(block.data()), count});
    position_ += done;
    return block.resize(static_cast<unsigned>(done));
  } catch (...) {
    failure_ = std::current_exception();
    return {};
  }
}

void EditStream::writeBlock(const TagLib::ByteVector& data) {
  replace(position_, data.size(), text_of(data));
  position_ += data.size();
}

void EditStream::insert(const TagLib::ByteVector& data, unsigned long start,
                        unsigned long replaced) {
  replace(start, replaced, text_of(data));
}

void EditStream::removeBlock(unsigned long start, unsigned long length) {
  replace(start, length, {});
}

void EditStream::seek(long offset, Position from) {
  const auto base = from == Beginning ? 0 : from == Current ? tell() : length();
  // Both sums stay in range: neither base is negative.
  if (offset >= -base && offset <= std::numeric_limits<long>::max() - base)
    position_ = static_cast<std::uint64_t>(base + offset);
}

void EditStream::truncate(long length) {
  if (length >= 0 && static_cast<std::uint64_t>(length) < size_)
    replace(static_cast<std::uint64_t>(length), size_, {});
}

}  // namespace aura::audio
