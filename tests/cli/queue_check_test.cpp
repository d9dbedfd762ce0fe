// What `check` finds of the queue directory.
#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::AllOf;
using ::testing::HasSubstr;

class queue_check_test : public cli_fixture {
protected:
    // Keys of `queue:` beside its directory.
    void configure(const std::string& keys) const {
        write("hubspool.yaml", "queue:\n    directory: " + queue() + "\n    reserve: 0\n" + keys +
                                   "state:\n    directory: " + state() +
                                   "\napi:\n    token_file: " + dir_.file("token") + "\n");
    }
};

TEST_F(queue_check_test, scenario_61_names_that_are_left_alone_are_printed) {
    make_queue();
    EXPECT_THAT(over({"check"}).out,
                AllOf(HasSubstr("left alone are the names .* *.tmp"), HasSubstr("_SUCCESS")));
    configure("    ignore: ['*.bak']\n");
    EXPECT_THAT(over({"check"}).out, HasSubstr("and, of queue.ignore, *.bak"));
}

} // namespace hubspool
