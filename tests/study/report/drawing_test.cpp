// Axes, pictures and grids.
#include <gtest/gtest.h>
#include <png.h>

#include <cmath>

#include "study/quantity_text.hpp"
#include "study/report/axis.hpp"
#include "study/report/grid.hpp"
#include "study/report/line_chart.hpp"
#include "study/report/png.hpp"

namespace mlaasim::study {
namespace {

TEST(Axis, HasTicksAtRoundNumbersThatCoverTheRange) {
    const Axis axis = axis_over(0.13, 0.87, 5);
    EXPECT_EQ(axis.ticks.size(), 6U);
    EXPECT_DOUBLE_EQ(axis.low, 0.0);
    EXPECT_NEAR(axis.high, 1.0, 1e-12);
    EXPECT_NEAR(axis.share(0.5), 0.5, 1e-12);
}

TEST(Axis, IsNeverWithoutWidth) {
    for (const double value : {0.0, 1.0, -3.0, 1e12}) {
        const Axis axis = axis_over(value, value, 5);
        EXPECT_LT(axis.low, axis.high);
        EXPECT_GE(axis.share(value), 0.0);
        EXPECT_LE(axis.share(value), 1.0);
        EXPECT_LE(axis.ticks.size(), 12U);
    }
}

TEST(Axis, OfRoundsHasWholeNumbers) {
    EXPECT_EQ(axis_of_rounds(1, 10, 12).ticks, (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_EQ(axis_of_rounds(1, 200, 12).ticks.front(), 20.0);
    EXPECT_EQ(axis_of_rounds(1, 1, 12).ticks, std::vector<double>{1});
}

TEST(Png, ReadsBackAsItsPixels) {
    const std::vector<Colour> palette{
        {.red = 1, .green = 2, .blue = 3}, {.red = 213, .green = 94}, {.transparent = true}};
    const std::vector<std::uint8_t> pixels{0, 1, 2, 2, 1, 0};
    const std::vector<std::byte> file = png_of(3, 2, pixels, palette);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()), 0);
    ASSERT_EQ(image.width, 3U);
    ASSERT_EQ(image.height, 2U);
    image.format = PNG_FORMAT_RGBA;
    std::vector<std::uint8_t> rgba(PNG_IMAGE_SIZE(image));
    ASSERT_NE(png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr), 0);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const Colour& colour = palette[pixels[i]];
        EXPECT_EQ(rgba[4 * i], colour.red) << i;
        EXPECT_EQ(rgba[4 * i + 1], colour.green) << i;
        EXPECT_EQ(rgba[4 * i + 3], colour.transparent ? 0 : 255) << i;
    }
}

Grid grid_of(std::size_t rows, std::size_t columns) {
    Grid grid{
        .id = "made", .title = "Made", .row_word = "row", .column_word = "column", .colours = {{"one", {1, 2, 3}}}};
    grid.cells.assign(rows, std::vector<std::uint8_t>(columns, 0));
    grid.texts.cells.assign(rows, std::vector<std::string>(columns, "said"));
    for (std::size_t row = 0; row < rows; ++row) {
        grid.texts.rows.push_back(std::to_string(row));
    }
    for (std::size_t column = 0; column < columns; ++column) {
        grid.texts.columns.push_back(std::to_string(column));
    }
    return grid;
}

TEST(Grid, JoinsCellsThatAreAlike) {
    Grid grid = grid_of(1, 5);
    grid.cells[0][3] = Grid::nothing;
    const std::string html = draw(grid).html();
    EXPECT_NE(html.find("row 0, column 0 to 2: said"), std::string::npos) << html;
    EXPECT_NE(html.find("row 0, column 4: said"), std::string::npos) << html;
    EXPECT_EQ(html.find("data:image"), std::string::npos);
}

TEST(Grid, OfManyCellsIsAPicture) {
    EXPECT_NE(draw(grid_of(100, 100)).html().find("data:image/png;base64,iVBOR"), std::string::npos);
    EXPECT_TRUE(draw(Grid{}).empty());
}

TEST(Grid, OfVeryManyRowsIsCutAndSaysSo) {
    const std::string html = draw(grid_of(5000, 3)).html();
    EXPECT_NE(html.find("Made (the first 1000 of 5000 rows)"), std::string::npos);
    EXPECT_NE(html.find("\"999\"]"), std::string::npos);
    EXPECT_LT(html.size(), 200'000U);
}

TEST(LineChart, LeavesGapsWhereThereIsNoNumber) {
    const std::string html = draw(LineChart{.id = "made",
                                            .title = "Made",
                                            .x = {1, 2, 3, 4},
                                            .lines = {{.label = "a", .values = {1, 2, std::nan(""), 3}}}})
                                 .html();
    const std::size_t at = html.find("class=\"line c0\" d=\"M");
    ASSERT_NE(at, std::string::npos) << html;
    EXPECT_NE(html.find('M', at + 22), std::string::npos);
    EXPECT_NE(html.find("\"values\":[1.0,2.0,null,3.0]"), std::string::npos) << html;
    EXPECT_TRUE(
        draw(LineChart{.id = "none", .title = "None", .x = {1}, .lines = {{.label = "a", .values = {std::nan("")}}}})
            .empty());
}

TEST(QuantityText, AsPeopleReadNumbers) {
    EXPECT_EQ(percent_text(0.8583), "85.8 %");
    EXPECT_EQ(percent_text(std::nan("")), "-");
    EXPECT_EQ(points_text(0.8004, 0.7996), "no change") << "what is shown is equal";
    EXPECT_EQ(points_text(0.7, 0.75), "-5.0 points");
    EXPECT_EQ(bytes_text(999'960), "1.0 MB");
    EXPECT_EQ(seconds_text(3723), "1:02:03 h");
    EXPECT_EQ(seconds_text(0.123), "0.12 s");
    EXPECT_EQ(number_text(14'660'123), "14660123");
    EXPECT_EQ(number_text(0.123456), "0.1235");
    EXPECT_EQ(list_text(std::vector<std::uint32_t>{1, 2, 3}), "1, 2 and 3");
    EXPECT_EQ(list_text(std::vector<std::uint32_t>{1, 2, 3, 4}, 2), "1, 2 and 2 more");
    EXPECT_EQ(list_text(std::vector<std::uint32_t>{}), "");
}

}  // namespace
}  // namespace mlaasim::study
