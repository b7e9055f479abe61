#include "aura/audio/retag.h"

#include <aifffile.h>
#include <apetag.h>
#include <asffile.h>
#include <flacfile.h>
#include <id3v1tag.h>
#include <id3v2framefactory.h>
#include <id3v2header.h>
#include <id3v2tag.h>
#include <mp4file.h>
#include <mpegfile.h>
#include <oggflacfile.h>
#include <opusfile.h>
#include <speexfile.h>
#include <vorbisfile.h>
#include <wavfile.h>
#include <wavpackfile.h>

#include <memory>
#include <string_view>

#include "aura/base/error.h"
#include "edit_stream.h"
#include "sound_of.h"
#include "tag_block.h"
#include "tag_values.h"

namespace aura::audio {
namespace {

using TagLib::ID3v2::Version;

JobError not_taggable() {
  return {"not_taggable", "its format has no tags that AURA can write", Retry::kNo};
}

/// A file that TagLib can write.
struct Taggable {
  std::unique_ptr<TagLib::File> file;
  /// The first is written; the others only where they have the field already.
  std::vector<std::unique_ptr<TagBlock>> blocks{};
  std::function<bool()> save{};
};

/// The version to write: that of the tag, if there is one.
Version version_of(bool has_tag, const TagLib::ID3v2::Tag& tag) {
  constexpr unsigned kNewest = 4;
  return has_tag && tag.header()->majorVersion() == kNewest ? Version::v4 : Version::v3;
}

/// Reads ID3v1 as read_tags() does. TagLib itself knows Latin-1 alone.
class Id3v1Texts : public TagLib::ID3v1::StringHandler {
 public:
  TagLib::String parse(const TagLib::ByteVector& data) const override {
    const std::string_view text(data.data(), data.size());
    return {text_of_tag(text.substr(0, text.find('\0'))), TagLib::String::UTF8};
  }
};

/// For the whole process, once.
void set_up_taglib() {
  static const Id3v1Texts texts;
  static const bool is_done = (TagLib::ID3v1::Tag::setStringHandler(&texts), true);
  static_cast<void>(is_done);
}

Taggable open_mpeg(EditStream& stream) {
  using TagLib::MPEG::File;
  set_up_taglib();
  auto owned = std::make_unique<File>(&stream, TagLib::ID3v2::FrameFactory::instance(), false);
  auto* const file = owned.get();
  Taggable taggable{std::move(owned)};
  const bool has_tag = file->hasID3v2Tag();
  auto& tag = *file->ID3v2Tag(true);
  taggable.blocks.push_back(std::make_unique<Id3Block>(tag));
  ApeBlock* ape = nullptr;
  if (file->hasAPETag()) {
    taggable.blocks.push_back(std::make_unique<ApeBlock>(*file->APETag()));
    ape = static_cast<ApeBlock*>(taggable.blocks.back().get());
  }
  taggable.save = [=, &tag] {
    const bool with_ape = ape != nullptr && ape->is_changed();
    return file->save(File::ID3v2 | (with_ape ? File::APE : File::NoTags), File::StripNone,
                      version_of(has_tag, tag),
                      // Players that find a new ID3v2 tag don't look into an ID3v1 any more.
                      has_tag ? File::DoNotDuplicate : File::Duplicate);
  };
  return taggable;
}

Taggable open_flac(EditStream& stream) {
  auto owned =
      std::make_unique<TagLib::FLAC::File>(&stream, TagLib::ID3v2::FrameFactory::instance(), false);
  auto* const file = owned.get();
  Taggable taggable{std::move(owned)};
  taggable.blocks.push_back(std::make_unique<XiphBlock>(*file->xiphComment(true)));
  taggable.save = [file] { return file->save(); };
  return taggable;
}

Taggable open_wav(EditStream& stream) {
  using TagLib::RIFF::WAV::File;
  auto owned = std::make_unique<File>(&stream, false);
  auto* const file = owned.get();
  Taggable taggable{std::move(owned)};
  const bool has_tag = file->hasID3v2Tag();
  auto& tag = *file->ID3v2Tag();
  taggable.blocks.push_back(std::make_unique<Id3Block>(tag));
  taggable.save = [=, &tag] {
    return file->save(File::ID3v2, File::StripNone, version_of(has_tag, tag));
  };
  return taggable;
}

Taggable open_aiff(EditStream& stream) {
  auto owned = std::make_unique<TagLib::RIFF::AIFF::File>(&stream, false);
  auto* const file = owned.get();
  Taggable taggable{std::move(owned)};
  const bool has_tag = file->hasID3v2Tag();
  auto& tag = *file->tag();
  taggable.blocks.push_back(std::make_unique<Id3Block>(tag));
  taggable.save = [=, &tag] { return file->save(version_of(has_tag, tag)); };
  return taggable;
}

/// A file with a single block, made of the tag that `tag_of` takes from the file.
template <typename File, typename Block, typename TagOf>
Taggable open_with(EditStream& stream, TagOf tag_of) {
  auto owned = std::make_unique<File>(&stream, false);
  auto* const file = owned.get();
  Taggable taggable{std::move(owned)};
  if (!file->isValid()) return taggable;  // it may have no tag then
  taggable.blocks.push_back(std::make_unique<Block>(*tag_of(*file)));
  taggable.save = [file] { return file->save(); };
  return taggable;
}

Taggable open_ogg(EditStream& stream) {
  const auto tag_of = [](auto& file) { return file.tag(); };
  if (TagLib::Ogg::Vorbis::File::isSupported(&stream))
    return open_with<TagLib::Ogg::Vorbis::File, XiphBlock>(stream, tag_of);
  if (TagLib::Ogg::Opus::File::isSupported(&stream))
    return open_with<TagLib::Ogg::Opus::File, OpusBlock>(stream, tag_of);
  if (TagLib::Ogg::FLAC::File::isSupported(&stream))
    return open_with<TagLib::Ogg::FLAC::File, XiphBlock>(stream, tag_of);
  if (TagLib::Ogg::Speex::File::isSupported(&stream))
    return open_with<TagLib::Ogg::Speex::File, XiphBlock>(stream, tag_of);
  return {};
}

/// Whether MPEG audio begins with `start`: a sync word and a layer, which ADTS lacks.
bool is_mpeg(std::string_view start) {
  constexpr std::size_t kBytes = 4;
  return start.size() >= kBytes && start[0] == '\xFF' && (start[1] & 0xE0) == 0xE0 &&
         (start[1] & 0x06) != 0;
}

/// The file by what it begins with behind an ID3v2 tag. Not by its name, and not by what lies amid
/// it: a Matroska may hold MP3.
Taggable open_taggable(const Spool& spool, EditStream& stream) {
  constexpr std::size_t kStartBytes = 16;
  const auto sound = sound_of(spool);
  if (sound.empty()) return {};
  std::string start(kStartBytes, '\0');
  start.resize(
      spool.read(sound.front().at, {reinterpret_cast<std::uint8_t*>(start.data()), start.size()}));
  const auto has = [&](std::size_t at, std::string_view mark) {
    return start.size() >= at && std::string_view(start).substr(at).starts_with(mark);
  };
  constexpr std::string_view kAsf = "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9";
  if (has(0, "fLaC")) return open_flac(stream);
  if (has(0, "OggS")) return open_ogg(stream);
  if (has(0, "RIFF") && has(8, "WAVE")) return open_wav(stream);
  if (has(0, "FORM") && (has(8, "AIFF") || has(8, "AIFC"))) return open_aiff(stream);
  if (has(4, "ftyp"))
    return open_with<TagLib::MP4::File, Mp4Block>(stream, [](auto& file) { return file.tag(); });
  if (has(0, "wvpk"))
    return open_with<TagLib::WavPack::File, ApeBlock>(stream,
                                                      [](auto& file) { return file.APETag(true); });
  if (has(0, kAsf))
    return open_with<TagLib::ASF::File, AsfBlock>(
        stream, [](auto& file) { return static_cast<TagLib::ASF::Tag*>(file.tag()); });
  return is_mpeg(start) ? open_mpeg(stream) : Taggable{};
}

bool is_missing(Field field, const std::string& text) {
  if (field == Field::kTempo && text.find_first_not_of("0.,") == std::string::npos) return true;
  return text.find_first_not_of(' ') == std::string::npos;
}

/// Whether a block was changed.
bool put(const Taggable& taggable, Field field, const MeasuredTags& tags, Existing existing) {
  bool is_new = true;
  for (const auto& block : taggable.blocks)
    is_new = is_new && is_missing(field, block->find(field));
  if (!is_new && existing == Existing::kKeep) return false;
  bool is_changed = false;
  for (const auto& block : taggable.blocks) {
    const auto text = block->text_of(field, tags);
    const auto old = block->find(field);
    if (!text || old == *text || (old.empty() && block != taggable.blocks.front())) continue;
    block->set(field, *text);
    is_changed = true;
  }
  return is_changed;
}

}  // namespace

Edit retag(const Spool& file, const MeasuredTags& tags, Existing existing,
           const std::stop_token& stop) {
  EditStream stream(file, stop);
  const auto taggable = open_taggable(file, stream);
  stream.check();
  if (!taggable.file || !taggable.file->isValid()) throw not_taggable();
  bool is_changed = false;
  for (const auto field : {Field::kTempo, Field::kKey, Field::kGain, Field::kPeak})
    is_changed |= put(taggable, field, tags, existing);
  if (!is_changed) return {};
  const bool is_saved = taggable.save();
  stream.check();
  if (!is_saved) throw not_taggable();
  return stream.edit();
}

}  // namespace aura::audio
