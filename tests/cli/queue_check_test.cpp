// What `check` finds of the queue directory.
#include "cli/cli_fixture.hpp"
#include "support/system_calls.hpp"

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

// As the sandbox of the unit does it (RestrictSUIDSGID=).
TEST_F(queue_check_test, missing_front_directory_that_may_not_be_made_is_an_error_with_the_remedy) {
    make_queue();
    std::filesystem::remove(queue() + "/new");
    testing::system_calls calls(queue());
    calls.refuse("chmod .hubspool-probe", EPERM);
    const ended got = over({"check", "--quiet"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out + got.err, AllOf(HasSubstr(queue() + "/new is not there"),
                                         HasSubstr("sudo systemd-tmpfiles --create")));
}

TEST_F(queue_check_test,
       missing_front_directory_that_can_be_made_is_a_warning_and_nothing_is_left) {
    make_queue();
    std::filesystem::remove(queue() + "/new");
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, AllOf(HasSubstr("hubspool makes them at its start"),
                               HasSubstr("sudo systemd-tmpfiles --create")));
    EXPECT_EQ(names_in(queue()).size(), 6U) << "five directories and the lock";
}

} // namespace hubspool
