// The times that go into answers, formatted at most once per millisecond.
#pragma once

#include <chrono>
#include <string>

namespace hubspool::simulator {

class answer_clock {
public:
    const std::string& iso();  // 2026-11-23T22:41:34.120Z
    const std::string& date(); // Mon, 23 Nov 2026 22:41:34 GMT

private:
    std::chrono::milliseconds iso_at_{-1};
    std::string iso_;
    std::chrono::seconds date_at_{-1};
    std::string date_;
};

} // namespace hubspool::simulator
