#include "net/http_connection.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <mutex>
#include <thread>

#include "base/files.hpp"

namespace pegkit::net {
namespace {

constexpr std::size_t max_cookie_bytes = 4096;

void init_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw Error(Exit::bug, "rpc.curl", "libcurl does not start");
    }
  });
}

/// Throws `rpc.url` unless the URL has only the parts that HttpSettings allows.
void check_url(const std::string& url) {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  auto has = [&](CURLUPart part) {
    char* text = nullptr;
    bool found = curl_url_get(parsed.get(), part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return found;
  };
  auto bad = [](const char* why) {
    return Error(Exit::usage, "rpc.url", std::string("the endpoint's address ") + why)
        .hint("write it as http://127.0.0.1:8332");
  };
  bool web = url.starts_with("http://") || url.starts_with("https://");
  if (!web || !parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    throw bad("is not an http or https URL");
  }
  if (has(CURLUPART_USER) || has(CURLUPART_PASSWORD)) {
    throw bad("must not contain a user or password, which others can see");
  }
}

struct Sink {
  std::string body;
  std::size_t limit;
  bool overflowed = false;
};

std::size_t write_to_sink(char* data, std::size_t, std::size_t count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  if (count > sink.limit - sink.body.size()) {
    sink.overflowed = true;
    return 0;
  }
  try {
    sink.body.append(data, count);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return count;
}

int progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& interrupted = static_cast<const HttpSettings*>(user)->interrupted;
  return interrupted && interrupted() ? 1 : 0;
}

Error interrupted_error() {
  return Error(Exit::interrupted, "interrupted", "interrupted while waiting for an endpoint");
}

Error transport_error(CURLcode code, const Sink& sink, const HttpSettings& settings) {
  auto because = [&](const char* what) { return fmt::format("{} {}", settings.url, what); };
  if (sink.overflowed) {
    return unreachable(
        "rpc.size", because(fmt::format("answers with more than {} bytes", settings.max_response).c_str()));
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) return interrupted_error();
  if (code == CURLE_OPERATION_TIMEDOUT) return unreachable("rpc.timeout", because("does not answer in time"));
  return unreachable("rpc.unreachable",
                     fmt::format("{} cannot be reached: {}", settings.url, curl_easy_strerror(code)));
}

}  // namespace

/// The outcome of one HTTP exchange.
struct HttpRpc::Connection::Attempt {
  Response response;
  std::optional<Error> failure;
  bool not_taken = false;  ///< true when the other side cannot have acted on the request
};

HttpRpc::Connection::Connection(const HttpSettings& settings) : settings_(settings) {
  init_curl_once();
  check_url(settings.url);
  CURL* curl = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  curl_slist* with_expect = headers ? curl_slist_append(headers, "Expect:") : nullptr;
  curl_ = curl;
  headers_ = headers;
  if (!curl || !with_expect) {
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    throw Error(Exit::bug, "rpc.curl", "libcurl does not start");
  }
  curl_easy_setopt(curl, CURLOPT_URL, settings.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "pegkit");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_to_sink);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &settings_);
}

HttpRpc::Connection::~Connection() {
  curl_easy_cleanup(curl_);
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
}

void HttpRpc::Connection::log_in() {
  std::string user = settings_.user;
  crypto::SecretBytes secret;
  if (!settings_.cookie_file.empty()) {
    Bytes cookie;
    try {
      cookie = read_file(settings_.cookie_file, max_cookie_bytes);
    } catch (const Error& e) {
      throw unreachable("rpc.auth", "the cookie file cannot be read: " + e.message())
          .hint("bitcoind writes it when it starts; is it running?");
    }
    while (!cookie.empty() && (cookie.back() == '\n' || cookie.back() == '\r')) cookie.pop_back();
    auto colon = std::ranges::find(cookie, ':');
    user.assign(cookie.begin(), colon);
    if (colon != cookie.end()) secret = crypto::SecretBytes::copy_of(ByteView(colon + 1, cookie.end()));
    crypto::wipe(cookie);
  } else if (settings_.password) {
    secret = settings_.password();
  }
  if (!user.empty()) {
    // libcurl needs a zero-terminated string and keeps its own copy.
    crypto::SecretBytes terminated(secret.size() + 1);
    std::ranges::copy(secret.view(), terminated.span().begin());
    terminated.span().back() = 0;
    curl_easy_setopt(curl_, CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl_, CURLOPT_PASSWORD, reinterpret_cast<const char*>(terminated.view().data()));
  }
  logged_in_ = true;
}

HttpRpc::Connection::Attempt HttpRpc::Connection::attempt(const std::string& body,
                                                          std::chrono::milliseconds timeout) {
  Sink sink{{}, settings_.max_response};
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &sink);
  CURLcode code = curl_easy_perform(curl_);

  Attempt out;
  if (code != CURLE_OK) {
    long request_bytes = 0;
    curl_easy_getinfo(curl_, CURLINFO_REQUEST_SIZE, &request_bytes);
    out.failure = transport_error(code, sink, settings_);
    out.not_taken = request_bytes == 0 && code != CURLE_ABORTED_BY_CALLBACK;
    return out;
  }
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &out.response.status);
  long status = out.response.status;
  if (status == 401 || status == 403) {
    out.failure =
        unreachable("rpc.auth", fmt::format("{} refuses the login (HTTP {})", settings_.url, status));
  } else if (status == 503 || status == 429) {
    out.failure =
        unreachable("rpc.unreachable", fmt::format("{} is too busy (HTTP {})", settings_.url, status));
    out.not_taken = true;
  }
  out.response.body = std::move(sink.body);
  return out;
}

HttpRpc::Connection::Response HttpRpc::Connection::post(const std::string& body,
                                                        std::chrono::milliseconds timeout) {
  bool cookie_read_again = false;
  auto wait = settings_.backoff;
  for (int tries = 1;;) {
    if (settings_.interrupted && settings_.interrupted()) throw interrupted_error();
    if (!logged_in_) log_in();
    Attempt one = attempt(body, timeout);
    if (!one.failure) return std::move(one.response);
    if (one.response.status == 401 && !settings_.cookie_file.empty() && !cookie_read_again) {
      cookie_read_again = true;
      logged_in_ = false;
      continue;
    }
    if (!one.not_taken || ++tries > settings_.attempts) throw *one.failure;
    std::this_thread::sleep_for(wait);
    wait *= 2;
  }
}

}  // namespace pegkit::net
