#ifndef AUDIENCED_TESTS_BENCHMARK_BARE_POSTGRES_H_
#define AUDIENCED_TESTS_BENCHMARK_BARE_POSTGRES_H_

#include <libpq-fe.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::benchmark_shop {

// One connection. Every failure ends the program with what the server said.
class Postgres {
 public:
  explicit Postgres(const std::string& url);

  // Runs statements; the first column of the rows of the last, as text.
  std::vector<std::string> Run(const std::string& sql);
  // Runs what was prepared as `name` with binary parameters.
  void Prepare(const std::string& name, const std::string& sql);
  void RunPrepared(const std::string& name,
                   const std::vector<std::string>& parameters);

  // `COPY ... FROM STDIN (FORMAT binary)` with `rows`, which are whole, without
  // the file's head and end.
  void CopyIn(const std::string& copy, std::string_view rows);
  // `COPY ... TO STDOUT`; each piece as it comes.
  void CopyOut(const std::string& copy,
               const std::function<void(std::string_view)>& piece);

 private:
  [[noreturn]] void Fail() const;
  using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;
  Result Check(PGresult* result, ExecStatusType wanted) const;

  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

// One row of the binary format of COPY.
class CopyRow {
 public:
  // Appends to `rows`.
  CopyRow(std::string& rows, int fields);
  void Int2(int16_t value);
  void Int4(int32_t value);
  void Int8(int64_t value);
  void Float4(float value);
  void Bytes(std::string_view bytes);
  void Null();

 private:
  std::string& rows_;
};

// Microseconds since 2000, as the server counts.
int64_t ServerMicros(int64_t unix_seconds);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_BARE_POSTGRES_H_
