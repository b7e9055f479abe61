#include "track.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "aura/base/error.h"
#include "aura/base/file_start.h"
#include "flac_checksum.h"
#include "formats.h"
#include "protection.h"

namespace aura::audio {
namespace {

constexpr int kRefuseWrongChecksums = AV_EF_CRCCHECK | AV_EF_EXPLODE;

/// For demuxers that want to open a second file or address named in the first.
int refuse_to_open(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EACCES);
}

/// Whether `packet` is a FLAC frame with its right checksum, once an ID3v1 tag behind it is cut
/// off, in which FFmpeg would look for another frame. FFmpeg itself takes a tenth of its time for
/// that.
bool is_flac_frame(AVPacket& packet) {
  constexpr std::string_view kTag = "TAG";
  constexpr std::size_t kTagBytes = 128;
  const std::span bytes(packet.data, static_cast<std::size_t>(packet.size));
  if (flac_checksum_fits(bytes)) return true;
  if (bytes.size() < kTagBytes) return false;
  const auto frame = bytes.first(bytes.size() - kTagBytes);
  if (!std::equal(kTag.begin(), kTag.end(), frame.end()) || !flac_checksum_fits(frame))
    return false;
  av_shrink_packet(&packet, static_cast<int>(frame.size()));
  return true;
}

JobError not_audio(Document found) {
  std::string what = ", was cut off, or is in a format that can't be read";
  if (found == Document::kWebPage) what = " but a web page";
  if (found == Document::kErrorMessage) what = " but an error message of a web server";
  return {"not_audio",
          "this is not audio" + what + ": upload the whole track as MP3, WAV, FLAC, M4A or OGG",
          Retry::kNo};
}

char* copy_for_ffmpeg(const std::string& text) {
  return allocated(av_strdup(text.c_str()));
}

}  // namespace

Track::Track(const Spool& file, std::stop_token stop) : input_(file, std::move(stop)) {
  if (file.size() == 0) {
    throw JobError("empty_file", "the file is empty: upload the track again", Retry::kNo);
  }
  set_up_ffmpeg();
  packet_.reset(allocated(av_packet_alloc()));
  frame_.reset(allocated(av_frame_alloc()));
  open_container(file);
  open_decoder();
}

void Track::open_container(const Spool& file) {
  format_.reset(allocated(avformat_alloc_context()));
  format_->pb = input_.io();
  format_->io_open = refuse_to_open;
  format_->format_whitelist = copy_for_ffmpeg(allowed_formats());
  format_->codec_whitelist = copy_for_ffmpeg(allowed_decoders());

  AVFormatContext* opening = format_.release();
  const int opened = avformat_open_input(&opening, nullptr, nullptr, nullptr);
  format_.reset(opening);  // null after a failure, in which FFmpeg has freed it
  input_.check();
  if (opened < 0 || avformat_find_stream_info(format_.get(), nullptr) < 0) {
    input_.check();
    throw not_audio(document_of(file.read_start(kFileStartBytes)));
  }
}

void Track::open_decoder() {
  const AVCodec* decoder = nullptr;
  const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, &decoder, 0);
  // What is encrypted may not be recognised as sound.
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const bool wanted = index < 0 || i == static_cast<unsigned>(index);
    if (wanted && is_protected(*format_, *format_->streams[i])) throw protected_file();
  }
  if (index == AVERROR_STREAM_NOT_FOUND) {
    throw JobError("no_audio_stream", "this file holds no sound: upload the track itself",
                   Retry::kNo);
  }
  const auto undecodable = [] {
    return JobError(
        "undecodable",
        "the sound in this file is in a format that can't be decoded: export the track as "
        "MP3, WAV or FLAC and upload it again",
        Retry::kNo);
  };
  if (index < 0) throw undecodable();
  stream_ = format_->streams[index];
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (format_->streams[i] != stream_) format_->streams[i]->discard = AVDISCARD_ALL;
  }

  // libsndfile decodes Opus with the codec's own library, from which FFmpeg's decoder strays by up
  // to a fifth of full scale (in hybrid mode).
  if (decoder->id == AV_CODEC_ID_OPUS && !in_16_bit()) {
    if (const AVCodec* own = avcodec_find_decoder_by_name("libopus")) decoder = own;
  }
  codec_.reset(allocated(avcodec_alloc_context3(decoder)));
  codec_->request_sample_fmt = AV_SAMPLE_FMT_FLT;  // where a decoder has the choice
  codec_->pkt_timebase = stream_->time_base;
  codec_->thread_count = 1;
  // A lossless frame whose checksum is wrong would otherwise come out as noise at full scale.
  if (decoder->id == AV_CODEC_ID_FLAC || decoder->id == AV_CODEC_ID_WAVPACK ||
      decoder->id == AV_CODEC_ID_TTA) {
    codec_->err_recognition = kRefuseWrongChecksums;
  }
  if (avcodec_parameters_to_context(codec_.get(), stream_->codecpar) < 0 ||
      avcodec_open2(codec_.get(), decoder, nullptr) < 0) {
    throw undecodable();
  }
}

const AVFrame* Track::next() {
  for (;;) {
    const int received = avcodec_receive_frame(codec_.get(), frame_.get());
    if (received == 0) {
      if (frame_->decode_error_flags != 0) ++damaged_packets_;
      note_gap();
      return frame_.get();
    }
    // Whatever else it says is about the file: where allocations are bounded, "no memory" is too.
    if (received != AVERROR_EOF && received != AVERROR(EAGAIN)) ++damaged_packets_;
    if (received == AVERROR_EOF || all_fed_) return nullptr;
    feed_decoder();
  }
}

void Track::note_gap() {
  using Seconds = std::chrono::duration<double>;
  // Time stamps are rounded, and in some containers estimates.
  constexpr Seconds kLeast{0.25};
  if (frame_->best_effort_timestamp == AV_NOPTS_VALUE || frame_->sample_rate <= 0) return;
  const Seconds start(static_cast<double>(frame_->best_effort_timestamp) *
                      av_q2d(stream_->time_base));
  // Where time goes back, another stream was joined to the first.
  if (next_start_ && start - *next_start_ > kLeast) gaps_ += start - *next_start_;
  next_start_ = start + Seconds(static_cast<double>(frame_->nb_samples) / frame_->sample_rate);
}

void Track::feed_decoder() {
  for (;;) {
    input_.check();
    const int read = av_read_frame(format_.get(), packet_.get());
    input_.check();
    if (read < 0) {
      if (read != AVERROR_EOF) ++damaged_packets_;
      avcodec_send_packet(codec_.get(), nullptr);
      all_fed_ = true;
      return;
    }
    const bool chosen = packet_->stream_index == stream_->index;
    if (chosen && is_protected(*packet_)) throw protected_file();
    if (chosen && codec_->codec_id == AV_CODEC_ID_FLAC)
      codec_->err_recognition = is_flac_frame(*packet_) ? 0 : kRefuseWrongChecksums;
    const int sent = chosen ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
    av_packet_unref(packet_.get());
    if (sent < 0) {
      ++damaged_packets_;
    } else if (chosen) {
      return;
    }
  }
}

std::optional<std::chrono::duration<double>> Track::stated_duration() const {
  if (stream_->duration == AV_NOPTS_VALUE || stream_->duration <= 0 ||
      format_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) {
    return std::nullopt;
  }
  return std::chrono::duration<double>(static_cast<double>(stream_->duration) *
                                       av_q2d(stream_->time_base));
}

bool Track::in_16_bit() const {
  return read_in_16_bit(format_->iformat->name);
}

}  // namespace aura::audio
