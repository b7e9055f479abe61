#include "aura/audio/tags.h"

#include <initializer_list>
#include <optional>

#include "container.h"
#include "formats.h"
#include "parts_of.h"
#include "read_tags_as_said.h"
#include "tag_values.h"
#include "track.h"

namespace aura::audio {
namespace {

/// Looks tags up by FFmpeg's names, in the containers and then in their streams.
class Metadata {
 public:
  /// The caller keeps `container` alive.
  void add(const AVFormatContext& container) {
    places_.push_back(container.metadata);
    for (unsigned i = 0; i < container.nb_streams; ++i) {
      if (container.streams[i]->codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
      places_.push_back(container.streams[i]->metadata);
      return;
    }
  }

  /// Returns the first value under one of `names` that `read` makes something of.
  template <typename Read>
  auto find(std::initializer_list<const char*> names, Read read) const {
    for (const char* name : names) {
      for (const auto* place : places_) {
        const auto* entry = av_dict_get(place, name, nullptr, 0);
        if (entry == nullptr) continue;
        if (auto value = read(entry->value); value != decltype(value){}) return value;
      }
    }
    return decltype(read("")){};
  }

 private:
  std::vector<const AVDictionary*> places_;
};

}  // namespace

Tags read_tags_as_said(const Spool& file, FormatSet said, const std::stop_token& stop) {
  const Track track(file, parts_of(file).front(), said, stop);
  // Without what decode() leaves out, ID3 and the like; if these tags are large, FFmpeg does not
  // recognise the format behind them by itself.
  SpoolInput whole(file, {{0, file.size()}}, stop);
  const auto container = open_container(whole, track.container().iformat);
  Metadata metadata;
  if (container) metadata.add(*container);
  metadata.add(track.container());
  return {metadata.find({"title"}, text_of_tag),
          metadata.find({"artist", "album_artist"}, text_of_tag),
          metadata.find({"album"}, text_of_tag),
          metadata.find({"genre"}, text_of_tag),
          metadata.find({"isrc", "TSRC"}, isrc_of_tag),
          metadata.find({"date", "year", "TYER"}, year_of_tag)};
}

Tags read_tags(const Spool& file, const std::stop_token& stop) {
  return read_tags_as_said(file, formats_said(file.label()), stop);
}

}  // namespace aura::audio
