#include "tag_block.h"

#include <textidentificationframe.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "aura/base/text.h"

namespace aura::audio {
namespace {

constexpr double kReferenceLufs = -18;      // ReplayGain 2.0
constexpr double kOpusReferenceLufs = -23;  // RFC 7845, section 5.2.1

constexpr const char* kGainName = "REPLAYGAIN_TRACK_GAIN";
constexpr const char* kPeakName = "REPLAYGAIN_TRACK_PEAK";
constexpr const char* kMp4Prefix = "----:com.apple.iTunes:";

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 60> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

TagLib::String to_taglib(const std::string& text) {
  return {text, TagLib::String::UTF8};
}

std::string from_taglib(const TagLib::String& text) {
  return text.to8Bit(true);
}

/// The name of a field where names are free.
const char* free_name(Field field) {
  switch (field) {
    case Field::kTempo:
      return "BPM";
    case Field::kKey:
      return "INITIALKEY";
    case Field::kGain:
      return kGainName;
    case Field::kPeak:
      break;
  }
  return kPeakName;
}

/// The frame of a field of ID3v2; null for those in TXXX.
const char* id3_frame(Field field) {
  return field == Field::kTempo ? "TBPM" : field == Field::kKey ? "TKEY" : nullptr;
}

/// The name of a field in ASF.
const char* asf_name(Field field) {
  return field == Field::kTempo ? "WM/BeatsPerMinute"
         : field == Field::kKey ? "WM/InitialKey"
                                : free_name(field);
}

/// The frames with the name of `field`, whatever the case.
std::vector<TagLib::ID3v2::UserTextIdentificationFrame*> user_texts(const TagLib::ID3v2::Tag& tag,
                                                                    Field field) {
  std::vector<TagLib::ID3v2::UserTextIdentificationFrame*> found;
  for (auto* frame : tag.frameList("TXXX")) {
    auto* text = dynamic_cast<TagLib::ID3v2::UserTextIdentificationFrame*>(frame);
    if (text != nullptr && equal_ignoring_case(from_taglib(text->description()), free_name(field)))
      found.push_back(text);
  }
  return found;
}

/// The keys of `items` that are `name`, whatever the case.
template <typename Items>
std::vector<TagLib::String> keys_like(const Items& items, const std::string& name) {
  std::vector<TagLib::String> keys;
  for (const auto& [key, value] : items)
    if (equal_ignoring_case(from_taglib(key), name)) keys.push_back(key);
  return keys;
}

/// A tempo as text: to two decimals, or a whole number. Nothing without a tempo.
std::optional<std::string> tempo_text(const MeasuredTags& tags, bool is_whole) {
  if (tags.tempo_bpm <= 0) return std::nullopt;
  auto text = formatted(is_whole ? "%.0f" : "%.2f", tags.tempo_bpm);
  if (is_whole) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::optional<std::string> TagBlock::text_of(Field field, const MeasuredTags& tags) const {
  switch (field) {
    case Field::kTempo:
      return tempo_text(tags, false);
    case Field::kKey: {
      const std::string key(tags.key.begin(), std::find(tags.key.begin(), tags.key.end(), '\0'));
      return key.empty() ? std::nullopt : std::optional(key);
    }
    case Field::kGain: {
      if (!tags.loudness_lufs) return std::nullopt;
      const double gain_db = std::round(100 * (kReferenceLufs - *tags.loudness_lufs)) / 100;
      return formatted("%.2f dB", gain_db + 0.0);  // never -0.00
    }
    case Field::kPeak:
      break;
  }
  if (!tags.true_peak_dbtp) return std::nullopt;
  return formatted("%.6f", std::pow(10, *tags.true_peak_dbtp / 20));
}

std::string Id3Block::find(Field field) const {
  if (const char* id = id3_frame(field)) {
    const auto& frames = tag_.frameList(id);
    return frames.isEmpty() ? "" : from_taglib(frames.front()->toString());
  }
  const auto found = user_texts(tag_, field);
  if (found.empty()) return {};
  const auto fields = found.front()->fieldList();  // the first is the name
  return fields.size() < 2 ? "" : from_taglib(fields[1]);
}

void Id3Block::set(Field field, const std::string& text) {
  using namespace TagLib::ID3v2;
  const auto value = to_taglib(text);
  if (const char* id = id3_frame(field)) {
    tag_.removeFrames(id);
    auto* frame = new TextIdentificationFrame(id, TagLib::String::Latin1);
    frame->setText(value);
    tag_.addFrame(frame);  // which owns it
    return;
  }
  for (auto* frame : user_texts(tag_, field)) tag_.removeFrame(frame);
  auto* frame = new UserTextIdentificationFrame(TagLib::String::Latin1);
  frame->setDescription(free_name(field));
  frame->setText(value);
  tag_.addFrame(frame);
}

std::optional<std::string> Id3Block::text_of(Field field, const MeasuredTags& tags) const {
  return field == Field::kTempo ? tempo_text(tags, true) : TagBlock::text_of(field, tags);
}

std::string XiphBlock::find(Field field) const {
  const auto* const name = name_of(field);
  const auto& fields = tag_.fieldListMap();
  return name == nullptr || !fields.contains(name) ? "" : from_taglib(fields[name].front());
}

void XiphBlock::set(Field field, const std::string& text) {
  tag_.addField(name_of(field), to_taglib(text), true);
}

const char* XiphBlock::name_of(Field field) const {
  return free_name(field);
}

std::optional<std::string> OpusBlock::text_of(Field field, const MeasuredTags& tags) const {
  if (field == Field::kPeak) return std::nullopt;
  if (field != Field::kGain) return TagBlock::text_of(field, tags);
  if (!tags.loudness_lufs) return std::nullopt;
  // In 1/256 dB.
  const auto gain = std::lround(256 * (kOpusReferenceLufs - *tags.loudness_lufs));
  return std::to_string(std::clamp<long>(gain, -32'768, 32'767));
}

const char* OpusBlock::name_of(Field field) const {
  return field == Field::kGain ? "R128_TRACK_GAIN" : XiphBlock::name_of(field);
}

std::string Mp4Block::find(Field field) const {
  if (field == Field::kTempo)
    return tag_.contains("tmpo") ? std::to_string(tag_.item("tmpo").toInt()) : "";
  const auto keys = keys_like(tag_.itemMap(), std::string(kMp4Prefix) + free_name(field));
  if (keys.empty()) return {};
  const auto texts = tag_.item(keys.front()).toStringList();
  return texts.isEmpty() ? "" : from_taglib(texts.front());
}

void Mp4Block::set(Field field, const std::string& text) {
  if (field == Field::kTempo) return tag_.setItem("tmpo", TagLib::MP4::Item(std::stoi(text)));
  const auto name = kMp4Prefix + lower_ascii(free_name(field));  // as other programs write it
  for (const auto& key : keys_like(tag_.itemMap(), name)) tag_.removeItem(key);
  tag_.setItem(to_taglib(name), TagLib::MP4::Item(TagLib::StringList(to_taglib(text))));
}

std::optional<std::string> Mp4Block::text_of(Field field, const MeasuredTags& tags) const {
  return field == Field::kTempo ? tempo_text(tags, true) : TagBlock::text_of(field, tags);
}

std::string ApeBlock::find(Field field) const {
  const auto& items = tag_.itemListMap();
  const auto keys = keys_like(items, free_name(field));
  return keys.empty() ? "" : from_taglib(items[keys.front()].toString());
}

void ApeBlock::set(Field field, const std::string& text) {
  tag_.addValue(free_name(field), to_taglib(text), true);
  is_changed_ = true;
}

std::string AsfBlock::find(Field field) const {
  const auto keys = keys_like(tag_.attributeListMap(), asf_name(field));
  if (keys.empty()) return {};
  const auto values = tag_.attribute(keys.front());
  return values.isEmpty() ? "" : from_taglib(values.front().toString());
}

void AsfBlock::set(Field field, const std::string& text) {
  for (const auto& key : keys_like(tag_.attributeListMap(), asf_name(field))) tag_.removeItem(key);
  tag_.setAttribute(asf_name(field), TagLib::ASF::Attribute(to_taglib(text)));
}

std::optional<std::string> AsfBlock::text_of(Field field, const MeasuredTags& tags) const {
  return field == Field::kTempo ? tempo_text(tags, true) : TagBlock::text_of(field, tags);
}

}  // namespace aura::audio
