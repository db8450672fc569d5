// All of LibTorch that this program uses; precompiled once for the files that include it. Such files use neither fmt
// nor spdlog: LibTorch's include folder carries an fmt of its own.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
