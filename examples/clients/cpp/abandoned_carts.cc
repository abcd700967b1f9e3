// Mails each abandoned cart once: here it prints whom, and the cart's lines.
//
// Lists who is in the audience `cart-abandoners`, then watches how that
// changes, and after any break goes on where it was. Immediately before it
// mails it asks whether the person is still in.
//
// usage: abandoned_carts [FOLDER]          where it keeps what it did; default
// .
//
// Environment: AUDIENCED_SERVER (default 127.0.0.1:8450), AUDIENCED_TOKEN, and
// AUDIENCED_TLS_CA, a file of certificates; without it nothing is encrypted.

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace {

namespace api = audienced::v1;

constexpr char kAudience[] = "cart-abandoners";
constexpr size_t kCheckedAtOnce = 1000;  // with the members, no more
constexpr std::chrono::seconds kTimeout{60};

std::string Environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Writes to the disk; throws where that fails.
void WriteFile(const std::string& path, int mode, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | mode, 0644);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) ==
                           static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  if (file >= 0) close(file);
  if (!written) throw std::runtime_error("cannot write " + path);
}

// What this client did, in two files that survive its end: the carts that are
// mailed, and the cursor of what is acted on.
class Progress {
 public:
  explicit Progress(const std::string& folder)
      : cursor_file_(folder + "/cursor"), mailed_file_(folder + "/mailed") {
    std::filesystem::create_directories(folder);
    cursor_ = ReadFile(cursor_file_);
    std::ifstream file(mailed_file_);
    for (std::string key; std::getline(file, key);) mailed_.insert(key);
  }

  const std::string& cursor() const { return cursor_; }
  bool IsMailed(const std::string& key) const { return mailed_.count(key) > 0; }

  // Notes a cart that is mailed. Durable when it returns.
  void AddMailed(const std::string& key) {
    if (!mailed_.insert(key).second) return;
    WriteFile(mailed_file_, O_APPEND, key + "\n");
  }

  // All before `cursor` is acted on. Empty: begin with the list.
  void SetCursor(const std::string& cursor) {
    WriteFile(cursor_file_ + ".part", O_TRUNC, cursor);
    std::filesystem::rename(cursor_file_ + ".part", cursor_file_);
    cursor_ = cursor;
  }

 private:
  const std::string cursor_file_;
  const std::string mailed_file_;
  std::string cursor_;
  std::unordered_set<std::string> mailed_;
};

// Not one who was in before there was this audience, and no cart twice.
bool IsNew(const api::Member& member, const Progress& progress) {
  return !member.existing() && !progress.IsMailed(member.idempotency_key());
}

// The identifiers that this client may see, of a member or a change.
template <typename Message>
std::string Who(const Message& message) {
  std::string text;
  for (const api::Identifier& each : message.identifiers()) {
    text += (text.empty() ? "" : " ") + each.kind() + ":" + each.value();
  }
  return text.empty() ? message.profile() : text;
}

// Here an email platform would send, with the key as its own safeguard.
void PrintCart(const api::Member& member) {
  std::cout << "mail " << Who(member) << " key " << member.idempotency_key()
            << "\n";
  for (const api::ContextItem& item : member.context().cart()) {
    std::cout << "  " << item.quantity() << " x "
              << (item.item_name().empty() ? item.item_id() : item.item_name())
              << "  " << item.price() << " " << item.currency() << "\n";
  }
  for (const api::CurrencyAmount& amount : member.context().value()) {
    std::cout << "  = " << amount.amount() << " " << amount.currency() << "\n";
  }
  std::cout << std::flush;
}

// Whether it is the cart of a profile that has become one with this, mailed
// already.
bool ContinuesOneOf(const api::Member& member, const Progress& progress) {
  return std::any_of(member.continues().begin(), member.continues().end(),
                     [&](const api::ContinuedEpisode& each) {
                       return progress.IsMailed(each.idempotency_key());
                     });
}

// Follows the audience. A call that fails ends what is going on with its
// status; calling Follow() again goes on from the cursor.
class Client {
 public:
  Client(Progress& progress, std::string token,
         const std::shared_ptr<grpc::Channel>& channel)
      : progress_(progress),
        token_(std::move(token)),
        service_(api::AudienceService::NewStub(channel)) {}

  // How often it failed since anything came.
  int attempts = 0;

  grpc::Status Follow() {
    if (progress_.cursor().empty()) {
      if (grpc::Status listed = List(); !listed.ok()) return listed;
    }
    return Watch();
  }

 private:
  void Authorize(grpc::ClientContext& context) const {
    if (token_.empty()) return;
    context.AddMetadata("authorization", "Bearer " + token_);
  }
  void Prepare(grpc::ClientContext& context) const {
    Authorize(context);
    context.set_deadline(std::chrono::system_clock::now() + kTimeout);
  }

  // All pages show one state; its cursor is where the changes begin.
  grpc::Status List() {
    api::ListMembersRequest request;
    request.set_audience(kAudience);
    while (true) {
      grpc::ClientContext context;
      Prepare(context);
      api::ListMembersResponse page;
      grpc::Status status = service_->ListMembers(&context, request, &page);
      if (!status.ok()) return status;
      std::vector<std::string> profiles;
      for (const api::Member& member : page.members()) {
        if (IsNew(member, progress_)) profiles.push_back(member.profile());
      }
      if (status = Mail(profiles); !status.ok()) return status;
      request.set_page_token(page.next_page_token());
      if (!request.page_token().empty()) continue;
      progress_.SetCursor(page.cursor());
      return status;
    }
  }

