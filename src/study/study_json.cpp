// study.json: a StoredStudy in and out.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"
#include "study/study_folder.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::study {
namespace {

using Json = nlohmann::ordered_json;

/// Of the file's form. Another form gets another number.
constexpr int form = 1;
/// A study of 100,000 points has about 50 MB.
constexpr std::size_t most_bytes = std::size_t{1} << 30U;

Json json_of(const std::vector<Named>& pairs) {
    Json object = Json::object();
    for (const Named& pair : pairs) {
        object[pair.name] = pair.value;
    }
    return object;
}

std::vector<Named> pairs_of(const Json& object) {
    std::vector<Named> pairs;
    for (const auto& [name, value] : object.items()) {
        pairs.push_back({name, value.get<std::string>()});
    }
    return pairs;
}

Json json_of(const StoredPoint& point) {
    return {
        {"index", point.index}, {"name", point.name},     {"setting", point.setting}, {"values", json_of(point.values)},
        {"seed", point.seed},   {"rounds", point.rounds}, {"digest", point.digest}};
}

StoredPoint point_of(const Json& point) {
    return {.index = point.at("index").get<std::size_t>(),
            .name = point.at("name").get<std::string>(),
            .setting = point.at("setting").get<std::string>(),
            .values = pairs_of(point.at("values")),
            .seed = point.at("seed").get<std::int64_t>(),
            .rounds = point.at("rounds").get<std::int64_t>(),
            .digest = point.at("digest").get<std::string>()};
}

std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "study.json"; }

}  // namespace

bool is_study_folder(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(file_in(folder), ignored);
}

StoredStudy read_study(const std::filesystem::path& folder) {
    const std::filesystem::path file = file_in(folder);
    const std::string text = sim::read_regular_file(
        file, most_bytes,
        {.subject = "the study", .expected = "the folder of a study", .hint = "mlaasim sweep makes one"});
    try {
        const Json json = Json::parse(text);
        if (json.at("form").get<int>() != form) {
            throw sim::InputError({.file = file.string(),
                                   .what = "the study has form " + json.at("form").dump(),
                                   .expected = "form " + std::to_string(form),
                                   .hint = "another version of mlaasim wrote it"});
        }
        StoredStudy study{.name = json.at("name").get<std::string>(),
                          .version = json.at("version").get<std::string>(),
                          .keys = json.at("keys").get<std::vector<std::string>>(),
                          .metrics = pairs_of(json.at("metrics")),
                          .baseline = pairs_of(json.at("baseline")),
                          .scenario = json.at("scenario").get<std::string>()};
        std::ranges::transform(json.at("points"), std::back_inserter(study.points), point_of);
        return study;
    } catch (const Json::exception& error) {
        throw sim::InputError({.file = file.string(),
                               .what = std::string{"the description of the study is damaged: "} + error.what(),
                               .hint = "remove the file, and give the same mlaasim sweep command again"});
    }
}

void write_study(const std::filesystem::path& folder, const StoredStudy& study) {
    Json points = Json::array();
    for (const StoredPoint& point : study.points) {
        points.push_back(json_of(point));
    }
    const Json json{{"form", form},
                    {"name", study.name},
                    {"version", study.version},
                    {"keys", study.keys},
                    {"metrics", json_of(study.metrics)},
                    {"baseline", json_of(study.baseline)},
                    {"scenario", study.scenario},
                    {"points", std::move(points)}};
    write_whole_file(file_in(folder), json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mlaasim::study
