#include "aura/audio/decoder.h"

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "aura/base/error.h"
#include "decode_as_said.h"
#include "read_tags_as_said.h"
#include "sandbox.h"

namespace aura::audio {
namespace {

/// What a child is to send.
enum class Task : std::uint8_t { kMono, kInterleaved, kTags };

struct DecodeRequest {
  std::uint64_t file_bytes = 0;
  FormatSet said = 0;
  DecodeLimits limits;
  Task task = Task::kMono;
  SoundFormat wanted{};  ///< of interleaved samples
};
static_assert(std::is_trivially_copyable_v<DecodeRequest> &&
              sizeof(DecodeRequest) <= ForkServer::kMaxRequestBytes);

void decode_as_child(std::span<const std::byte> bytes, std::span<std::byte> shared) {
  DecodeRequest request;
  std::memcpy(&request, bytes.data(), sizeof request);
  const Spool file(FileDescriptor(kChildInput), request.file_bytes);
  switch (request.task) {
    case Task::kMono:
      return answer(shared, [&](const SampleSink& sink) {
        return decode_as_said(file, request.said, request.limits, sink);
      });
    case Task::kInterleaved:
      return answer(shared, [&](const InterleavedSink& sink) {
        return decode_interleaved_as_said(file, request.said, request.limits, request.wanted, sink);
      });
    case Task::kTags:
      return answer(shared, [&] { return read_tags_as_said(file, request.said); });
  }
}

/// A WAV of 16 bits at 44.1 kHz, to be resampled.
Spool second_of_sound() {
  constexpr std::uint32_t kRateHz = 44'100;
  std::vector<std::uint8_t> file;
  const auto put = [&](std::string_view text) {
    file.insert(file.end(), text.begin(), text.end());
  };
  const auto put_number = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  put("RIFF");
  put_number(36 + 2 * kRateHz, 4);
  put("WAVEfmt ");
  put_number(16, 4);
  for (const std::uint32_t value : {1U, 1U}) put_number(value, 2);  // PCM, mono
  put_number(kRateHz, 4);
  put_number(2 * kRateHz, 4);
  for (const std::uint32_t value : {2U, 16U}) put_number(value, 2);
  put("data");
  put_number(2 * kRateHz, 4);
  for (std::uint32_t i = 0; i < kRateHz; ++i) put_number(i * 300, 2);
  Spool spool;
  spool.append(file);
  return spool;
}

}  // namespace

Decoder::Decoder() : no_sandbox_reason_("it was not asked for") {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Decoder Decoder::sandboxed() {
  Decoder decoder;
  try {
    decoder.sandbox_ = std::make_unique<const Sandbox>(decode_as_child, Sandbox::Limits{});
    decoder.no_sandbox_reason_.clear();
  } catch (const JobError& error) {
    decoder.no_sandbox_reason_ = error.what();
  } catch (const std::runtime_error& error) {
    decoder.no_sandbox_reason_ = error.what();
  }
  return decoder;
}

void Decoder::apply(Sandboxing setting) {
  if (setting == Sandboxing::kRequire && !sandbox_) {
    throw ConfigError("AURA_SANDBOX=require: no sandbox for decoding can be had here: " +
                      no_sandbox_reason_);
  }
  if (setting == Sandboxing::kOff) *this = Decoder();
}

void Decoder::try_out() const {
  std::size_t samples = 0;
  std::string why = "no sound comes out of it";
  try {
    decode(second_of_sound(), {}, [&](std::span<const float> block) { samples += block.size(); });
  } catch (const std::exception& error) {
    why = error.what();
  }
  if (samples > 0) return;
  throw ConfigError("a WAV can't be decoded here (" + why +
                    "): install an FFmpeg that has the SoX resampler (libsoxr)");
}

bool Decoder::is_lost() const noexcept {
  return sandbox_ && sandbox_->is_lost();
}

Decoded Decoder::decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
                        const std::stop_token& stop) const {
  if (!sandbox_) return audio::decode(file, limits, sink, stop);
  const DecodeRequest request{file.size(), formats_said(file.label()), limits};
  const auto max_samples =
      static_cast<std::uint64_t>(std::chrono::seconds(limits.max_duration).count()) *
      static_cast<std::uint64_t>(limits.sample_rate_hz);
  return sandbox_->run(std::as_bytes(std::span(&request, 1)), file, max_samples, sink, stop)
      .decoded;
}

Decoded Decoder::decode_interleaved(const Spool& file, const DecodeLimits& limits,
                                    const SoundFormat& wanted, const InterleavedSink& sink,
                                    const std::stop_token& stop) const {
  if (!sandbox_) return audio::decode_interleaved(file, limits, wanted, sink, stop);
  const DecodeRequest request{file.size(), formats_said(file.label()), limits, Task::kInterleaved,
                              wanted};
  return sandbox_
      ->run_interleaved(std::as_bytes(std::span(&request, 1)), file, wanted, limits.max_duration,
                        sink, stop)
      .decoded;
}

Tags Decoder::read_tags(const Spool& file, const std::stop_token& stop) const {
  if (!sandbox_) return audio::read_tags(file, stop);
  const DecodeRequest request{file.size(), formats_said(file.label()), {}, Task::kTags};
  const auto ignore = [](std::span<const float> /*samples*/) {};
  return sandbox_->run(std::as_bytes(std::span(&request, 1)), file, 0, ignore, stop).tags;
}

}  // namespace aura::audio
