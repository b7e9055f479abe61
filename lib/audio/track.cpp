#include "track.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "aura/base/error.h"
#include "aura/base/file_start.h"
#include "container.h"
#include "flac_checksum.h"
#include "formats.h"
#include "protection.h"
#include "wave_coding.h"

namespace aura::audio {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr const char* kNotAudio = "not_audio";
constexpr const char* kNoAudioStream = "no_audio_stream";
constexpr const char* kUndecodable = "undecodable";

constexpr int kMostDtxBytes = 2;  // which tell the bandwidth and the number of frames
constexpr Seconds kLeastJump{0.25};

constexpr int kRefuseWrongChecksums = AV_EF_CRCCHECK | AV_EF_EXPLODE;

/// Whether `packet` is a FLAC frame with its right checksum, once zeros behind it that fill up are
/// cut off, in which FFmpeg would look for another frame. FFmpeg itself takes a tenth of its time
/// for that.
bool is_flac_frame(AVPacket& packet) {
  std::span bytes(packet.data, static_cast<std::size_t>(packet.size));
  if (flac_checksum_fits(bytes)) return true;
  constexpr std::size_t kChecksumBytes = 2;  // may be zeros themselves
  auto end = bytes.size();
  while (end > 0 && bytes[end - 1] == 0) --end;
  for (auto size = end; size < bytes.size() && size <= end + kChecksumBytes; ++size) {
    if (!flac_checksum_fits(bytes.first(size))) continue;
    av_shrink_packet(&packet, static_cast<int>(size));
    return true;
  }
  return false;
}

bool is_wave(const AVFormatContext& format) {
  const std::string_view name = format.iformat->name;
  return name == "wav" || name == "w64";
}

}  // namespace

JobError undecodable_format() {
  return {kUndecodable,
          "the sound in this file is in a format that can't be decoded here: export the track as "
          "MP3, WAV or FLAC (16 or 24 bits) and upload it again",
          Retry::kNo};
}

JobError not_audio(const Spool& file) {
  const auto found = document_of(file.read_start(kFileStartBytes));
  std::string what = ", was cut off, or is in a format that can't be read";
  if (found == Document::kWebPage) what = " but a web page";
  if (found == Document::kErrorMessage) what = " but an error message of a web server";
  return {kNotAudio,
          "this is not audio" + what + ": upload the whole track as MP3, WAV, FLAC, M4A or OGG",
          Retry::kNo};
}

bool has_no_sound(const JobError& error) {
  const std::string_view code = error.code();
  return code == kNotAudio || code == kNoAudioStream || code == kUndecodable;
}

Track::Track(const Spool& file, const Part& part, FormatSet said, std::stop_token stop)
    : input_(file, part, std::move(stop)) {
  if (file.size() == 0) {
    throw JobError("empty_file", "the file is empty: upload the track again", Retry::kNo);
  }
  set_up_ffmpeg();
  packet_.reset(allocated(av_packet_alloc()));
  frame_.reset(allocated(av_frame_alloc()));
  try {
    open(file, nullptr);
  } catch (const JobError& error) {
    if (error.code() != kNotAudio ||
        document_of(file.read_start(kFileStartBytes)) != Document::kNone)
      throw;
    const auto formats = names_of(said);
    is_guess_ = std::any_of(formats.begin(), formats.end(),
                            [&](const char* format) { return opens_as(file, format); });
    if (!is_guess_) throw;
  }
}

bool Track::opens_as(const Spool& file, const char* format) try {
  open(file, format);
  return true;
} catch (const JobError& error) {
  if (!has_no_sound(error)) throw;
  return false;
}

/// As `format`; null: as what its content is like.
void Track::open(const Spool& file, const char* format) {
  open_format(file, format);
  open_decoder();
}

void Track::open_format(const Spool& file, const char* format) {
  codec_.reset();
  format_.reset();
  format_ = open_container(input_, format == nullptr ? nullptr : av_find_input_format(format));
  if (format_ && is_wave(*format_)) {
    const bool is_rifx = input_.start().starts_with("RIFX");
    std::for_each_n(format_->streams, format_->nb_streams,
                    [&](AVStream* stream) { correct_wave_coding(*stream, is_rifx); });
  }
  if (!format_ || avformat_find_stream_info(format_.get(), nullptr) < 0) {
    input_.check();
    if (is_free_format(file)) throw undecodable_format();
    throw not_audio(file);
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
    throw JobError(kNoAudioStream, "this file holds no sound: upload the track itself", Retry::kNo);
  }
  if (index < 0) throw undecodable_format();
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
  codec_->codec_whitelist = copy_for_ffmpeg(allowed_decoders());
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
    throw undecodable_format();
  }
  // FFmpeg before 6 takes the frames of FLAC with 32 bits for damaged.
  is_unknown_variant_ = decoder->id == AV_CODEC_ID_FLAC && codec_->bits_per_raw_sample > 24;
}

