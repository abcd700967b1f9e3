// `audiencectl token`: who may do what.

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "audienced/v1/access_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "daemon/ctl/verb_group.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"
#include "rules/source/printable.h"

namespace audienced {
namespace {

constexpr char kTokenExamples[] = R"(Examples:
  audiencectl token create mailer --scope audiences --audience 'cart-*' \
      --identifiers plain > mailer.token
      lists and changes of those audiences, with addresses; good for 365 days
  audiencectl token create shop --scope ingest --expires 90d > shop.token
      events in
  audiencectl token create admin --scope admin --expires never
      everything; the first token, made on the daemon's own machine
  audiencectl token create mailer --scope audiences --audience '*' \
      --certificate-name mailer.example.com
      a client that proves itself by its certificate
  audiencectl token list
  audiencectl token revoke k3Jx09QaZ1

The token is printed once, on stdout, and cannot be told again. Clients send it
as `authorization: Bearer aud_...`; audiencectl takes it from the environment,
AUDIENCED_TOKEN, or from --token-file.)";

constexpr char kNever[] = "never";

struct TokenOptions {
  std::string name;
  std::vector<std::string> scopes;
  std::vector<std::string> audiences;
  std::string identifiers = "none";
  std::string expires = "365d";
  std::string certificate_name;
  std::string token;
  std::string output = "table";
};

// `audiences` for SCOPE_AUDIENCES, and so on: the name without `prefix`.
std::string ShortName(const std::string& name, size_t prefix) {
  return absl::AsciiStrToLower(name.substr(std::min(prefix, name.size())));
}

std::string ScopeText(int scope) {
  return ShortName(v1::Scope_Name(scope), sizeof("SCOPE_") - 1);
}

std::string IdentifiersText(v1::IdentifierVisibility visibility) {
  return ShortName(v1::IdentifierVisibility_Name(visibility),
                   sizeof("IDENTIFIER_VISIBILITY_") - 1);
}

absl::StatusOr<v1::CreateTokenRequest> RequestOf(const TokenOptions& options) {
  v1::CreateTokenRequest request;
  request.set_client(options.name);
  for (const std::string& name : options.scopes) {
    v1::Scope scope = v1::SCOPE_UNSPECIFIED;
    // The command line knows the names.
    v1::Scope_Parse("SCOPE_" + absl::AsciiStrToUpper(name), &scope);
    request.add_scopes(scope);
  }
  for (const std::string& pattern : options.audiences) {
    request.add_audience_patterns(pattern);
  }
  v1::IdentifierVisibility identifiers = v1::IDENTIFIER_VISIBILITY_NONE;
  v1::IdentifierVisibility_Parse(
      "IDENTIFIER_VISIBILITY_" + absl::AsciiStrToUpper(options.identifiers),
      &identifiers);
  request.set_identifiers(identifiers);
  request.set_certificate_name(options.certificate_name);
  if (options.expires == kNever) return request;
  const std::optional<absl::Duration> span = ParseDurationText(options.expires);
  if (!span || *span <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        Concat("--expires ", Quoted(options.expires),
               " is neither a duration like 90d nor never"));
  }
  request.mutable_expire_time()->set_seconds(
      absl::ToUnixSeconds(absl::Now() + *span));
  return request;
}

ExitCode CreateToken(const TokenOptions& options,
                     const Connection& connection) {
  const absl::StatusOr<v1::CreateTokenRequest> request = RequestOf(options);
  if (!request.ok()) return FailWith(request.status());
  const auto stub = v1::AccessService::NewStub(connection.channel());
  v1::CreateTokenResponse response;
  const absl::Status status = connection.Call(
      *stub, &v1::AccessService::Stub::CreateToken, *request, response);
  if (!status.ok()) return FailWith(status);
  const v1::Token& token = response.token();
  if (options.output == "json") {
    Print(Concat(MessageJson(response), "\n"));
  } else if (!response.secret().empty()) {
    Print(Concat(response.secret(), "\n"));
  }
  std::fflush(stdout);
  std::fprintf(stderr,
               "token %s of the client %s, good %s; revoke it with "
               "'audiencectl token revoke %s'\n",
               token.id().c_str(), Printable(token.client()).c_str(),
               token.has_expire_time()
                   ? Concat("until ", TimeToSecond(token.expire_time())).c_str()
                   : "for ever",
               token.id().c_str());
  return ExitCode::kOk;
}

