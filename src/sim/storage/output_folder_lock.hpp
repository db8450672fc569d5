// The exclusive right to write to an output folder.
#pragma once

#include <filesystem>
#include <string>

namespace mlaasim::sim {

/// Whether others may hold the folder at the same time: those who share it, too.
enum class Sharing { alone, shared };

/// One run at a time holds a folder, or several that share it; the kernel releases it when the process dies.
class OutputFolderLock {
public:
    /// Makes the folder when needed and takes `flock` on FOLDER/.lock. Throws InputError: a part of the path that is a
    /// file, a link to nowhere or too long; not writable; .lock is a link; held by another run (naming its process id
    /// and host).
    explicit OutputFolderLock(const std::filesystem::path& folder, Sharing sharing = Sharing::alone);
    ~OutputFolderLock();
    OutputFolderLock(const OutputFolderLock&) = delete;
    OutputFolderLock& operator=(const OutputFolderLock&) = delete;

    /// Throws InputError unless FOLDER/.lock is still the file that is locked: without it, another run may be writing
    /// to the folder.
    void expect_held() const;

private:
    /// "removed" or "replaced", what was done to FOLDER/.lock; empty when it is the file that is locked.
    [[nodiscard]] std::string lost() const;

    std::filesystem::path folder_;
    int descriptor_ = -1;
};

}  // namespace mlaasim::sim
