#include "openapi.h"

#include "aura/analysis/report_schema.h"
#include "json_response.h"
#include "openapi_text.h"

namespace aura::http {
namespace {

/// In OpenAPI 3.0 a type has no "null", but "nullable" beside it.
void to_openapi_3_0(Json& schema) {
  if (!schema.is_structured()) return;
  for (auto& member : schema) to_openapi_3_0(member);
  if (!schema.is_object() || !schema.contains("type") || !schema["type"].is_array()) return;
  for (const auto& type : Json(schema["type"])) {
    if (type == "null") {
      schema["nullable"] = true;
    } else {
      schema["type"] = type;
    }
  }
}

std::string describe() {
  auto report = Json::parse(analysis::report_schema());
  report.erase("$schema");
  report.erase("$id");
  to_openapi_3_0(report);
  auto description = Json::parse(kOpenApi);
  description["components"]["schemas"]["Report"] = std::move(report);
  return description.dump();
}

}  // namespace

Response answer_openapi(const Call& /*call*/, const WorkerState& /*worker*/) {
  static const std::string description = describe();
  return {200, description};
}

}  // namespace aura::http
