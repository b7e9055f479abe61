#pragma once

#include <vector>

#include "files.h"

// Ogg (RFC 3533), taken apart and put together.

namespace aura::audio {

/// Returns the pages of `file`.
std::vector<Bytes> pages_of(const Bytes& file);

/// Returns `page` with the checksum of its content.
Bytes with_checksum(Bytes page);

/// Returns the packets of `file`, which has one stream.
std::vector<Bytes> packets_of(const Bytes& file);

/// What a page holds.
struct OggPage {
  std::vector<Bytes> packets;
  std::uint64_t stamp = 0;  ///< granule position at its end
};

/// Returns an Ogg file of `pages`, numbered from 0.
Bytes ogg_of(const std::vector<OggPage>& pages);

}  // namespace aura::audio
