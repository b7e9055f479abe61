#include "aura/audio/decoder.h"

#include <cstring>
#include <stdexcept>

#include "aura/base/error.h"
#include "sandbox.h"

namespace aura::audio {
namespace {

struct DecodeRequest {
  std::uint64_t file_bytes = 0;
  DecodeLimits limits;
};
static_assert(std::is_trivially_copyable_v<DecodeRequest> &&
              sizeof(DecodeRequest) <= ForkServer::kMaxRequestBytes);

void decode_as_child(std::span<const std::byte> bytes, std::span<std::byte> shared) {
  DecodeRequest request;
  std::memcpy(&request, bytes.data(), sizeof request);
  const Spool file(FileDescriptor(kChildInput), request.file_bytes);
  answer(shared, [&](const SampleSink& sink) { return decode(file, request.limits, sink); });
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

bool Decoder::is_lost() const noexcept {
  return sandbox_ && sandbox_->is_lost();
}

Decoded Decoder::decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
                        const std::stop_token& stop) const {
  if (!sandbox_) return audio::decode(file, limits, sink, stop);
  const DecodeRequest request{file.size(), limits};
  const auto max_samples =
      static_cast<std::uint64_t>(std::chrono::seconds(limits.max_duration).count()) *
      static_cast<std::uint64_t>(limits.sample_rate_hz);
  return sandbox_->run(std::as_bytes(std::span(&request, 1)), file, max_samples, sink, stop);
}

}  // namespace aura::audio
