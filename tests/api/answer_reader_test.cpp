#include "api/http/answer_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace hubspool {
namespace {

using progress = answer_reader::progress;
using ::testing::HasSubstr;

progress feed(answer_reader& reader, std::string_view bytes, std::size_t piece = 16384) {
    progress made = progress::more;
    while (!bytes.empty() && made == progress::more) {
        const std::size_t size = std::min(piece, bytes.size());
        std::memcpy(reader.prepare().data(), bytes.data(), size);
        made = reader.commit(size);
        bytes.remove_prefix(size);
    }
    return made;
}

api_response taken(answer_reader& reader) {
    api_response response;
    reader.take(response);
    return response;
}

class answer_reader_test : public ::testing::Test {
protected:
    answer_reader reader{1024, 100};
};

TEST_F(answer_reader_test, answer_byte_by_byte_is_read_with_its_headers) {
    EXPECT_TRUE(reader.untouched());
    EXPECT_EQ(feed(reader,
                   "HTTP/1.1 429 Too Many\r\ncontent-type: application/json\r\nRETRY-AFTER: 7\r\n"
                   "Date: now\r\nX-HubSpot-Correlation-Id: c\r\nX-HubSpot-RateLimit-Max: 190\r\n"
                   "X-HubSpot-RateLimit-Remaining: 3\r\nX-HubSpot-RateLimit-Daily: 9\r\n"
                   "X-HubSpot-RateLimit-Daily-Remaining: 8\r\nContent-Length: 2\r\n\r\n{}",
                   1),
              progress::complete);
    EXPECT_FALSE(reader.untouched());
    EXPECT_TRUE(reader.reusable());
    const api_response got = taken(reader);
    EXPECT_EQ(got.status, 429);
    EXPECT_EQ(got.body, "{}");
    EXPECT_EQ(got.content_type, "application/json");
    EXPECT_EQ(got.retry_after, "7");
    EXPECT_EQ(got.date, "now");
    EXPECT_EQ(got.correlation_id, "c");
    EXPECT_EQ(got.limit_max, "190");
    EXPECT_EQ(got.limit_remaining, "3");
    EXPECT_EQ(got.daily_limit, "9");
    EXPECT_EQ(got.daily_remaining, "8");
}

TEST_F(answer_reader_test, chunked_body_is_decoded) {
    for (const std::size_t piece : {1U, 5U, 16384U}) {
        answer_reader fresh(1024, 100);
        EXPECT_EQ(feed(fresh,
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
                       piece),
                  progress::complete);
        EXPECT_EQ(taken(fresh).body, "abcde");
        EXPECT_TRUE(fresh.reusable());
    }
}

TEST_F(answer_reader_test, interim_answers_are_skipped) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
              progress::complete);
    EXPECT_EQ(taken(reader).status, 200);
}

TEST_F(answer_reader_test, endless_interim_answers_fail) {
    progress made = progress::more;
    for (int i = 0; i < 100 && made == progress::more; ++i) {
        made = feed(reader, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    EXPECT_EQ(made, progress::failed);
    EXPECT_THAT(reader.error(), HasSubstr("interim"));
}

TEST_F(answer_reader_test, switched_protocol_fails) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), progress::failed);
}

TEST_F(answer_reader_test, answer_without_length_ends_with_the_stream) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 502 Bad\r\n\r\n<html>"), progress::more);
    EXPECT_EQ(reader.end_of_stream(), progress::complete);
    EXPECT_EQ(taken(reader).body, "<html>");
    EXPECT_FALSE(reader.reusable());
}

TEST_F(answer_reader_test, end_before_the_content_length_fails) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"), progress::more);
    EXPECT_EQ(reader.end_of_stream(), progress::failed);
    EXPECT_THAT(reader.error(), HasSubstr("status 200, 3 bytes so far"));
}

TEST_F(answer_reader_test, end_before_any_byte_fails) {
    EXPECT_EQ(reader.end_of_stream(), progress::failed);
    EXPECT_THAT(reader.error(), HasSubstr("waiting for the answer"));
}

TEST_F(answer_reader_test, end_in_the_header_fails) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nConte"), progress::more);
    EXPECT_EQ(reader.end_of_stream(), progress::failed);
}

TEST_F(answer_reader_test, connection_close_is_not_reusable) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
              progress::complete);
    EXPECT_FALSE(reader.reusable());
}

TEST_F(answer_reader_test, bytes_after_the_answer_make_it_not_reusable) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n"),
              progress::complete);
    EXPECT_EQ(taken(reader).status, 200);
    EXPECT_FALSE(reader.reusable());
}

TEST_F(answer_reader_test, restart_reads_the_next_answer) {
    const char* answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
    EXPECT_EQ(feed(reader, answer), progress::complete);
    reader.restart();
    EXPECT_TRUE(reader.untouched());
    EXPECT_EQ(feed(reader, answer, 3), progress::complete);
    EXPECT_EQ(taken(reader).body, "x");
}

TEST_F(answer_reader_test, body_over_the_limit_fails_by_its_announcement) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"), progress::failed);
    EXPECT_THAT(reader.error(), HasSubstr("larger than 100 bytes"));
}

TEST_F(answer_reader_test, body_of_the_limit_itself_is_read) {
    EXPECT_EQ(
        feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x')),
        progress::complete);
}

TEST_F(answer_reader_test, chunked_body_over_the_limit_fails) {
    const std::string body = "32\r\n" + std::string(50, 'x') + "\r\n";
    EXPECT_EQ(
        feed(reader, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + body + body),
        progress::failed);
    EXPECT_THAT(reader.error(), HasSubstr("larger than 100 bytes"));
}

TEST_F(answer_reader_test, body_without_length_over_the_limit_fails) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x')), progress::failed);
}

TEST_F(answer_reader_test, header_over_the_limit_fails) {
    EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x'), 100),
              progress::failed);
    EXPECT_THAT(reader.error(), HasSubstr("larger than 1024 bytes"));
}

TEST_F(answer_reader_test, endless_chunk_extension_fails) {
    EXPECT_EQ(
        feed(reader,
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=" + std::string(2000, 'x'),
             100),
        progress::failed);
}

TEST_F(answer_reader_test, endless_trailer_fails) {
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    for (int i = 0; i < 200; ++i) {
        text += "Trailer: xxxxx\r\n";
    }
    EXPECT_EQ(feed(reader, text, 100), progress::failed);
}

TEST_F(answer_reader_test, garbage_fails) {
    for (const char* text :
         {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2 200\r\n\r\n", "\0\1\2\3\r\n\r\n\r\n",
          "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"}) {
        answer_reader fresh(1024, 100);
        EXPECT_EQ(feed(fresh, std::string_view(text, std::max<std::size_t>(std::strlen(text), 8))),
                  progress::failed)
            << text;
        EXPECT_THAT(fresh.error(), HasSubstr("not HTTP"));
    }
}

} // namespace
} // namespace hubspool
