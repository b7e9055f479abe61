#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "aura/base/file_start.h"
#include "aura/base/spool.h"
#include "reply_head.h"

namespace aura::fetch {

/// As much of a file as has arrived, and what it takes to go on with it when the connection is
/// lost. Its bytes count as in flight for as long as it lives.
class PartialFile {
 public:
  explicit PartialFile(std::atomic<std::size_t>& in_flight) : in_flight_(in_flight) {}
  ~PartialFile() { in_flight_ -= counted_; }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// Begins anew with a reply to a request for the whole file.
  void begin(const ReplyHead& head);
  /// Whether `head`, of a reply with status 206, goes on where this ends.
  bool goes_on(const ReplyHead& head);
  void append(std::span<const std::uint8_t> bytes);

  std::uint64_t size() const noexcept { return file_.size(); }
  std::string start() const { return file_.read_start(kFileStartBytes); }
  /// Whether the whole file is known to be larger than what is here.
  bool is_short() const noexcept { return whole_size_ && *whole_size_ != size(); }
  /// What an If-Range header must say for the rest to be that of the same file; empty when the rest
  /// can't be asked for.
  std::string validator() const { return size() > 0 ? validator_ : ""; }

  /// The file, which has its media type from the reply and is called `name`. Nothing may come
  /// after.
  Spool take(std::string name) {
    file_.set_label({.name = std::move(name), .media_type = file_.label().media_type});
    return std::move(file_);
  }

 private:
  std::atomic<std::size_t>& in_flight_;
  std::size_t counted_ = 0;
  Spool file_;
  std::string validator_;
  std::optional<std::uint64_t> whole_size_;
};

}  // namespace aura::fetch