void Track::note_error(int error) {
  ++damaged_packets_;
  if (error == AVERROR_PATCHWELCOME) is_unknown_variant_ = true;
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
    if (received != AVERROR_EOF && received != AVERROR(EAGAIN)) note_error(received);
    if (received == AVERROR_EOF || all_fed_) return nullptr;
    feed_decoder();
  }
}

void Track::note_gap() {
  if (frame_->sample_rate <= 0) return;
  const Seconds lasts(static_cast<double>(frame_->nb_samples) / frame_->sample_rate);
  longest_ = std::max(longest_, lasts);
  if (frame_->best_effort_timestamp == AV_NOPTS_VALUE) {
    if (next_start_) *next_start_ += lasts;
    return;
  }
  const Seconds start(static_cast<double>(frame_->best_effort_timestamp) *
                      av_q2d(stream_->time_base));
  // Where time goes back, another stream was joined to the first.
  auto gap = next_start_ ? std::max(start - *next_start_, Seconds(0)) : Seconds(0);
  if (gap > kLeastJump && only_stamps_jump()) counted_from_ += std::exchange(gap, Seconds(0));
  gaps_.note_frame(lasts, gap, is_dtx_);
  next_start_ = start + lasts;
}

/// Whether no sound is missing, though time goes on. In Ogg FFmpeg counts the first page from 0 and
/// the next from wherever its time stamp does, but for the two codecs whose packets it measures.
bool Track::only_stamps_jump() const {
  constexpr std::int64_t kMaxPageBytes = 65'307;
  return is_ogg() && codec_->codec_id != AV_CODEC_ID_OPUS &&
         codec_->codec_id != AV_CODEC_ID_VORBIS && counted_from_ == Seconds(0) &&
         position_ - first_position_ <= 2 * kMaxPageBytes;
}

bool Track::is_ogg() const {
  return format_->iformat->name == std::string_view("ogg");
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
    if (chosen) {
      position_ = packet_->pos;
      is_dtx_ = codec_->codec_id == AV_CODEC_ID_OPUS && packet_->size <= kMostDtxBytes;
    }
    if (first_position_ < 0) first_position_ = position_;
    const int sent = chosen ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
    av_packet_unref(packet_.get());
    if (sent < 0) {
      note_error(sent);
    } else if (chosen) {
      return;
    }
  }
}

std::optional<Seconds> Track::stated_duration() const {
  if (stream_->duration == AV_NOPTS_VALUE || stream_->duration <= 0 ||
      format_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) {
    return std::nullopt;
  }
  auto duration = stream_->duration;
  // Ogg states none: FFmpeg has the time stamp of the last page, and these may count from anywhere,
  // as in the recording of a live stream. For some codecs it takes the start off itself.
  if (is_ogg() && stream_->start_time > 0 && stream_->start_time < duration)
    duration -= stream_->start_time;
  Seconds stated(static_cast<double>(duration) * av_q2d(stream_->time_base));
  // A CAF counts the last packet as a whole one.
  if (format_->iformat->name == std::string_view("caf")) stated -= longest_;
  stated -= counted_from_ + gaps_.paused();
  return is_ogg() ? stated - gaps_.pause_at_end(stated) : stated;
}

Source Track::format_of(const AVFrame& frame) const {
  Source source;
  const auto& coded = *stream_->codecpar;
  if (const auto* codec = avcodec_descriptor_get(coded.codec_id)) {
    source.codec = codec->name;
    // WavPack and others may be either.
    source.is_lossless =
        (codec->props & (AV_CODEC_PROP_LOSSLESS | AV_CODEC_PROP_LOSSY)) == AV_CODEC_PROP_LOSSLESS;
  }
  source.sample_rate_hz = frame.sample_rate;
  source.channels = frame.ch_layout.nb_channels;
  if (const int bits = coded.bits_per_raw_sample > 0 ? coded.bits_per_raw_sample
                                                     : av_get_bits_per_sample(coded.codec_id);
      source.is_lossless && bits > 0)
    source.bits_per_sample = bits;
  if (const auto rate = coded.bit_rate > 0 ? coded.bit_rate : format_->bit_rate; rate > 0)
    source.bit_rate_bps = static_cast<double>(rate);
  return source;
}

bool Track::in_16_bit() const {
  return read_in_16_bit(format_->iformat->name);
}

}  // namespace aura::audio
