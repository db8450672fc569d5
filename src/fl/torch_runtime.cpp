#include <string>

#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include "fl/local_training.hpp"
#include "fl/torch.hpp"

namespace mlaasim::fl {

void use_one_thread() {
    at::set_num_threads(1);
    at::set_num_interop_threads(1);
}

std::string torch_version() { return std::string("LibTorch ") + TORCH_VERSION; }

std::string torch_instruction_set() { return at::get_cpu_capability(); }

}  // namespace mlaasim::fl
