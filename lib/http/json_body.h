#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "message.h"

namespace aura::http {

// All functions here are thread-safe and throw BadRequest.

/// Throws, with status 415, unless the request declares its body as JSON. A browser then asks the
/// server before it sends such a request for another origin's page.
void require_json(const Request& request);

/// Returns the JSON object that the whole `body` is.
nlohmann::json read_object(std::string_view body);

/// Returns the text of a member; nothing if it is missing or null. Throws if it is not a string,
/// has more than `most_bytes` or holds a NUL.
std::optional<std::string> text_in(const nlohmann::json& object, const std::string& name,
                                   std::size_t most_bytes);

/// As text_in(). Throws if the member is missing or empty.
std::string required_text_in(const nlohmann::json& object, const std::string& name,
                             std::size_t most_bytes);

}  // namespace aura::http
