#include "app/verdict_json.hpp"

#include <nlohmann/json.hpp>

namespace mlaasim::app {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<sim::Problem>& problems) {
    Json list = Json::array();
    for (const sim::Problem& problem : problems) {
        list.push_back({{"file", problem.file},
                        {"line", problem.line > 0 ? Json(problem.line) : Json()},
                        {"what", problem.what},
                        {"expected", problem.expected},
                        {"hint", problem.hint}});
    }
    return list;
}

}  // namespace

std::string verdict_json(const std::string& file, const std::vector<sim::Problem>& errors,
                         const std::vector<sim::Problem>& warnings) {
    const Json json{
        {"file", file}, {"ok", errors.empty()}, {"errors", json_of(errors)}, {"warnings", json_of(warnings)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mlaasim::app
