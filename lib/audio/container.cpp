#include "container.h"

#include <string_view>

#include "formats.h"

namespace aura::audio {
namespace {

/// For demuxers that want to open a second file or address named in the first.
int refuse_to_open(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EACCES);
}

/// Whether a file whose first 16 bytes are `start` is DSDIFF, the only kind of IFF that is opened.
bool is_dsdiff(std::string_view start) {
  return start.starts_with("FRM8") && start.ends_with("DSD ");
}

}  // namespace

char* copy_for_ffmpeg(const std::string& text) {
  return allocated(av_strdup(text.c_str()));
}

FormatHandle open_container(SpoolInput& input, const AVInputFormat* format) {
  FormatHandle container(allocated(avformat_alloc_context()));
  input.rewind();
  container->pb = input.io();
  container->io_open = refuse_to_open;
  container->format_whitelist = copy_for_ffmpeg(allowed_formats(is_dsdiff(input.start())));
  container->codec_whitelist = copy_for_ffmpeg(allowed_decoders());
  AVFormatContext* opening = container.release();
  const int opened = avformat_open_input(&opening, nullptr, format, nullptr);
  container.reset(opening);  // null after a failure, in which FFmpeg has freed it
  input.check();
  if (opened < 0) container.reset();
  return container;
}

}  // namespace aura::audio
