#pragma once

#include <tiostream.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <string_view>

#include "aura/audio/retag.h"

namespace aura::audio {

/// Lets TagLib read and change a file without writing to it: collects the changes as an Edit. After
/// a failure, or once `stop` is requested, reads nothing more, which also ends TagLib's own loops.
/// The caller keeps `file` alive. Not thread-safe.
class EditStream : public TagLib::IOStream {
 public:
  EditStream(const Spool& file, std::stop_token stop);

  /// Throws Stopped if `stop` is requested, else what a failed read or change threw.
  void check() const;
  /// Returns the changes so far.
  const Edit& edit() const noexcept { return edit_; }

  TagLib::FileName name() const override { return ""; }  // so that no ending counts
  TagLib::ByteVector readBlock(unsigned long length) override;
  void writeBlock(const TagLib::ByteVector& data) override;
  void insert(const TagLib::ByteVector& data, unsigned long start, unsigned long replace) override;
  void removeBlock(unsigned long start, unsigned long length) override;
  bool readOnly() const override { return false; }
  bool isOpen() const override { return true; }
  void seek(long offset, Position from) override;
  long tell() const override { return static_cast<long>(position_); }
  long length() override { return static_cast<long>(size_); }
  void truncate(long length) override;

 private:
  std::size_t find(std::uint64_t at);
  std::size_t split(std::uint64_t at);
  void replace(std::uint64_t at, std::uint64_t count, std::string_view bytes) noexcept;
  void replace_pieces(std::uint64_t at, std::uint64_t count, std::string_view bytes);
  std::size_t read(std::uint64_t at, std::span<std::uint8_t> into);

  const Spool& file_;
  std::stop_token stop_;
  std::exception_ptr failure_;  // kept for check(): TagLib is not made for exceptions
  Edit edit_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
  // A piece and where it begins, from which find() goes on: TagLib goes through a file in order.
  std::size_t near_ = 0;
  std::uint64_t near_at_ = 0;
};

}  // namespace aura::audio
