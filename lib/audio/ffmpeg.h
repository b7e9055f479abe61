#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include <memory>

namespace aura::audio {

/// One move-only owner for each kind of FFmpeg handle.
template <auto free_handle>
struct FreeHandle {
  template <typename Handle>
  void operator()(Handle* handle) const noexcept {
    free_handle(&handle);
  }
};

struct FreeIo {
  void operator()(AVIOContext* io) const noexcept {
    av_freep(&io->buffer);  // FFmpeg may have put another one in the place of the first
    avio_context_free(&io);
  }
};

using FormatHandle = std::unique_ptr<AVFormatContext, FreeHandle<avformat_close_input>>;
using CodecHandle = std::unique_ptr<AVCodecContext, FreeHandle<avcodec_free_context>>;
using FrameHandle = std::unique_ptr<AVFrame, FreeHandle<av_frame_free>>;
using PacketHandle = std::unique_ptr<AVPacket, FreeHandle<av_packet_free>>;
using ResampleHandle = std::unique_ptr<SwrContext, FreeHandle<swr_free>>;
using IoHandle = std::unique_ptr<AVIOContext, FreeIo>;

/// `handle`, or std::bad_alloc: FFmpeg's allocators return null for want of memory alone.
template <typename Handle>
Handle* allocated(Handle* handle) {
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

/// Sets FFmpeg up for the process, once: its log goes nowhere (it would write to standard error
/// what an uploaded file puts into it), and a single allocation of its is bounded (a header may
/// claim tables of any size).
void set_up_ffmpeg();

}  // namespace aura::audio
