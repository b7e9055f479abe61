#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace aura::dsp {

/// The discrete Fourier transform of `size` real samples in single precision,
/// X[k] = sum over n of x[n] exp(-2 pi i k n / size), unscaled. Move-only; an object may be used by
/// one thread at a time, different objects by different threads.
class RealFft {
 public:
  /// `size` is even.
  explicit RealFft(std::size_t size);

  /// `in` holds `size` samples; `out` gets the size / 2 + 1 bins from 0 Hz to Nyquist. They must
  /// not overlap.
  void forward(std::span<const float> in, std::span<std::complex<float>> out) noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  struct PlanDeleter {
    void operator()(void* plan) const noexcept;
  };

  std::size_t size_;
  std::unique_ptr<void, PlanDeleter> plan_;
};

/// The same of `size` complex values in double precision, for what must keep more than seven
/// digits.
class ComplexFft {
 public:
  /// Quick for a `size` that next_fast_size() returns; slow for one with large prime factors.
  explicit ComplexFft(std::size_t size);
  ~ComplexFft();
  ComplexFft(ComplexFft&&) noexcept;
  ComplexFft& operator=(ComplexFft&&) noexcept;

  /// `in` and `out` hold `size` values each and must not overlap.
  void forward(std::span<const std::complex<double>> in,
               std::span<std::complex<double>> out) noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  struct Plan;

  std::size_t size_;
  std::unique_ptr<Plan> plan_;
};

/// The least size from `at_least` up that has no prime factor above 5.
std::size_t next_fast_size(std::size_t at_least) noexcept;

}  // namespace aura::dsp
