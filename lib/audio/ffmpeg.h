#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include <memory>

namespace aura::audio {

// Move-only owners of FFmpeg's handles.
template <auto free_handle>
struct FreeHandle {
  template <typename Handle>
  void operator()(Handle* handle) const noexcept {
    free_handle(&handle);
  }
};

struct FreeIo {
  void operator()(AVIOContext* io) const noexcept {
    av_freep(&io->buffer);  // FFmpeg may have replaced the buffer that it was given
    avio_context_free(&io);
  }
};

using FormatHandle = std::unique_ptr<AVFormatContext, FreeHandle<avformat_close_input>>;
using CodecHandle = std::unique_ptr<AVCodecContext, FreeHandle<avcodec_free_context>>;
using FrameHandle = std::unique_ptr<AVFrame, FreeHandle<av_frame_free>>;
using PacketHandle = std::unique_ptr<AVPacket, FreeHandle<av_packet_free>>;
using ResampleHandle = std::unique_ptr<SwrContext, FreeHandle<swr_free>>;
using IoHandle = std::unique_ptr<AVIOContext, FreeIo>;

/// Returns `handle`. Throws std::bad_alloc if it is null: FFmpeg's allocators return null only if
/// memory is short.
template <typename Handle>
Handle* allocated(Handle* handle) {
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

/// Sets up FFmpeg for the process, once. Silences its log, which would print text from uploaded
/// files. Limits each single allocation, because a header may claim tables of any size.
/// Thread-safe.
void set_up_ffmpeg();

}  // namespace aura::audio
