#pragma once

// Attributes for clang's thread safety analysis (-Wthread-safety); empty for other compilers.
// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html explains each of them.
#ifdef __clang__
#define AURA_THREAD_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define AURA_THREAD_ATTRIBUTE(attribute)
#endif

/// On a class: code can hold its objects. `kind` names them in warnings.
#define AURA_CAPABILITY(kind) AURA_THREAD_ATTRIBUTE(capability(kind))
/// On a class: its objects hold a capability from their constructor to their destructor.
#define AURA_SCOPED_CAPABILITY AURA_THREAD_ATTRIBUTE(scoped_lockable)

/// On a variable: only code that holds the capability may read or write it.
#define AURA_GUARDED_BY(capability) AURA_THREAD_ATTRIBUTE(guarded_by(capability))
/// On a pointer: only code that holds the capability may read or write what it points to.
#define AURA_PT_GUARDED_BY(capability) AURA_THREAD_ATTRIBUTE(pt_guarded_by(capability))

/// On a function or a lambda: the caller holds the capabilities.
#define AURA_REQUIRES(...) AURA_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
/// On a function: the caller does not hold the capabilities, since the function acquires them.
#define AURA_EXCLUDES(...) AURA_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
/// On a function: it returns with the capabilities held.
#define AURA_ACQUIRE(...) AURA_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
/// On a function: it returns with the capabilities released.
#define AURA_RELEASE(...) AURA_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
/// On a function: it checks at run time that the caller holds the capabilities.
#define AURA_ASSERTS(...) AURA_THREAD_ATTRIBUTE(assert_capability(__VA_ARGS__))

/// On a function: switches the analysis off inside it. Say why beside it.
#define AURA_NOT_ANALYSED AURA_THREAD_ATTRIBUTE(no_thread_safety_analysis)
