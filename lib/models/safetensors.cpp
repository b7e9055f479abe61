#include "aura/models/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "aura/base/text.h"
#include "header_reader.h"

namespace aura::models {
namespace {

constexpr std::size_t kLengthBytes = 8;

static_assert(std::endian::native == std::endian::little,
              "safetensors files hold little-endian numbers, which are read as they are");

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw BadSafetensors("tensor " + one_line(name, 60) + " " + why);
}

/// Returns the product of `shape`; nothing larger than `limit` passes.
std::uint64_t count_of(const std::string& name, const std::vector<std::uint64_t>& shape,
                       std::uint64_t limit) {
  std::uint64_t count = 1;
  for (const std::uint64_t size : shape) {
    if (size == 0) refuse(name, "is empty");
    if (size > limit / count) refuse(name, "is larger than the file");
    count *= size;
  }
  return count;
}

std::uint64_t length_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return length;
}

Tensor tensor_of(const std::string& name, const HeaderEntry& entry,
                 std::span<const std::uint8_t> data) {
  if (entry.dtype != "F32") {
    refuse(name, "has the type " + one_line(entry.dtype, 20) + "; AURA reads F32 only");
  }
  if (entry.offsets.size() != 2) refuse(name, "has other than two offsets");
  const std::uint64_t begin = entry.offsets[0];
  const std::uint64_t end = entry.offsets[1];
  if (begin > end || end > data.size()) refuse(name, "lies outside of the file");
  const std::uint64_t count = count_of(name, entry.shape, data.size() / sizeof(float));
  if (count * sizeof(float) != end - begin) refuse(name, "has another size than its shape says");
  const std::uint8_t* first = data.data() + begin;
  if (reinterpret_cast<std::uintptr_t>(first) % alignof(float) != 0) {
    refuse(name, "does not begin on a multiple of 4 bytes");
  }
  const std::span values(reinterpret_cast<const float*>(first), count);
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
    refuse(name, "holds an infinity or a NaN");
  return {{entry.shape.begin(), entry.shape.end()}, values};
}

/// Throws if the tensors, sorted by their offsets, leave a gap or overlap.
void check_layout(const Header& header, std::size_t data_bytes) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& [name, entry] : header.tensors) {
    ranges.emplace_back(entry.offsets[0], entry.offsets[1]);
  }
  std::sort(ranges.begin(), ranges.end());
  std::uint64_t end = 0;
  for (const auto& range : ranges) {
    if (range.first < end) throw BadSafetensors("two tensors overlap");
    if (range.first > end) throw BadSafetensors("there are bytes that belong to no tensor");
    end = range.second;
  }
  if (end != data_bytes) throw BadSafetensors("there are bytes that belong to no tensor");
}

}  // namespace

Safetensors::Safetensors(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kLengthBytes) throw BadSafetensors("the file is too short");
  const std::uint64_t length = length_of(bytes);
  if (length > kMaxHeaderBytes) throw BadSafetensors("the header is longer than 1 MiB");
  if (length > bytes.size() - kLengthBytes) {
    throw BadSafetensors("the file ends within its header");
  }
  const auto text = bytes.subspan(kLengthBytes, length);
  const auto data = bytes.subspan(kLengthBytes + length);
  Header header = read_header({reinterpret_cast<const char*>(text.data()), text.size()});
  for (const auto& [name, entry] : header.tensors) {
    tensors_.emplace(name, tensor_of(name, entry, data));
  }
  check_layout(header, data.size());
  metadata_ = std::move(header.metadata);
}

std::span<const float> Safetensors::tensor(std::string_view name,
                                           std::span<const std::size_t> shape) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw BadSafetensors("there is no tensor " + one_line(name, 60));
  }
  if (!std::equal(shape.begin(), shape.end(), found->second.shape.begin(),
                  found->second.shape.end())) {
    refuse(std::string(name), "has another shape than this model has");
  }
  return found->second.values;
}

const std::string& Safetensors::metadata(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) {
    throw BadSafetensors("the metadata has no " + one_line(key, 60));
  }
  return found->second;
}

}  // namespace aura::models
