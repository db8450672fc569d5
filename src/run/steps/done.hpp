// The result of steps that have none.
#pragma once

namespace mlaasim::run {

struct Done {};

}  // namespace mlaasim::run
