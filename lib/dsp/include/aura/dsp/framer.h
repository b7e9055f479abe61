#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

namespace aura::dsp {

/// One centred frame. Both views hold until the callback that was given it returns.
struct Frame {
  /// All of it, with zeros where it reaches over an end of the signal.
  std::span<const float> padded;
  /// The part that lies within the signal.
  std::span<const float> signal;
};

/// Cuts a signal that comes in blocks of any size into overlapping frames: frame t is centred on
/// sample t * hop_length, so that a signal of n samples has 1 + n / hop_length frames (rounded
/// down), also when n is 0. Holds one frame; allocates only in its constructor.
class Framer {
 public:
  /// `frame_length` is even, `hop_length` at least 1 and at most half of `frame_length`.
  Framer(std::size_t frame_length, std::size_t hop_length)
      : buffer_(frame_length, 0.0F),
        hop_length_(hop_length),
        filled_(frame_length / 2),
        signal_begin_(frame_length / 2) {
    assert(frame_length % 2 == 0 && hop_length >= 1 && 2 * hop_length <= frame_length);
  }

  /// Takes the next samples and calls `on_frame` for each frame that they complete.
  template <std::invocable<const Frame&> OnFrame>
  void push(std::span<const float> samples, OnFrame&& on_frame) {
    while (!samples.empty()) {
      const std::size_t count = std::min(samples.size(), buffer_.size() - filled_);
      std::copy_n(samples.begin(), count, buffer_.begin() + static_cast<std::ptrdiff_t>(filled_));
      samples = samples.subspan(count);
      filled_ += count;
      emit_if_full(buffer_.size(), on_frame);
    }
  }

  /// Ends the signal: calls `on_frame` for the frames that reach over its end. Nothing may be
  /// pushed afterwards.
  template <std::invocable<const Frame&> OnFrame>
  void finish(OnFrame&& on_frame) {
    std::size_t signal_end = filled_;
    // A frame's centre may lie no further than the end of the signal, half a frame before its own
    // end.
    while (signal_end >= buffer_.size() / 2) {
      std::fill(buffer_.begin() + static_cast<std::ptrdiff_t>(signal_end), buffer_.end(), 0.0F);
      filled_ = buffer_.size();
      emit_if_full(signal_end, on_frame);
      signal_end -= hop_length_;
    }
  }

 private:
  template <typename OnFrame>
  void emit_if_full(std::size_t signal_end, OnFrame& on_frame) {
    if (filled_ < buffer_.size()) return;
    const std::span<const float> padded(buffer_);
    on_frame(Frame{padded, padded.subspan(signal_begin_, signal_end - signal_begin_)});
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(hop_length_), buffer_.end(),
              buffer_.begin());
    filled_ -= hop_length_;
    signal_begin_ -= std::min(signal_begin_, hop_length_);
  }

  std::vector<float> buffer_;
  std::size_t hop_length_;
  std::size_t filled_;
  std::size_t signal_begin_;
};

}  // namespace aura::dsp
