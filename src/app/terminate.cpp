#include "app/terminate.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

/// Allocates nothing.
[[noreturn]] void end() {
    if (std::current_exception() != nullptr) {
        try {
            throw;
        } catch (const std::bad_alloc&) {
            constexpr std::string_view text =
                "mlaasim: error: memory ran out, and the program can't go on. Hint: raise the limit (`ulimit -v`)\n";
            static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
            _exit(static_cast<int>(sim::ExitCode::input));
        } catch (const std::exception& error) {
            const std::string_view what{error.what()};
            for (const std::string_view part :
                 {std::string_view{"mlaasim: error: this is a bug: "}, what, std::string_view{"\n"}}) {
                static_cast<void>(!write(STDERR_FILENO, part.data(), part.size()));
            }
        }
    }
    std::abort();
}

}  // namespace

void report_memory_at_terminate() noexcept { std::set_terminate(end); }

}  // namespace mlaasim::app
