#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "aura/base/file_start.h"
#include "aura/base/sha256.h"
#include "aura/base/spool.h"
#include "aura/fetch/outcome.h"
#include "reply_head.h"

namespace aura::fetch {

/// The part of a file that has arrived, and what a request for the rest needs after a lost
/// connection. Counts its bytes in `in_flight` until its destructor. Not thread-safe. The caller
/// keeps `in_flight` alive.
class PartialFile {
 public:
  explicit PartialFile(std::atomic<std::size_t>& in_flight) : in_flight_(in_flight) {}
  ~PartialFile() { in_flight_ -= counted_; }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// Starts again, empty, with the reply `head` to a request for the whole file.
  void begin(const ReplyHead& head);
  /// Returns whether a reply with status 206 and this `head` continues the file where it ends.
  bool goes_on(const ReplyHead& head);
  /// Appends `bytes`. Throws JobError "no_space" if the disk is full.
  void append(std::span<const std::uint8_t> bytes);

  /// Returns how many bytes have arrived.
  std::uint64_t size() const noexcept { return file_.size(); }
  /// Returns the first kFileStartBytes bytes, or fewer if fewer have arrived.
  std::string start() const { return file_.read_start(kFileStartBytes); }
  /// Returns whether the size of the whole file is known and differs from size().
  bool is_short() const noexcept { return whole_size_ && *whole_size_ != size(); }
  /// Returns the value of an If-Range header for the rest of the file. Returns an empty text if the
  /// server does not allow to resume, or nothing has arrived.
  std::string validator() const { return size() > 0 ? validator_ : ""; }

  /// Moves the file out, with the media type of the reply and called `name`, and its hash. Call
  /// nothing afterwards.
  Download take(std::string name) {
    file_.set_label({.name = std::move(name), .media_type = file_.label().media_type});
    return {.file = std::move(file_), .sha256 = hasher_.finish()};
  }

 private:
  std::atomic<std::size_t>& in_flight_;
  std::size_t counted_ = 0;
  Spool file_;
  Sha256Hasher hasher_;  // has what file_ has
  std::string validator_;
  std::optional<std::uint64_t> whole_size_;
};

}  // namespace aura::fetch
