#include <string>
#include <string_view>

#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include "fl/local_training.hpp"
#include "fl/torch.hpp"

namespace mlaasim::fl {

void use_one_thread() {
    at::set_num_threads(1);
    at::set_num_interop_threads(1);
}

bool is_torch_out_of_memory(const std::exception& error) {
    return dynamic_cast<const c10::Error*>(&error) != nullptr &&
           std::string_view{error.what()}.find("DefaultCPUAllocator: ") != std::string_view::npos;
}

std::string torch_version() { return std::string("LibTorch ") + TORCH_VERSION; }

std::string torch_instruction_set() { return at::get_cpu_capability(); }

}  // namespace mlaasim::fl
