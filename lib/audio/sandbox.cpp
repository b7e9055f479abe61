#include "sandbox.h"

#include <algorithm>
#include <csignal>
#include <new>
#include <stdexcept>
#include <utility>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "decode_messages.h"

namespace aura::audio {
namespace {

std::string reason(Refused refused) {
  switch (refused) {
    case Refused::kPrivileges:
      return "the system doesn't let a process give up its privileges";
    case Refused::kLimits:
      return "the system doesn't let a process limit itself";
    case Refused::kDescriptors:
      return "the kernel is older than 5.9 (close_range)";
    default:
      return "the system doesn't take system call filters (seccomp)";
  }
}

JobError crashed() {
  return {
      "decoder_crashed",
      "the file made the decoder fail: export the track again, as WAV or FLAC if it can be, and "
      "upload that",
      Retry::kNo};
}

JobError timed_out() {
  return {"decode_timeout",
          "the file kept the decoder busy for too long: export the track again and upload that",
          Retry::kNo};
}

JobError error_of(const ChildEnd& end) {
  if (!end.started || end.refused != Refused::kNothing) {
    return {"no_resources",
            "no process to decode in could be started: the worker's system is at "
            "its limits",
            Retry::kYes};
  }
  if (end.signal == SIGXCPU) return timed_out();
  if (end.signal == SIGKILL) {
    return {"decode_memory", "the worker's system ran out of memory while it decoded the track",
            Retry::kYes};
  }
  return crashed();
}

bool is_as_wanted(const SoundFormat& format, const SoundFormat& wanted) {
  return (wanted.sample_rate_hz == 0 || wanted.sample_rate_hz == format.sample_rate_hz) &&
         (wanted.channels == 0 || wanted.channels == format.channels);
}

void answer_by(std::span<std::byte> shared, const std::function<void(MessageWriter&)>& work) {
  MessageWriter writer(kChildSocket, shared);
  try {
    work(writer);
  } catch (const JobError& error) {
    writer.failed(error);
  } catch (const std::bad_alloc&) {
    writer.failed(JobError("decode_memory",
                           "the file takes more memory to decode than sound does: export the track "
                           "again and upload that",
                           Retry::kNo));
  }
}

}  // namespace

Sandbox::Sandbox(ForkServer::Main main, const Limits& limits) : limits_(limits), server_(main) {
  const Spool nothing;
  const auto end = server_.start({}, nothing.descriptor(), limits_for(nothing)).wait();
  if (end.refused != Refused::kNothing) throw std::runtime_error(reason(end.refused));
  if (!end.started || end.signal != 0 || end.code != 0)
    throw std::runtime_error("a confined process can't be started or ends at once");
}

ChildLimits Sandbox::limits_for(const Spool& file) const {
  const auto megabytes = static_cast<std::int64_t>(file.size() >> 20);
  return {limits_.memory_bytes, limits_.cpu_time_base + megabytes * limits_.cpu_time_per_mb};
}

DecodeResult Sandbox::run(std::span<const std::byte> request, const Spool& file,
                          std::uint64_t max_samples, const SampleSink& sink,
                          const std::stop_token& stop) const {
  std::uint64_t samples = 0;
  const auto take = [&](const std::optional<SoundFormat>& format, std::span<const float> block) {
    samples += block.size();
    if (format || samples > max_samples) throw MessageReader::Malformed{};
    sink(block);
  };
  return run_child(request, file, take, stop);
}

DecodeResult Sandbox::run_interleaved(std::span<const std::byte> request, const Spool& file,
                                      const SoundFormat& wanted, std::chrono::seconds max_duration,
                                      const InterleavedSink& sink,
                                      const std::stop_token& stop) const {
  std::uint64_t samples = 0;
  const auto take = [&](const std::optional<SoundFormat>& format, std::span<const float> block) {
    if (!format || !is_as_wanted(*format, wanted)) throw MessageReader::Malformed{};
    samples += block.size();
    const auto most = static_cast<std::uint64_t>(max_duration.count()) *
                      static_cast<std::uint64_t>(format->sample_rate_hz) *
                      static_cast<std::uint64_t>(format->channels);
    if (samples > most) throw MessageReader::Malformed{};
    sink(*format, block);
  };
  return run_child(request, file, take, stop);
}

DecodeResult Sandbox::run_child(std::span<const std::byte> request, const Spool& file,
                                const Take& take, const std::stop_token& stop) const {
  if (stop.stop_requested()) throw Stopped();
  const auto child = server_.start(request, file.descriptor(), limits_for(file));
  const std::stop_callback kill_when_stopped(stop, [&] { child.kill(); });
  MessageReader reader(child.socket(), child.shared(), limits_.patience);
  try {
    while (const auto block = reader.next()) {
      if (stop.stop_requested()) throw Stopped();
      take(reader.format(), *block);
    }
  } catch (const MessageReader::Malformed&) {
    if (server_.is_lost()) throw DecoderLost();  // and so the child, amid a word
    throw crashed();
  } catch (const MessageReader::Stalled&) {
    throw timed_out();
  }
  if (stop.stop_requested()) throw Stopped();
  auto result = reader.result();
  if (!result) {
    child.kill();  // it may have closed its socket and live on
    throw error_of(child.wait());
  }
  if (result->error) throw JobError(*result->error);
  return *std::move(result);
}

void answer(std::span<std::byte> shared, const std::function<Decoded(const SampleSink&)>& decode) {
  answer_by(shared, [&](MessageWriter& writer) {
    writer.done(decode([&](std::span<const float> block) { writer.samples(block); }));
  });
}

void answer(std::span<std::byte> shared,
            const std::function<Decoded(const InterleavedSink&)>& decode) {
  answer_by(shared, [&](MessageWriter& writer) {
    bool has_format = false;
    writer.done(decode([&](const SoundFormat& format, std::span<const float> block) {
      if (!std::exchange(has_format, true)) writer.format(format);
      writer.samples(block);
    }));
  });
}

void answer(std::span<std::byte> shared, const std::function<Tags()>& read) {
  answer_by(shared, [&](MessageWriter& writer) { writer.done(read()); });
}

}  // namespace aura::audio
