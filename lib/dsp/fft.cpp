#include "aura/dsp/fft.h"

#include <kiss_fftr.h>

#include <cassert>
#include <kissfft.hh>
#include <new>

namespace aura::dsp {
namespace {

static_assert(sizeof(kiss_fft_cpx) == sizeof(std::complex<float>));

kiss_fftr_cfg as_kiss(void* plan) noexcept {
  return static_cast<kiss_fftr_cfg>(plan);
}

}  // namespace

void RealFft::PlanDeleter::operator()(void* plan) const noexcept {
  kiss_fftr_free(as_kiss(plan));
}

RealFft::RealFft(std::size_t size)
    : size_(size), plan_(kiss_fftr_alloc(static_cast<int>(size), 0, nullptr, nullptr)) {
  assert(size >= 2 && size % 2 == 0);
  if (!plan_) throw std::bad_alloc();
}

void RealFft::forward(std::span<const float> in, std::span<std::complex<float>> out) noexcept {
  assert(in.size() == size_ && out.size() == size_ / 2 + 1);
  // std::complex<float> is laid out as two floats, the same as kiss_fft_cpx.
  kiss_fftr(as_kiss(plan_.get()), in.data(), reinterpret_cast<kiss_fft_cpx*>(out.data()));
}

struct ComplexFft::Plan : kissfft<double> {
  explicit Plan(std::size_t size) : kissfft<double>(size, false) {}
};

ComplexFft::ComplexFft(std::size_t size) : size_(size), plan_(std::make_unique<Plan>(size)) {}
ComplexFft::~ComplexFft() = default;
ComplexFft::ComplexFft(ComplexFft&&) noexcept = default;
ComplexFft& ComplexFft::operator=(ComplexFft&&) noexcept = default;

void ComplexFft::forward(std::span<const std::complex<double>> in,
                         std::span<std::complex<double>> out) noexcept {
  assert(in.size() == size_ && out.size() == size_);
  plan_->transform(in.data(), out.data());
}

std::size_t next_fast_size(std::size_t at_least) noexcept {
  return static_cast<std::size_t>(kiss_fft_next_fast_size(static_cast<int>(at_least)));
}

}  // namespace aura::dsp
