// Loaded before the C library it makes a process believe that it has another version of it.
#include <unistd.h>

#include <algorithm>
#include <string_view>

extern "C" std::size_t confstr(int /*name*/, char* text, std::size_t size) noexcept {
    constexpr std::string_view version = "glibc 0.1";
    if (size > 0) {
        text[version.copy(text, std::min(version.size(), size - 1))] = '\0';
    }
    return version.size() + 1;
}
