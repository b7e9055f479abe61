#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace aura::dsp {

/// The discrete Fourier transform of `size` complex values, X[k] = sum over n of x[n]
/// exp(-2 pi i k n / size), unscaled, by KissFFT: for what is transformed once, and the scalar
/// reference for what Lanes transforms. Move-only; an object may be used by one thread at a time,
/// different objects by different threads.
class ComplexFft {
 public:
  /// Quick for a `size` without large prime factors.
  explicit ComplexFft(std::size_t size);
  ~ComplexFft();
  ComplexFft(ComplexFft&&) noexcept;
  ComplexFft& operator=(ComplexFft&&) noexcept;

  /// `in` and `out` hold `size` values each and must not overlap. Throws std::bad_alloc: KissFFT
  /// allocates for prime factors above 5.
  void forward(std::span<const std::complex<double>> in, std::span<std::complex<double>> out);

  std::size_t size() const noexcept { return size_; }

 private:
  struct Plan;

  std::size_t size_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace aura::dsp
