#include "cli/commands/command_line.hpp"

int main(int argc, char** argv) {
    return hubspool::run_command_line(argc, argv);
}
