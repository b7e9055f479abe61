#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "message.h"

namespace aura::http {

// All functions here are thread-safe.

using Json = nlohmann::ordered_json;

/// Returns `json` on one line. Replaces bytes that are not UTF-8: a database whose encoding is
/// SQL_ASCII holds any bytes.
std::string text_of(const Json& json);

/// Returns a response whose body is `body`.
Response json_response(const Json& body, unsigned status = 200);

/// Returns a response whose body is {"error": message}.
Response error_response(unsigned status, std::string_view message);

}  // namespace aura::http
