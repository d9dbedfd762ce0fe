#include "base/clocks.hpp"
#include "os/service_manager.hpp"
#include "support/notify_socket.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <cstdlib>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// Until its queue is full; gives how many it took.
int fill(const service_manager& manager) {
    int taken = 0;
    while (manager.tell("STATUS=one of many")) ++taken;
    return taken;
}

} // namespace

TEST(service_manager, without_an_address_nobody_listens) {
    EXPECT_FALSE(service_manager("").listens());
    EXPECT_FALSE(service_manager("").tell("READY=1"));
}

TEST(service_manager, address_of_another_kind_is_nobodys) {
    for (const char* const address : {"vsock:2:1234", "relative/path", "/", "@"})
        EXPECT_FALSE(service_manager(address).listens()) << address;
    EXPECT_FALSE(service_manager("/" + std::string(200, 'x')).listens());
}

TEST(service_manager, hears_at_a_path) {
    const temp_dir dir;
    const notify_socket socket(dir.file("notify"));
    EXPECT_TRUE(service_manager(socket.address()).tell("READY=1\nSTATUS=well"));
    EXPECT_THAT(socket.heard(), ElementsAre("READY=1\nSTATUS=well"));
}

TEST(service_manager, hears_at_an_abstract_name) {
    const notify_socket socket("@hubspool-test-" + std::to_string(::getpid()));
    EXPECT_TRUE(service_manager(socket.address()).tell("STOPPING=1"));
    EXPECT_THAT(socket.heard(), ElementsAre("STOPPING=1"));
}

TEST(service_manager, that_has_gone_takes_nothing) {
    const temp_dir dir;
    EXPECT_FALSE(service_manager(dir.file("notify")).tell("READY=1", 10s));
}

TEST(service_manager, that_does_not_read_holds_nobody_up) {
    const temp_dir dir;
    const notify_socket socket(dir.file("notify"));
    const service_manager manager(socket.address());
    const int taken = fill(manager);
    EXPECT_GT(taken, 0);
    const boot_time before = boot_now();
    EXPECT_FALSE(manager.tell("READY=1", 50ms));
    EXPECT_GE(boot_now() - before, 40ms) << "there might have been room soon";
    EXPECT_EQ(socket.heard().size(), static_cast<std::size_t>(taken));
    EXPECT_TRUE(manager.tell("READY=1"));
}

TEST(service_manager, watchdog_is_wanted_by_the_manager_of_this_process_alone) {
    const auto period_with = [](const char* microseconds, const std::string& owner) {
        ::setenv("WATCHDOG_USEC", microseconds, 1);
        ::setenv("WATCHDOG_PID", owner.c_str(), 1);
        const auto period = watchdog_period_of_environment();
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
        return period;
    };
    const std::string own = std::to_string(::getpid());
    EXPECT_EQ(period_with("180000000", own), 180s);
    EXPECT_EQ(period_with("180000000", own + "0"), std::nullopt) << "a child of it";
    for (const char* const none : {"0", "", "soon", "-5", "180000000s", "18446744073709551616"})
        EXPECT_EQ(period_with(none, own), std::nullopt) << none;
    EXPECT_EQ(watchdog_period_of_environment(), std::nullopt);
    EXPECT_EQ(watchdog_period_text(1500ms), "WATCHDOG_USEC=1500000");
}

} // namespace hubspool