std::string StateText(const v1::Token& token) {
  if (token.has_revoke_time()) {
    return Concat("revoked ", TimeToSecond(token.revoke_time()));
  }
  if (!token.has_expire_time()) return "good for ever";
  const absl::Time expires =
      absl::FromUnixSeconds(token.expire_time().seconds());
  return Concat(absl::Now() < expires ? "good until " : "expired ",
                TimeToSecond(token.expire_time()));
}

std::string RightsText(const v1::Token& token) {
  return absl::StrJoin(token.scopes(), ",", [](std::string* text, int scope) {
    *text += ScopeText(scope);
  });
}

ExitCode ListTokens(const TokenOptions& options, const Connection& connection) {
  const auto stub = v1::AccessService::NewStub(connection.channel());
  v1::ListTokensResponse response;
  const absl::Status status =
      connection.Call(*stub, &v1::AccessService::Stub::ListTokens,
                      v1::ListTokensRequest(), response);
  if (!status.ok()) return FailWith(status);
  TextTable table({{"ID"},
                   {"CLIENT"},
                   {"SCOPES"},
                   {"AUDIENCES"},
                   {"IDENTIFIERS"},
                   {"CERTIFICATE"},
                   {"STATE"}});
  for (const v1::Token& token : response.tokens()) {
    if (options.output == "json") {
      Print(Concat(MessageJson(token), "\n"));
      continue;
    }
    table.Add({token.id(), Printable(token.client()), RightsText(token),
               Printable(absl::StrJoin(token.audience_patterns(), ",")),
               IdentifiersText(token.identifiers()),
               Printable(token.certificate_name()), StateText(token)});
  }
  if (options.output != "json") Print(table.Take());
  return ExitCode::kOk;
}

ExitCode RevokeToken(const TokenOptions& options,
                     const Connection& connection) {
  const auto stub = v1::AccessService::NewStub(connection.channel());
  v1::RevokeTokenRequest request;
  request.set_token(options.token);
  v1::RevokeTokenResponse response;
  const absl::Status status = connection.Call(
      *stub, &v1::AccessService::Stub::RevokeToken, request, response);
  if (!status.ok()) return FailWith(status);
  Print(options.output == "json"
            ? Concat(MessageJson(response), "\n")
            : Concat("token ", response.token().id(), " of the client ",
                     Printable(response.token().client()), " is revoked\n"));
  return ExitCode::kOk;
}

using Verb = ExitCode (*)(const TokenOptions&, const Connection&);

void AddCreateOptions(CLI::App& create, TokenOptions& options) {
  create.add_option("name", options.name, "The name of the client.")
      ->required();
  create
      .add_option("--scope", options.scopes,
                  "What it may do: audiences, ingest, rules, profiles, erase, "
                  "admin. Several with commas.")
      ->delimiter(',')
      ->required()
      ->check(CLI::IsMember(
          {"audiences", "ingest", "rules", "profiles", "erase", "admin"}));
  create
      .add_option("--audience", options.audiences,
                  "Which audiences it may see: names, with * for any text. "
                  "Several with commas.")
      ->delimiter(',');
  create
      .add_option("--identifiers", options.identifiers,
                  "Which identifiers it sees: none (default), hashed or "
                  "plain.")
      ->check(CLI::IsMember({"none", "hashed", "plain"}));
  create.add_option("--expires", options.expires,
                    "How long it is good: a duration (default 365d), or "
                    "never.");
  create.add_option("--certificate-name", options.certificate_name,
                    "The client proves itself by a certificate with this "
                    "name; no token is made.");
}

}  // namespace

void AddTokenCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code) {
  auto options = std::make_shared<TokenOptions>();
  CLI::App* command =
      app.add_subcommand("token", "Let clients in, and shut them out.");
  command->require_subcommand(1);
  command->footer(kTokenExamples);
  AddConnectionOptions(*command, where);
  const auto add = [&, options](const char* name, const char* description,
                                Verb verb) {
    CLI::App* added = AddGroupedVerb(*command, name, description, verb, options,
                                     where, exit_code);
    added
        ->add_option("--output", options->output,
                     "table (default) or json: one object a line.")
        ->check(CLI::IsMember({"table", "json"}));
    return added;
  };
  AddCreateOptions(*add("create", "Make a token for a client.", CreateToken),
                   *options);
  add("list", "All tokens, without what proves them.", ListTokens);
  add("revoke", "End a token for good.", RevokeToken)
      ->add_option("token", options->token, "Its id, as in token list.")
      ->required();
}

}  // namespace audienced
