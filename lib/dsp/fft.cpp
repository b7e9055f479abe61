#include "aura/dsp/fft.h"

#include <cassert>
#include <kissfft.hh>

namespace aura::dsp {
struct ComplexFft::Plan : kissfft<double> {
  explicit Plan(std::size_t size) : kissfft<double>(size, false) {}
};

ComplexFft::ComplexFft(std::size_t size) : size_(size), plan_(std::make_unique<Plan>(size)) {}
ComplexFft::~ComplexFft() = default;
ComplexFft::ComplexFft(ComplexFft&&) noexcept = default;
ComplexFft& ComplexFft::operator=(ComplexFft&&) noexcept = default;

void ComplexFft::forward(std::span<const std::complex<double>> in,
                         std::span<std::complex<double>> out) {
  assert(in.size() == size_ && out.size() == size_);
  plan_->transform(in.data(), out.data());
}

}  // namespace aura::dsp
