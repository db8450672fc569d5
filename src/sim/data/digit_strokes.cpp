#include "sim/data/digit_strokes.hpp"

#include <array>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

using enum StrokeForm;
using Styles = std::vector<DigitStyle>;

const Styles zero{
    {{closed,
      {{.50F, .04F},
       {.76F, .18F},
       {.82F, .50F},
       {.74F, .84F},
       {.48F, .96F},
       {.24F, .82F},
       {.18F, .48F},
       {.26F, .16F}}}},
    {{closed,
      {{.50F, .08F},
       {.68F, .24F},
       {.70F, .52F},
       {.64F, .84F},
       {.50F, .93F},
       {.36F, .82F},
       {.30F, .50F},
       {.34F, .22F}}}},
    {{curved,
      {{.62F, .06F},
       {.34F, .12F},
       {.20F, .45F},
       {.28F, .85F},
       {.54F, .95F},
       {.78F, .74F},
       {.80F, .36F},
       {.64F, .10F},
       {.46F, .12F}}}},
};

const Styles one{
    {{straight, {{.50F, .04F}, {.50F, .96F}}}},
    {{straight, {{.32F, .26F}, {.54F, .05F}, {.54F, .96F}}}},
    {{straight, {{.34F, .24F}, {.52F, .06F}, {.52F, .94F}}}, {straight, {{.30F, .94F}, {.74F, .94F}}}},
};

const Styles two{
    {{curved, {{.20F, .26F}, {.34F, .08F}, {.60F, .06F}, {.76F, .24F}, {.66F, .50F}, {.42F, .72F}, {.18F, .94F}}},
     {straight, {{.18F, .94F}, {.82F, .94F}}}},
    {{curved,
      {{.22F, .22F},
       {.48F, .05F},
       {.74F, .20F},
       {.68F, .48F},
       {.46F, .76F},
       {.26F, .92F},
       {.18F, .80F},
       {.34F, .76F},
       {.58F, .90F},
       {.84F, .86F}}}},
};

const Styles three{
    {{curved, {{.22F, .16F}, {.46F, .05F}, {.72F, .16F}, {.70F, .36F}, {.44F, .47F}}},
     {curved, {{.44F, .47F}, {.72F, .56F}, {.76F, .78F}, {.50F, .95F}, {.20F, .84F}}}},
    {{straight, {{.22F, .07F}, {.76F, .07F}, {.46F, .40F}}},
     {curved, {{.46F, .40F}, {.74F, .52F}, {.74F, .80F}, {.46F, .95F}, {.20F, .84F}}}},
};

const Styles four{
    {{straight, {{.34F, .06F}, {.20F, .56F}, {.82F, .56F}}}, {straight, {{.64F, .30F}, {.62F, .96F}}}},
    {{straight, {{.64F, .96F}, {.64F, .05F}, {.16F, .66F}, {.86F, .66F}}}},
    {{curved, {{.26F, .08F}, {.24F, .34F}, {.36F, .50F}, {.60F, .46F}, {.72F, .30F}}},
     {straight, {{.74F, .08F}, {.68F, .96F}}}},
};

const Styles five{
    {{straight, {{.76F, .06F}, {.32F, .06F}, {.27F, .44F}}},
     {curved, {{.27F, .44F}, {.52F, .37F}, {.76F, .53F}, {.74F, .80F}, {.48F, .95F}, {.20F, .86F}}}},
    {{curved,
      {{.76F, .08F},
       {.52F, .08F},
       {.34F, .12F},
       {.28F, .40F},
       {.50F, .44F},
       {.72F, .60F},
       {.68F, .84F},
       {.46F, .95F},
       {.22F, .88F}}}},
};

const Styles six{
    {{curved,
      {{.68F, .06F},
       {.42F, .22F},
       {.26F, .50F},
       {.26F, .80F},
       {.48F, .95F},
       {.72F, .84F},
       {.72F, .62F},
       {.50F, .52F},
       {.28F, .66F}}}},
    {{curved,
      {{.46F, .04F},
       {.32F, .36F},
       {.28F, .72F},
       {.40F, .94F},
       {.64F, .92F},
       {.72F, .72F},
       {.58F, .58F},
       {.38F, .64F},
       {.30F, .78F}}}},
};

const Styles seven{
    {{straight, {{.18F, .08F}, {.80F, .08F}, {.42F, .96F}}}},
    {{straight, {{.18F, .08F}, {.80F, .08F}, {.44F, .96F}}}, {straight, {{.34F, .52F}, {.74F, .50F}}}},
    {{curved, {{.18F, .16F}, {.44F, .08F}, {.78F, .08F}, {.70F, .30F}, {.52F, .60F}, {.46F, .96F}}}},
};

const Styles eight{
    {{closed,
      {{.50F, .48F},
       {.28F, .34F},
       {.30F, .12F},
       {.50F, .05F},
       {.70F, .12F},
       {.72F, .34F},
       {.50F, .48F},
       {.26F, .64F},
       {.26F, .86F},
       {.50F, .95F},
       {.74F, .86F},
       {.74F, .64F}}}},
    {{curved,
      {{.74F, .16F},
       {.48F, .05F},
       {.26F, .22F},
       {.44F, .44F},
       {.70F, .66F},
       {.66F, .90F},
       {.42F, .95F},
       {.26F, .76F},
       {.46F, .52F},
       {.70F, .32F},
       {.74F, .16F}}}},
};

const Styles nine{
    {{curved,
      {{.74F, .30F},
       {.54F, .48F},
       {.30F, .38F},
       {.28F, .16F},
       {.50F, .05F},
       {.72F, .16F},
       {.74F, .44F},
       {.66F, .72F},
       {.46F, .95F}}}},
    {{closed, {{.50F, .06F}, {.72F, .20F}, {.64F, .44F}, {.42F, .46F}, {.28F, .28F}, {.34F, .10F}}},
     {straight, {{.72F, .12F}, {.70F, .96F}}}},
};

}  // namespace

std::span<const DigitStyle> digit_styles(std::uint32_t digit) {
    static const std::array<const Styles*, 10> all{&zero, &one, &two,   &three, &four,
                                                   &five, &six, &seven, &eight, &nine};
    expects(digit < all.size(), "a digit is 0 to 9");
    return *all[digit];
}

}  // namespace mlaasim::sim
