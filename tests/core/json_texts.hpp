// JSON texts for what goes through simdjson's tokens: random and broken ones, with nothing behind
// them, and every kernel that this processor can run.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <random>
#include <string>
#include <string_view>

namespace hubspool {

// A text behind which nothing may be looked at, not by a library either.
class guarded_text {
public:
    explicit guarded_text(std::string_view text) : size_(text.size()) {
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        const std::size_t pages = (size_ + page - 1) / page * page;
        mapped_ = pages + page;
        void* const got =
            ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (got == MAP_FAILED) throw std::bad_alloc();
        begin_ = static_cast<char*>(got);
        ::mprotect(begin_ + pages, page, PROT_NONE);
        text_ = begin_ + pages - size_;
        std::copy(text.begin(), text.end(), text_);
    }
    ~guarded_text() { ::munmap(begin_, mapped_); }
    guarded_text(const guarded_text&) = delete;
    guarded_text& operator=(const guarded_text&) = delete;

    std::string_view view() const { return {text_, size_}; }

private:
    std::size_t size_, mapped_ = 0;
    char* begin_ = nullptr;
    char* text_ = nullptr;
};

using generator = std::mt19937_64;

template <std::size_t Count>
std::string some(generator& random, const char* const (&of)[Count]) {
    return of[random() % Count];
}

inline std::string space(generator& random) {
    static constexpr const char* spaces[] = {"", "", "", "", "", "", " ", "\t", "\r\n ", "  "};
    return some(random, spaces);
}

inline std::string scalar(generator& random) {
    static constexpr const char* scalars[] = {R"("")",
                                              R"("a")",
                                              R"("Webinar #1")",
                                              R"("\u0061\n")",
                                              "\"\xc3\xa9\"",
                                              "\"\xc2\xa0\"",
                                              R"("1 2")",
                                              R"("007")",
                                              R"("a,b:{}[]")",
                                              "true",
                                              "false",
                                              "null",
                                              "tru",
                                              "nulls",
                                              "truee",
                                              "0",
                                              "-0",
                                              "1",
                                              "-1",
                                              "00",
                                              "01",
                                              "12",
                                              "007",
                                              "123456789",
                                              "1234567890",
                                              "-2147483649",
                                              "123456789012345678",
                                              "1234567890123456789",
                                              "18446744073709551615",
                                              "18446744073709551616",
                                              "1.5",
                                              "1.0",
                                              "1e3",
                                              "1.10",
                                              "100000.00",
                                              "-0.0",
                                              "1E400",
                                              "-1.5E+007",
                                              "12345678901234567.89",
                                              "12345678901234567890123",
                                              ".5",
                                              "0x10",
                                              "NaN",
                                              "-Infinity",
                                              R"("a\ud800")",
                                              R"("\udc00b\ud83d\ude00")",
                                              R"("\ud83d\u0041\ud800\ud800\udc00")",
                                              R"("1000.0")",
                                              R"("None")",
                                              "1000.0",
                                              "1e3",
                                              "-",
                                              "+1",
                                              R"("2026-11-23T22:00:00Z")",
                                              R"("2026-02-30T00:00:00Z")",
                                              R"({})",
                                              R"([])",
                                              R"({"id":"r"})",
                                              R"([1,2])",
                                              "1 2",
                                              R"("a" "b")",
                                              R"(1"a")",
                                              R"("a"1)",
                                              "\"\x01\"",
                                              "\"\xff\"",
                                              "x"};
    return some(random, scalars);
}

inline std::string member(generator& random, const std::string& key, const std::string& value) {
    return space(random) + '"' + key + '"' + space(random) + ':' + space(random) + value +
           space(random);
}

inline void mutate(generator& random, std::string& bytes) {
    static constexpr std::string_view marks = "{}[]\",:\\\n \t\r1ax\0\xef\xbb\xbf";
    const std::size_t at = random() % bytes.size();
    const char mark = marks[random() % marks.size()];
    switch (random() % 3) {
    case 0: bytes.insert(at, 1, mark); break;
    case 1: bytes.erase(at, 1); break;
    default: bytes[at] = mark;
    }
}

// All that this processor can run.
template <class Run>
void for_every_kernel(Run run) {
    const simdjson::implementation* const usual = simdjson::get_active_implementation();
    for (const simdjson::implementation* kernel : simdjson::get_available_implementations()) {
        if (!kernel->supported_by_runtime_system()) continue;
        SCOPED_TRACE(kernel->name());
        simdjson::get_active_implementation() = kernel;
        run();
    }
    simdjson::get_active_implementation() = usual;
}

} // namespace hubspool
