#include "study/batch/submissions.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Of the file's form. Another form gets another number.
constexpr int form = 1;
constexpr std::size_t most_bytes = std::size_t{1} << 26U;

constexpr std::array words{std::pair{SubmissionState::intended, "intended"},
                           std::pair{SubmissionState::submitted, "submitted"},
                           std::pair{SubmissionState::refused, "refused"}};

SubmissionState state_of(const std::string& word, const fs::path& file) {
    const auto* const known = std::ranges::find(words, word, [](const auto& pair) { return std::string{pair.second}; });
    if (known == words.end()) {
        throw sim::InputError({.file = file.string(),
                               .what = "a submission is \"" + word + '"',
                               .expected = "intended, submitted or refused"});
    }
    return known->first;
}

Json json_of(const Submission& submission) {
    return {{"token", submission.token},
            {"job_name", submission.job_name},
            {"time", submission.time},
            {"state", word_of(submission.state)},
            {"job", submission.job},
            {"answer", submission.answer},
            {"first_point", submission.first_point},
            {"last_point", submission.last_point},
            {"points_per_task", submission.points_per_task}};
}

Submission submission_of(const Json& json, const fs::path& file) {
    return {.token = json.at("token").get<std::string>(),
            .job_name = json.at("job_name").get<std::string>(),
            .time = json.at("time").get<std::string>(),
            .state = state_of(json.at("state").get<std::string>(), file),
            .job = json.at("job").get<std::string>(),
            .answer = json.at("answer").get<std::string>(),
            .first_point = json.at("first_point").get<std::int64_t>(),
            .last_point = json.at("last_point").get<std::int64_t>(),
            .points_per_task = json.at("points_per_task").get<std::int64_t>()};
}

fs::path file_in(const fs::path& folder) { return folder / "jobs.json"; }

}  // namespace

std::string_view word_of(SubmissionState state) {
    return std::ranges::find(words, state, [](const auto& pair) { return pair.first; })->second;
}

std::vector<std::string> job_names(const Submissions& submissions) {
    std::vector<std::string> names;
    std::ranges::transform(submissions.all, std::back_inserter(names), &Submission::job_name);
    return names;
}

Submissions read_submissions(const fs::path& folder) {
    const fs::path file = file_in(folder);
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        return {};
    }
    const std::string text = sim::read_regular_file(
        file, most_bytes,
        {.subject = "the record of jobs", .expected = "a file that mlaasim submit wrote", .hint = ""});
    try {
        const Json json = Json::parse(text);
        if (json.at("form").get<int>() != form) {
            throw sim::InputError({.file = file.string(),
                                   .what = "the record of jobs has form " + json.at("form").dump(),
                                   .expected = "form " + std::to_string(form),
                                   .hint = "another version of mlaasim wrote it"});
        }
        Submissions submissions{.name = json.at("name").get<std::string>(),
                                .rounds = json.at("rounds").get<std::int64_t>(),
                                .most_timeouts = json.at("most_timeouts").get<std::int64_t>()};
        std::ranges::transform(json.at("submissions"), std::back_inserter(submissions.all),
                               [&](const Json& each) { return submission_of(each, file); });
        return submissions;
    } catch (const Json::exception& error) {
        throw sim::InputError({.file = file.string(),
                               .what = std::string{"the record of jobs is damaged: "} + error.what(),
                               .hint = "see with squeue that no job of this folder is left, then remove the file"});
    }
}

void write_submissions(const fs::path& folder, const Submissions& submissions) {
    Json all = Json::array();
    for (const Submission& submission : submissions.all) {
        all.push_back(json_of(submission));
    }
    const Json json{{"form", form},
                    {"name", submissions.name},
                    {"rounds", submissions.rounds},
                    {"most_timeouts", submissions.most_timeouts},
                    {"submissions", std::move(all)}};
    write_whole_file(file_in(folder), json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mlaasim::study
