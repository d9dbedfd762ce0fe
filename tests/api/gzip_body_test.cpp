#include "api/http/answer_reader.hpp"
#include "api/http/gzip_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <zlib.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

std::string packed(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8,
                           Z_DEFAULT_STRATEGY),
              Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string words_of(const result<std::string>& made) {
    return made ? "unpacked: " + *made : made.error().message;
}

TEST(gzip_body, is_unpacked_up_to_the_limit) {
    const std::string text(100'000, 'x');
    EXPECT_EQ(words_of(unpack_gzip(packed(text), text.size())), "unpacked: " + text);
    EXPECT_EQ(words_of(unpack_gzip(packed(text), text.size() - 1)),
              "is larger than 99999 bytes when unpacked");
}

TEST(gzip_body, bomb_is_left_at_the_limit) {
    std::string bomb;
    const std::string megabytes = packed(std::string(16U << 20, '\0'));
    for (int i = 0; i < 256; ++i) {
        bomb += megabytes; // 4 GiB in 4 MiB
    }
    EXPECT_THAT(words_of(unpack_gzip(bomb, 1U << 20)), HasSubstr("larger than 1048576 bytes"));
}

TEST(gzip_body, several_members_are_one_text) {
    EXPECT_EQ(words_of(unpack_gzip(packed("one,") + packed("") + packed("two"), 100)),
              "unpacked: one,two");
}

TEST(gzip_body, cut_off_or_damaged_is_refused) {
    const std::string whole = packed("some text that is long enough to be cut at each place");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(unpack_gzip(whole.substr(0, size), 1000)) << size;
    }
    std::string damaged = whole;
    damaged[damaged.size() - 6] =
        static_cast<char>(damaged[damaged.size() - 6] ^ 1); // its checksum
    EXPECT_EQ(words_of(unpack_gzip(damaged, 1000)), "is said to be gzip and is not");
    EXPECT_EQ(words_of(unpack_gzip(whole + "garbage", 1000)), "is said to be gzip and is not");
    EXPECT_EQ(words_of(unpack_gzip("plain", 1000)), "is said to be gzip and is not");
}

class packed_answer : public ::testing::Test {
protected:
    // The answer's body, or why there is none.
    std::string body_of(const std::string& coding, const std::string& body, bool chunked = false) {
        std::string text = "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\n";
        char size[32];
        std::snprintf(size, sizeof size, "%zx", body.size());
        text += chunked ? "Transfer-Encoding: chunked\r\n\r\n" + std::string(size) + "\r\n" + body +
                              "\r\n0\r\n\r\n"
                        : "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        answer_reader reader(4096, 1000);
        auto made = answer_reader::progress::more;
        for (const char each : text) {
            std::memcpy(reader.prepare().data(), &each, 1);
            made = reader.commit(1);
        }
        if (made != answer_reader::progress::complete) {
            return reader.error();
        }
        EXPECT_TRUE(reader.reusable());
        api_response response;
        reader.take(response);
        return response.body;
    }
};

TEST_F(packed_answer, is_given_unpacked) {
    EXPECT_EQ(body_of("gzip", packed("{}")), "{}");
    EXPECT_EQ(body_of("X-GZIP", packed("{}")), "{}");
    EXPECT_EQ(body_of("gzip", packed("{}"), true), "{}");
    EXPECT_EQ(body_of("identity", "{}"), "{}");
    EXPECT_EQ(body_of("gzip", ""), "");
}

TEST_F(packed_answer, that_is_a_bomb_or_no_gzip_fails) {
    EXPECT_EQ(body_of("gzip", packed(std::string(1001, 'x'))),
              "the answer's body is larger than 1000 bytes when unpacked");
    EXPECT_EQ(body_of("gzip", "{}"), "the answer's body is said to be gzip and is not");
}

TEST_F(packed_answer, in_a_coding_we_did_not_ask_for_fails) {
    EXPECT_EQ(body_of("br", "xyz"),
              "the answer's body is packed as \"br\", for which we had not asked");
}

} // namespace
} // namespace hubspool
