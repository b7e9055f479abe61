// Settings of LeakSanitizer for every executable of ours that links libpqxx. Empty in other builds.
#ifdef __SANITIZE_ADDRESS__

extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_options();

/// libpqxx 6.4 leaks the result of the statement during which a connection is lost: some 2 kB each.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6.4\n";
}

extern "C" const char* __lsan_default_options() {
  return "print_suppressions=0";  // standard error is the log's
}

#endif
