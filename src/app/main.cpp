#include "app/command_line.hpp"
#include "app/process.hpp"

int main(int argc, char** argv) {
    mlaasim::app::fix_numeric_environment();
    return mlaasim::app::execute(argc, argv);
}