  // Follows the changes. Ends only with an error.
  grpc::Status Watch() {
    api::WatchMembershipsRequest request;
    request.add_audiences(kAudience);
    request.set_cursor(progress_.cursor());
    grpc::ClientContext context;
    Authorize(context);
    const auto stream = service_->WatchMemberships(&context, request);
    grpc::Status status;
    api::WatchMembershipsResponse answer;
    while (status.ok() && stream->Read(&answer)) {
      attempts = 0;
      status = Act(answer.changes());
      if (status.ok()) progress_.SetCursor(answer.cursor());
    }
    if (!status.ok()) {
      context.TryCancel();
      stream->Finish();
      return status;
    }
    status = stream->Finish();
    return status.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE,
                                      "the stream was closed")
                       : status;
  }

  grpc::Status Act(
      const google::protobuf::RepeatedPtrField<api::MembershipChange>&
          changes) {
    std::vector<std::string> entered;
    for (const api::MembershipChange& change : changes) {
      if (change.kind() == api::CHANGE_KIND_LEFT) {
        std::cout << "left " << Who(change) << std::endl;
      } else if (change.kind() == api::CHANGE_KIND_ENTERED) {
        entered.push_back(change.profile());
      }
    }
    return Mail(entered);
  }

  // Mails those of `profiles` who are still in, and whose cart is not mailed
  // yet; with the cart as it stands now.
  grpc::Status Mail(const std::vector<std::string>& profiles) {
    for (size_t start = 0; start < profiles.size(); start += kCheckedAtOnce) {
      const size_t end = std::min(start + kCheckedAtOnce, profiles.size());
      api::BatchGetMembershipsRequest request;
      request.add_audiences(kAudience);
      request.set_include_members(true);
      for (size_t i = start; i < end; ++i) {
        request.add_profiles()->set_profile(profiles[i]);
      }
      grpc::ClientContext context;
      Prepare(context);
      api::BatchGetMembershipsResponse answer;
      const grpc::Status status =
          service_->BatchGetMemberships(&context, request, &answer);
      if (!status.ok()) return status;
      for (const api::Membership& membership : answer.memberships()) {
        const api::Member& member = membership.member();
        if (membership.state() != api::Membership::STATE_MEMBER ||
            !IsNew(member, progress_)) {
          continue;
        }
        if (!ContinuesOneOf(member, progress_)) PrintCart(member);
        progress_.AddMailed(member.idempotency_key());
      }
    }
    return grpc::Status::OK;
  }

  Progress& progress_;
  const std::string token_;
  const std::unique_ptr<api::AudienceService::Stub> service_;
};

// Why the daemon refused, as in error_reason.proto; empty where it was not the
// daemon.
std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

// Whether the same call would fail again.
bool IsFinal(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::UNIMPLEMENTED:
      return true;
    default:
      return false;
  }
}

std::shared_ptr<grpc::Channel> Connect(const std::string& token) {
  const std::string server = Environment("AUDIENCED_SERVER", "127.0.0.1:8450");
  const std::string authorities = Environment("AUDIENCED_TLS_CA", "");
  const bool is_local = server.rfind("127.", 0) == 0 ||
                        server.rfind("localhost:", 0) == 0 ||
                        server.rfind("unix:", 0) == 0;
  if (!token.empty() && authorities.empty() && !is_local) {
    throw std::runtime_error(
        "a token leaves this machine only encrypted: set AUDIENCED_TLS_CA");
  }
  grpc::ChannelArguments settings;
  // Notices a dead connection.
  settings.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  settings.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  grpc::SslCredentialsOptions options;
  if (!authorities.empty()) options.pem_root_certs = ReadFile(authorities);
  return grpc::CreateCustomChannel(server,
                                   authorities.empty()
                                       ? grpc::InsecureChannelCredentials()
                                       : grpc::SslCredentials(options),
                                   settings);
}

// Follows until it is ended, or a call fails for good.
int Run(const std::string& folder) {
  Progress progress(folder);
  const std::string token = Environment("AUDIENCED_TOKEN", "");
  Client client(progress, token, Connect(token));
  std::mt19937 dice{std::random_device{}()};
  while (true) {
    const grpc::Status status = client.Follow();
    const std::string reason = ReasonOf(status);
    std::cerr << (reason.empty() ? status.error_message() : reason) << "\n";
    if (status.error_code() == grpc::StatusCode::OUT_OF_RANGE ||
        reason == "CURSOR_FOREIGN") {
      progress.SetCursor("");  // list again; what is mailed is known
    } else if (IsFinal(status.error_code())) {
      return 1;
    }
    const double longest =
        std::min(10.0, 0.2 * (1 << std::min(client.attempts++, 10)));
    std::uniform_real_distribution<double> seconds(longest / 2, longest);
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds(dice)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc > 1 ? argv[1] : ".");
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
