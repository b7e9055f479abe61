#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "aura/models/safetensors.h"

namespace aura::models {

/// The default size of a model's file at most, in MB: MAX_MODEL_MB.
inline constexpr std::uint64_t kMaxModelMb = 128;

/// Throws ConfigError if somebody else than root and this process's user may write to `path`, a
/// file or a folder, or if `path` can't be examined. Thread-safe.
void refuse_if_others_may_write(const std::filesystem::path& path);

/// A safetensors file whose hash is as expected, mapped into memory for reading. Processes that it
/// is mapped in share the memory. Immutable, so thread-safe.
class ModelFile {
 public:
  /// Maps the regular file at `path` and compares its SHA-256 with `sha256`, 64 hexadecimal digits,
  /// before it reads anything else. Throws ConfigError with one line that says what is wrong and
  /// what to do: the file is missing, larger than `max_mb`, another one or malformed, or others may
  /// write to it or to its folder.
  ModelFile(const std::filesystem::path& path, std::string_view sha256,
            std::uint64_t max_mb = kMaxModelMb);

  /// Returns the content, which lives as long as this object.
  const Safetensors& content() const noexcept { return content_; }

 private:
  /// Owns a mapping.
  class Mapping {
   public:
    Mapping(const std::filesystem::path& path, std::uint64_t max_mb);
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

   private:
    std::span<const std::uint8_t> bytes_;
  };

  static Safetensors read(const std::filesystem::path& path, std::string_view sha256,
                          std::span<const std::uint8_t> bytes);

  Mapping mapping_;
  Safetensors content_;
};

}  // namespace aura::models
