#include "reference.h"

#include <fstream>

namespace aura::test {

const nlohmann::json& reference() {
  static const auto parsed =
      nlohmann::json::parse(std::ifstream(AURA_TEST_DATA "/librosa/reference.json"));
  return parsed;
}

const nlohmann::json& reference_checks() {
  return reference().at("checks");
}

}  // namespace aura::test
