// Whether a study is still the one that a folder was begun with.
#pragma once

#include <filesystem>
#include <string>

#include "study/study_folder.hpp"

namespace mlaasim::study {

/// What differs between two studies that changes their runs, in words; empty when nothing does. Metrics and baseline
/// change no run.
[[nodiscard]] std::string changes(const StoredStudy& then, const StoredStudy& now);

/// Throws InputError when the folder holds another study, with the difference, or the trace of a run.
void expect_same_study(const std::filesystem::path& folder, const StoredStudy& study);

/// Puts the study into its folder, which is made when needed: study.yaml and study.json. Throws what
/// expect_same_study() throws; other metrics or another baseline replace the old ones.
void settle_in(const std::filesystem::path& folder, const StoredStudy& study, const std::string& text);

}  // namespace mlaasim::study
