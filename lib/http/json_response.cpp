#include "json_response.h"

namespace aura::http {

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response json_response(const Json& body, unsigned status) {
  return {status, text_of(body)};
}

Response error_response(unsigned status, std::string_view message) {
  return json_response({{"error", message}}, status);
}

}  // namespace aura::http
