#include "header_reader.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "aura/base/text.h"
#include "aura/models/safetensors.h"

namespace aura::models {
namespace {

constexpr std::string_view kMetadata = "__metadata__";

/// Takes the events of nlohmann's parser, which uses no recursion and keeps nothing. Accepts only
/// the form of a header, so that no depth and no size is left to the file.
class HeaderEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderEvents(Header& header) : header_(header) {}

  // Methods of the interface. nlohmann wants true to go on; what is wrong is thrown here.
  // NOLINTBEGIN(readability-identifier-naming)
  bool null() override { refuse("null"); }
  bool boolean(bool /*value*/) override { refuse("a boolean"); }
  bool number_integer(number_integer_t /*value*/) override { refuse("a negative number"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    refuse("a number that is not whole");
  }
  bool binary(binary_t& /*value*/) override { refuse("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (numbers_ == nullptr) refuse("a number outside of shape and data_offsets");
    if (numbers_->size() >= Safetensors::kMaxDimensions) refuse("a list of too many numbers");
    numbers_->push_back(value);
    return true;
  }

  bool string(string_t& value) override {
    if (place_ == Place::kTexts) {
      if (!header_.metadata.emplace(key_, std::move(value)).second) repeated();
    } else if (place_ == Place::kTensor && key_ == "dtype") {
      entry_->dtype = std::move(value);
    } else {
      refuse("a text in the wrong place");
    }
    return true;
  }

  bool start_object(std::size_t /*size*/) override {
    if (place_ == Place::kOutside && !began_) {
      began_ = true;
      place_ = Place::kTop;
    } else if (place_ == Place::kTop && key_ == kMetadata) {
      if (std::exchange(has_metadata_, true)) repeated();
      place_ = Place::kTexts;
    } else if (place_ == Place::kTop) {
      if (header_.tensors.size() >= Safetensors::kMaxTensors) refuse("too many tensors");
      const auto [at, is_new] = header_.tensors.emplace(key_, HeaderEntry());
      if (!is_new) repeated();
      tensor_ = key_;
      entry_ = &at->second;
      seen_.clear();
      place_ = Place::kTensor;
    } else {
      refuse("an object in the wrong place");
    }
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kTensor && seen_.size() != 3) refuse("a tensor without " + missing());
    place_ = place_ == Place::kTop ? Place::kOutside : Place::kTop;
    return true;
  }

  bool key(string_t& value) override {
    if (value.empty() || value.size() > Safetensors::kMaxNameBytes) {
      refuse("a name that is empty or longer than 200 bytes");
    }
    key_ = std::move(value);
    if (place_ != Place::kTensor) return true;
    if (key_ != "dtype" && key_ != "shape" && key_ != "data_offsets") {
      refuse("the unknown key " + shown(key_));
    }
    if (!seen_.insert(key_).second) repeated();
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    if (place_ != Place::kTensor || numbers_ != nullptr || key_ == "dtype") {
      refuse("a list in the wrong place");
    }
    numbers_ = key_ == "shape" ? &entry_->shape : &entry_->offsets;
    return true;
  }

  bool end_array() override {
    numbers_ = nullptr;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    throw BadSafetensors("the header is no JSON: see its byte " + std::to_string(position));
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  enum class Place { kOutside, kTop, kTexts, kTensor };

  static std::string shown(std::string_view text) { return one_line(text, 60); }

  [[noreturn]] void refuse(const std::string& what) const {
    throw BadSafetensors("the header has " + what +
                         (place_ == Place::kTensor ? " (tensor " + shown(tensor_) + ")" : ""));
  }
  [[noreturn]] void repeated() const { refuse("two values for " + shown(key_)); }

  std::string missing() const {
    for (const char* key : {"dtype", "shape", "data_offsets"}) {
      if (!seen_.contains(key)) return key;
    }
    return "";
  }

  Header& header_;
  Place place_ = Place::kOutside;
  bool began_ = false;
  bool has_metadata_ = false;
  std::string key_;
  std::string tensor_;
  HeaderEntry* entry_ = nullptr;
  std::set<std::string, std::less<>> seen_;
  std::vector<std::uint64_t>* numbers_ = nullptr;
};

}  // namespace

Header read_header(std::string_view json) {
  // The format wants it, and it leaves no place to a byte order mark.
  if (!json.starts_with('{')) throw BadSafetensors("the header is no JSON object");
  Header header;
  HeaderEvents events(header);
  nlohmann::json::sax_parse(json.begin(), json.end(), &events);
  return header;
}

}  // namespace aura::models
