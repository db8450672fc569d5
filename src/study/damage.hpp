// A trace that can't be read: is it damaged, and what can its owner do?
#pragma once

#include <filesystem>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::study {

/// Throws InputError: that the trace is damaged, and whether the commit before, in FILE.next, is whole. When
/// `sim::verify` finds no damage, or the file is no trace at all, throws `error` as it is.
[[noreturn]] void throw_as_damage(const std::filesystem::path& file, const sim::InputError& error);

/// Runs a step that reads a trace and does not ask its user for anything else. What it throws because the trace is
/// damaged says so, and does not speak of HDF5 or YAML.
template <class Step>
auto reading(const std::filesystem::path& file, Step step) {
    try {
        return step();
    } catch (const sim::InputError& error) {
        throw_as_damage(file, error);
    }
}

}  // namespace mlaasim::study
