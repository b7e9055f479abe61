#pragma once

#include <apetag.h>
#include <asftag.h>
#include <id3v2tag.h>
#include <mp4tag.h>
#include <xiphcomment.h>

#include <optional>
#include <string>

#include "aura/audio/retag.h"

namespace aura::audio {

/// What is written into tags.
enum class Field { kTempo, kKey, kGain, kPeak };

/// The tags of one kind in a file. Not thread-safe.
class TagBlock {
 public:
  TagBlock() = default;
  virtual ~TagBlock() = default;
  TagBlock(const TagBlock&) = delete;
  TagBlock& operator=(const TagBlock&) = delete;

  /// Returns the text under `field`; empty if there is none.
  virtual std::string find(Field field) const = 0;
  /// Makes `text` the only one under `field`.
  virtual void set(Field field, const std::string& text) = 0;
  /// Returns what belongs under `field` here; nothing if nothing does.
  virtual std::optional<std::string> text_of(Field field, const MeasuredTags& tags) const;
};

/// ID3v2: TBPM, TKEY, TXXX.
class Id3Block : public TagBlock {
 public:
  /// The caller keeps `tag` alive; so for all classes below.
  explicit Id3Block(TagLib::ID3v2::Tag& tag) : tag_(tag) {}
  std::string find(Field field) const override;
  void set(Field field, const std::string& text) override;
  std::optional<std::string> text_of(Field field, const MeasuredTags& tags) const override;

 private:
  TagLib::ID3v2::Tag& tag_;
};

/// Vorbis comments.
class XiphBlock : public TagBlock {
 public:
  explicit XiphBlock(TagLib::Ogg::XiphComment& tag) : tag_(tag) {}
  std::string find(Field field) const override;
  void set(Field field, const std::string& text) override;

 protected:
  virtual const char* name_of(Field field) const;

 private:
  TagLib::Ogg::XiphComment& tag_;
};

/// Vorbis comments of Opus.
class OpusBlock : public XiphBlock {
 public:
  using XiphBlock::XiphBlock;
  std::optional<std::string> text_of(Field field, const MeasuredTags& tags) const override;

 protected:
  const char* name_of(Field field) const override;
};

class Mp4Block : public TagBlock {
 public:
  explicit Mp4Block(TagLib::MP4::Tag& tag) : tag_(tag) {}
  std::string find(Field field) const override;
  void set(Field field, const std::string& text) override;
  std::optional<std::string> text_of(Field field, const MeasuredTags& tags) const override;

 private:
  TagLib::MP4::Tag& tag_;
};

class ApeBlock : public TagBlock {
 public:
  explicit ApeBlock(TagLib::APE::Tag& tag) : tag_(tag) {}
  std::string find(Field field) const override;
  void set(Field field, const std::string& text) override;
  bool is_changed() const noexcept { return is_changed_; }

 private:
  TagLib::APE::Tag& tag_;
  bool is_changed_ = false;
};

class AsfBlock : public TagBlock {
 public:
  explicit AsfBlock(TagLib::ASF::Tag& tag) : tag_(tag) {}
  std::string find(Field field) const override;
  void set(Field field, const std::string& text) override;
  std::optional<std::string> text_of(Field field, const MeasuredTags& tags) const override;

 private:
  TagLib::ASF::Tag& tag_;
};

}  // namespace aura::audio
