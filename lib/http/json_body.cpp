#include "json_body.h"

#include <utility>

#include "aura/base/text.h"
#include "bad_request.h"

namespace aura::http {
namespace {

using Json = nlohmann::json;

Json parse(std::string_view body) try { return Json::parse(body); } catch (const Json::exception&) {
  throw BadRequest("the body must be JSON, in UTF-8");
}

}  // namespace

void require_json(const Request& request) {
  const std::string_view type = request.content_type;
  if (!equal_ignoring_case(type.substr(0, type.find_first_of("; ")), "application/json"))
    throw BadRequest("the header Content-Type must be application/json", 415);
}

Json read_object(std::string_view body) {
  auto object = parse(body);
  if (!object.is_object()) throw BadRequest("the body must be a JSON object");
  return object;
}

std::optional<std::string> text_in(const Json& object, const std::string& name,
                                   std::size_t most_bytes) {
  const auto member = object.find(name);
  if (member == object.end() || member->is_null()) return std::nullopt;
  if (!member->is_string()) throw BadRequest(name + " must be a string");
  auto text = member->get<std::string>();
  if (text.find('\0') != std::string::npos) throw BadRequest(name + " must not hold a NUL");
  if (text.size() > most_bytes)
    throw BadRequest(name + " must be at most " + std::to_string(most_bytes) + " bytes");
  return text;
}

std::string required_text_in(const Json& object, const std::string& name, std::size_t most_bytes) {
  auto text = text_in(object, name, most_bytes);
  if (!text || text->empty()) throw BadRequest(name + " is missing");
  return std::move(*text);
}

}  // namespace aura::http
