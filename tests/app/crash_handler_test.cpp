#include "app/crash_handler.hpp"
#include "state/sending/sending_file.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace hubspool {

namespace {

struct crash_handler_test : ::testing::Test {
    temp_dir directory;
    sending_leftovers left;
    std::unique_ptr<sending_file> sending;

    void open() {
        sending.reset();
        sending_options options;
        options.directory = directory.path().string();
        auto opened = sending_file::open(options, false, boot_time{}, left);
        ASSERT_TRUE(static_cast<bool>(opened));
        sending = std::move(*opened);
    }
    // Runs `steps` in a process of its own; gives the signal that ended it, or 0.
    static int signal_of(const std::function<void()>& steps) {
        const pid_t child = ::fork();
        if (child == 0) {
            steps();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
};

} // namespace

TEST_F(crash_handler_test, scenario_30_crash_while_decoding_is_noted_and_ends_the_process) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) {
        open();
        EXPECT_EQ(signal_of([&] {
                      const crash_handler handler(sending->mark());
                      sending->mark().decoding(1, 2, 3, 0);
                      ::raise(signal);
                  }),
                  signal);
        open();
        EXPECT_TRUE(left.decode) << signal;
        sending->mark().decoded();
    }
}

TEST_F(crash_handler_test, scenario_30_crash_of_another_thread_is_blamed_on_no_record) {
    open();
    EXPECT_EQ(signal_of([&] {
                  const crash_handler handler(sending->mark());
                  sending->mark().decoding(1, 2, 3, 0);
                  std::thread([] { ::raise(SIGSEGV); }).join();
              }),
              SIGSEGV);
    open();
    EXPECT_FALSE(left.decode);
}

TEST_F(crash_handler_test, leaves_signals_as_they_were_when_it_goes) {
    open();
    EXPECT_EQ(signal_of([&] {
                  ::signal(SIGFPE, [](int) { ::_exit(0); });
                  {
                      const crash_handler handler(sending->mark());
                  }
                  sending->mark().decoding(1, 2, 3, 0);
                  sending.reset();
                  ::raise(SIGFPE);
              }),
              0);
    open();
    EXPECT_FALSE(left.decode);
}

} // namespace hubspool
