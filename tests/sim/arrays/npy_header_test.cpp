#include "sim/arrays/npy_header.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mlaasim::sim {
namespace {

TEST(NpyHeader, IsReadAsNumpyWritesIt) {
    const NpyHeader header =
        parse_npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }   \n");
    EXPECT_EQ(header.descr, "|u1");
    EXPECT_FALSE(header.fortran_order);
    EXPECT_EQ(header.shape, (std::vector<std::uint64_t>{60000, 28, 28}));
}

TEST(NpyHeader, OtherFormsOfPythonsDictionaryAreRead) {
    const NpyHeader header = parse_npy_header("{\"shape\":(5L,),\"fortran_order\":True,\"descr\":\"<i8\"}");
    EXPECT_EQ(header.descr, "<i8");
    EXPECT_TRUE(header.fortran_order);
    EXPECT_EQ(header.shape, std::vector<std::uint64_t>{5});
    EXPECT_TRUE(parse_npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': ()}").shape.empty());
}

struct WrongHeader {
    std::string text;
    std::string what;
};

TEST(NpyHeader, MistakesAreNamed) {
    const std::string rest = "'fortran_order': False, 'shape': (1,)}";
    for (const WrongHeader& wrong : std::vector<WrongHeader>{
             {"", "lacks a {"},
             {"{", "lacks a text in quotes"},
             {"{'descr': '|u1'}", "has no fortran_order"},
             {"{'descr': '|u1', 'descr': '|u1', " + rest, "has descr twice"},
             {"{'descr': [('a', '<i4')], " + rest, "named fields"},
             {"{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}", "neither True nor False"},
             {"{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}", "no tuple of numbers"},
             {"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "no tuple of numbers"},
             {"{'descr': '|u1', 'fortran_order': False, 'shape': 3}", "lacks a ("},
             {"{'descr': '|u1', 'more': 1, " + rest, "unknown key more"},
             {"{'descr': '|u1', " + rest + " x", "goes on"},
             {"{'descr': '\\x7c', " + rest, "backslash"}}) {
        try {
            static_cast<void>(parse_npy_header(wrong.text));
            ADD_FAILURE() << "was read: " << wrong.text;
        } catch (const std::invalid_argument& error) {
            EXPECT_NE(std::string{error.what()}.find(wrong.what), std::string::npos)
                << wrong.text << ": " << error.what();
        }
    }
}

TEST(NpyHeader, WhatIsWrittenIsRead) {
    for (const std::vector<std::uint64_t>& shape :
         std::vector<std::vector<std::uint64_t>>{{}, {7}, {64, 784}, {1, 2, 3, 4}}) {
        const std::string start = npy_preamble({.descr = "<f4", .shape = shape});
        EXPECT_EQ(start.size() % 64, 0U);
        EXPECT_EQ(start.back(), '\n');
        const NpyHeader read = parse_npy_header(std::string_view{start}.substr(10));
        EXPECT_EQ(read.descr, "<f4");
        EXPECT_EQ(read.shape, shape);
    }
}

}  // namespace
}  // namespace mlaasim::sim
