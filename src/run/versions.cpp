#include "run/versions.hpp"

#include "sim/storage/hdf5_file.hpp"

#include <elf.h>
#include <fmt/core.h>
#include <link.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <span>

#include "fl/engine.hpp"
#include "fl/local_training.hpp"
#include "run/version.hpp"
#include "sim/parallel/communicator.hpp"
#include "sim/storage/trace_file.hpp"

namespace mlaasim::run {
namespace {

/// The compiler of this program: it decides how sums are vectorised.
std::string compiler() {
#if defined(__clang__)
    return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
    return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
    return "unknown compiler";
#endif
}

/// The C library that runs here, which brings exp, log and the like: "glibc 2.36".
std::string c_library() {
#if defined(_CS_GNU_LIBC_VERSION)
    std::array<char, 64> name{};
    if (confstr(_CS_GNU_LIBC_VERSION, name.data(), name.size()) > 0) {
        return name.data();
    }
#endif
    return "unknown C library";
}

/// MKL obeys MKL_CBWR on Intel's processors and chooses for itself elsewhere, so its products differ by maker.
std::string processor_maker() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_is("intel") ? "Intel" : __builtin_cpu_is("amd") ? "AMD" : "another maker";
#else
    return "another maker";
#endif
}

/// The id among the notes of one program segment, in hex; empty when there is none.
std::string build_id_in(std::span<const std::byte> notes) {
    constexpr std::size_t word = 4;
    const auto padded = [](std::size_t size) { return (size + word - 1) / word * word; };
    ElfW(Nhdr) note;
    while (notes.size() >= sizeof note) {
        std::memcpy(&note, notes.data(), sizeof note);
        const std::size_t id_at = sizeof note + padded(note.n_namesz);
        const std::size_t end = id_at + padded(note.n_descsz);
        if (end > notes.size()) {
            break;
        }
        if (note.n_type == NT_GNU_BUILD_ID) {
            std::string id;
            for (const std::byte byte : notes.subspan(id_at, note.n_descsz)) {
                id += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
            }
            return id;
        }
        notes = notes.subspan(end);
    }
    return "";
}

/// The linker's id of the program file, a digest of its content; the same wherever the file lies.
std::string build_id() {
    std::string id;
    const auto first_object = [](dl_phdr_info* info, std::size_t /*size*/, void* result) {
        for (const ElfW(Phdr) & segment : std::span{info->dlpi_phdr, info->dlpi_phnum}) {
            std::string& found = *static_cast<std::string*>(result);
            if (segment.p_type == PT_NOTE && found.empty()) {
                // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader gives addresses as numbers
                const auto* const start = reinterpret_cast<const std::byte*>(info->dlpi_addr + segment.p_vaddr);
                found = build_id_in({start, segment.p_memsz});
            }
        }
        return 1;  // The program itself comes first; its libraries are not asked.
    };
    dl_iterate_phdr(first_object, &id);
    return id.empty() ? "none" : id;
}

}  // namespace

std::string instruction_sets() {
    return fl::torch_instruction_set() + ", fused kernels " + fl::fused_instruction_set();
}

std::string processor() { return instruction_sets() + ", processor of " + processor_maker(); }

std::string library_versions() {
    return fmt::format("{}; {}; {}; {}; {}", fl::torch_version(), sim::hdf5_version(), sim::MpiScope::library_version(),
                       compiler(), c_library());
}

std::string build_name() {
    return fmt::format("mlaasim {} (commit {}, build id {})", program_version(), git_commit(), build_id());
}

std::string version_text() {
    return fmt::format("mlaasim {} (commit {})\n{} on {}\n{}\n{}\n{}\n{}\n", program_version(), git_commit(),
                       fl::torch_version(), instruction_sets(), sim::hdf5_version(), sim::MpiScope::library_version(),
                       compiler(), c_library());
}

}  // namespace mlaasim::run
