#include "aura/analysis/report_schema.h"

#include "report_schema_text.h"

namespace aura::analysis {

std::string_view report_schema() noexcept {
  return kReportSchema;
}

}  // namespace aura::analysis
