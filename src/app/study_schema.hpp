// The JSON Schema of study files: that of scenarios with three more sections.
#pragma once

#include <string>

namespace mlaasim::app {

/// `scenario_schema`: as sim::to_json_schema gives it.
[[nodiscard]] std::string study_schema(const std::string& scenario_schema);

}  // namespace mlaasim::app
