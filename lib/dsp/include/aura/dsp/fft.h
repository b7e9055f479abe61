#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace aura::dsp {

/// Transforms `size` complex values by KissFFT: X[k] = sum over n of x[n] exp(-2 pi i k n / size),
/// unscaled. For single transforms, and as the reference for the transforms of Lanes. Not
/// thread-safe; different objects may work in different threads.
class ComplexFft {
 public:
  /// Fast if `size` has no large prime factors.
  explicit ComplexFft(std::size_t size);
  ~ComplexFft();
  ComplexFft(ComplexFft&&) noexcept;
  ComplexFft& operator=(ComplexFft&&) noexcept;

  /// Writes the transform of `in` to `out`: size() values each, without overlap. Throws
  /// std::bad_alloc: KissFFT allocates memory for prime factors above 5.
  void forward(std::span<const std::complex<double>> in, std::span<std::complex<double>> out);

  std::size_t size() const noexcept { return size_; }

 private:
  struct Plan;

  std::size_t size_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace aura::dsp
